/**
 * @file The first rows of a table, as it came and with its results: never more than a screen can use.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('./read.js').Table} Table
 * @typedef {import('./run.js').Outcome} Outcome
 * @typedef {import('./outputs.js').Column} Column
 */

import { h } from '../../ui/dom.js';
import { table } from '../../ui/parts.js';

const PREVIEWED = 5;
const SHOWN = 100;
const WIDTH = 20; // columns
const LENGTH = 80; // characters of a cell

/** @param {Table} given @param {Site} site */
export function preview({ columns, lines }, site) {
  const rows = lines.slice(0, PREVIEWED).map(({ line, cells }) => [rowHead(line, site), ...cellsOf(columns, cells)]);
  return scrolling(site.t.batch.preview, [head(site.t.batch.line), ...heads(columns, site)], rows);
}

/** @param {Table} given @param {Outcome[]} outcomes @param {Column[]} added @param {Site} site */
export function resultTable({ columns, lines }, outcomes, added, site) {
  const rows = outcomes.slice(0, SHOWN).map(({ results, problem }, index) => {
    const { line, cells } = lines[index];
    const own = results
      ? added.map(({ read, words }) => h('td', { class: 'found' }, words(read(results))))
      : [h('td', { class: 'refused', colspan: added.length }, problem ?? '')];
    return [rowHead(line, site), ...own, ...cellsOf(columns, cells)];
  });
  const names = added.map(({ label }) => head(label));
  return scrolling(site.t.batch.results, [head(site.t.batch.line), ...names, ...heads(columns, site)], rows);
}

/** Which rows have no result, and why. @param {Table} given @param {Outcome[]} outcomes @param {Site} site */
export function problemList({ lines }, outcomes, { t, format: { number } }) {
  const wrong = [...outcomes.keys()].filter((index) => outcomes[index].problem);
  if (!wrong.length) return [];
  const items = wrong.slice(0, SHOWN).map((index) => {
    const where = h('strong', {}, t.batch.lineIs(number(lines[index].line)));
    return h('li', {}, where, ' ', outcomes[index].problem ?? '');
  });
  const more = wrong.length > SHOWN ? [h('p', { class: 'help' }, t.batch.more(number(wrong.length - SHOWN)))] : [];
  const heading = t.batch.refused(number(wrong.length));
  return [h('h3', {}, heading), h('ul', { class: 'problems', tabindex: 0, 'aria-label': heading }, ...items), ...more];
}

/** @param {Outcome[]} outcomes @param {Site} site */
export function howMany(outcomes, { t, format: { number } }) {
  return outcomes.length > SHOWN ? [h('p', { class: 'help' }, t.batch.firstOf(number(SHOWN), number(outcomes.length)))] : [];
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
