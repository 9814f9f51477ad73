/**
 * @file The first rows of a table, as it came and with its results: never more than a screen can use.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('./read.js').Table} Table
 * @typedef {import('./outcomes.js').Outcomes} Outcomes
 * @typedef {import('./outputs.js').Column} Column
 */

import { h } from '../../ui/dom.js';
import { table } from '../../ui/parts.js';

const PREVIEWED = 5;
const SHOWN = 100; // rows, or problems
const WIDTH = 20; // columns
const LENGTH = 80; // characters of a cell

/** @param {Table} given @param {Site} site */
export function preview({ columns, first }, site) {
  const rows = first.slice(0, PREVIEWED).map(({ line, cells }) => [rowHead(line, site), ...cellsOf(columns, cells)]);
  return scrolling(site.t.batch.preview, [head(site.t.batch.line), ...heads(columns, site)], rows);
}

/** @param {Table} given @param {Outcomes} outcomes @param {Column[]} added @param {Site} site */
export function resultTable({ columns, first }, outcomes, added, site) {
  const rows = first.slice(0, Math.min(SHOWN, outcomes.count)).map(({ line, cells }, index) => {
    const problem = outcomes.problems.get(index);
    const own = problem
      ? [h('td', { class: 'refused', colspan: added.length }, problem.why)]
      : added.map(({ words }, column) => h('td', { class: 'found' }, words(outcomes.at(column, index))));
    return [rowHead(line, site), ...own, ...cellsOf(columns, cells)];
  });
  const names = added.map(({ label }) => head(label));
  return scrolling(site.t.batch.results, [head(site.t.batch.line), ...names, ...heads(columns, site)], rows);
}

/** Which rows have no result, and why. @param {Outcomes} outcomes @param {Site} site */
export function problemList({ problems }, { t, format: { number } }) {
  if (!problems.size) return [];
  const items = [...problems.values()].slice(0, SHOWN).map(({ line, why }) => h('li', {}, h('strong', {}, t.batch.lineIs(number(line))), ' ', why));
  const more = problems.size > SHOWN ? [h('p', { class: 'help' }, t.batch.more(number(problems.size - SHOWN)))] : [];
  const heading = t.batch.refused(number(problems.size));
  return [h('h3', {}, heading), h('ul', { class: 'problems', tabindex: 0, 'aria-label': heading }, ...items), ...more];
}

/** @param {Outcomes} outcomes @param {Site} site */
export function howMany({ count }, { t, format: { number } }) {
  return count > SHOWN ? [h('p', { class: 'help' }, t.batch.firstOf(number(SHOWN), number(count)))] : [];
}

/** @param {string} name @param {HTMLElement[]} names @param {HTMLElement[][]} rows */
function scrolling(name, names, rows) {
  const element = table(names, rows);
  for (const [key, value] of Object.entries({ role: 'region', tabindex: '0', 'aria-label': name })) element.setAttribute(key, value);
  return element;
}

/** @param {string[]} columns @param {Site} site */
function heads(columns, { t, format: { number } }) {
  const more = columns.length > WIDTH ? [head(t.batch.furtherColumns(number(columns.length - WIDTH)))] : [];
  return [...columns.slice(0, WIDTH).map((column) => head(column || t.batch.unnamed)), ...more];
}

/** @param {string[]} columns @param {string[]} cells */
function cellsOf(columns, cells) {
  const more = columns.length > WIDTH ? [h('td', {}, '…')] : [];
  return [...Array.from(columns.slice(0, WIDTH), (_, index) => h('td', {}, shortened(cells[index] ?? ''))), ...more];
}

/** @param {string} text */
function shortened(text) {
  return text.length > LENGTH ? `${text.slice(0, LENGTH)}…` : text;
}

/** @param {string} text */
function head(text) {
  return h('th', { scope: 'col' }, shortened(text));
}

/** @param {number} line @param {Site} site */
function rowHead(line, { format: { number } }) {
  return h('th', { scope: 'row' }, number(line));
}
