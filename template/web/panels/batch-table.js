/**
 * @file The first rows of a table, as it came and with its results: never more than a screen can use.
 *
 * @typedef {import('./batch-read.js').Table} Table
 * @typedef {import('./batch-run.js').Outcome} Outcome
 * @typedef {import('./batch-outputs.js').Column} Column
 */

import { h } from '../dom.js';
import { number } from '../format.js';
import { t } from '../strings.js';
import { table } from './parts.js';

const PREVIEWED = 5;
const SHOWN = 100;
const WIDTH = 20; // columns
const LENGTH = 80; // characters of a cell

/** @param {Table} given */
export function preview({ columns, lines }) {
  const rows = lines.slice(0, PREVIEWED).map(({ line, cells }) => [rowHead(line), ...cellsOf(columns, cells)]);
  return scrolling(t.batch.preview, [head(t.batch.line), ...heads(columns)], rows);
}

/** @param {Table} given @param {Outcome[]} outcomes @param {Column[]} added */
export function resultTable({ columns, lines }, outcomes, added) {
  const rows = outcomes.slice(0, SHOWN).map(({ results, problem }, index) => {
    const { line, cells } = lines[index];
    const own = results
      ? added.map(({ read, words }) => h('td', { class: 'found' }, words(read(results))))
      : [h('td', { class: 'refused', colspan: added.length }, problem ?? '')];
    return [rowHead(line), ...own, ...cellsOf(columns, cells)];
  });
  const names = added.map(({ label }) => head(label));
  return scrolling(t.batch.results, [head(t.batch.line), ...names, ...heads(columns)], rows);
}

/** Which rows have no result, and why. @param {Table} given @param {Outcome[]} outcomes */
export function problemList({ lines }, outcomes) {
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

/** @param {Outcome[]} outcomes */
export function howMany(outcomes) {
  return outcomes.length > SHOWN ? [h('p', { class: 'help' }, t.batch.firstOf(number(SHOWN), number(outcomes.length)))] : [];
}

/** @param {string} name @param {HTMLElement[]} names @param {HTMLElement[][]} rows */
function scrolling(name, names, rows) {
  const element = table(names, rows);
  for (const [key, value] of Object.entries({ role: 'region', tabindex: '0', 'aria-label': name })) element.setAttribute(key, value);
  return element;
}

/** @param {string[]} columns */
function heads(columns) {
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

/** @param {number} line */
function rowHead(line) {
  return h('th', { scope: 'row' }, number(line));
}
