/**
 * @file The building blocks of the card.
 */

import { h } from './dom.js';
import { scroller } from './scroller.js';

/** @param {string} heading @param {...HTMLElement} content */
export function part(heading, ...content) {
  return h('section', { class: 'part' }, h('h3', {}, heading), ...content);
}

/**
 * A list of names and what they are; what is empty is left out.
 * @param {[string, (Node | string)[] | string | undefined][]} entries
 */
export function facts(entries) {
  const there = entries.filter(([, content]) => content?.length);
  return h('dl', {}, ...there.map(([name, content = []]) => h('div', {}, h('dt', {}, name), h('dd', {}, ...[content].flat()))));
}

/**
 * A table that scrolls sideways when the screen is too narrow.
 * @param {HTMLElement[]} head @param {HTMLElement[][]} rows
 */
export function table(head, rows) {
  const body = rows.map((cells) => h('tr', {}, ...cells));
  return scroller(h('div', { class: 'table' }, h('table', {}, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...body))));
}
