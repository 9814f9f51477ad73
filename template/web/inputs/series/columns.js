/**
 * @file A table in a text file -> its columns of numbers.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {{name: string, numbers: number[]}} Column name is '' where the table has no names
 */

import { InvalidValue } from '../../codec/refusal.js';
import { numberIn } from '../../codec/series.js';
import { parsed } from '../../codec/scalars.js';
import { loadLibrary } from '../../runtime/library.js';

const DELIMITERS = [';', '\t', ',', '|'];

/**
 * The columns that hold a number in every row; undefined where the text is no table of two columns or more. Throws InvalidValue, with the
 * line, where none does: for the column that has the most numbers.
 * @param {string} text @param {string} decimal @param {Site} site
 * @returns {Promise<Column[] | undefined>}
 */
export async function readColumns(text, decimal, { manifest }) {
  const Papa = await loadLibrary(manifest.libraries.papaparse, 'Papa', (t) => t.batch.library);
  const rows = DELIMITERS.map((delimiter) => rowsOf(Papa, text, delimiter)).find((each) => each);
  if (!rows) return undefined;
  const [first, ...rest] = rows;
  const hasNames = first.cells.every((cell) => Number.isNaN(parsed(cell)));
  const body = hasNames ? rest : rows;
  const read = first.cells.map((name, index) => column(hasNames ? name.trim() : '', body.map(({ line, cells }) => ({ line, cell: cells[index] })), decimal));
  const whole = read.filter(({ unfit }) => !unfit);
  const [best] = read.toSorted((a, b) => b.numbers.length - a.numbers.length);
  if (!whole.length) throw best.unfit;
  return whole.map(({ name, numbers }) => ({ name, numbers }));
}

/**
 * Rows with the line they stand on; undefined unless they have the same number of cells, two or more.
 * @param {any} Papa @param {string} text @param {string} delimiter
 */
function rowsOf(Papa, text, delimiter) {
  /** @type {string[][]} */
  const all = Papa.parse(text.replace(/^\ufeff/, ''), { delimiter }).data;
  const rows = all.map((cells, index) => ({ line: index + 1, cells })).filter(({ cells }) => cells.some((cell) => cell.trim()));
  const [{ cells: { length } }] = rows.length ? rows : [{ cells: [] }];
  return rows.length > 1 && length > 1 && rows.every(({ cells }) => cells.length === length) ? rows : undefined;
}

/**
 * A column with the numbers that it has; `unfit`: why the first cell that is no number is none.
 * @param {string} name @param {{line: number, cell: string}[]} cells @param {string} decimal
 * @returns {Column & {unfit?: InvalidValue}}
 */
function column(name, cells, decimal) {
  /** @type {number[]} */
  const numbers = [];
  /** @type {InvalidValue | undefined} */
  let unfit;
  for (const { line, cell } of cells) {
    try {
      numbers.push(numberIn(cell.trim(), line, decimal));
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      unfit ??= error;
    }
  }
  return { name, numbers, unfit };
}
