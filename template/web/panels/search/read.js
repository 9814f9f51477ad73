/**
 * @file A list of texts from a file: a column of a CSV file, or the lines of a text file. As mlweb/contract/text_list.py reads one.
 *
 * @typedef {{columns: string[], rows: string[][]}} Table the columns of a text file are one without a name
 */

import { UserFacingError } from '../../codec/user-facing-error.js';
import { FileText } from '../../media/file-text.js';

export const MAX_TEXTS = 20_000; // which are ranked anew on each change of what is typed
const MAX_BYTES = 20e6;
const COLUMN = 'text'; // by default, where there are several
const DELIMITERS = [',', ';', '\t', '|'];
const NONE = '\x1f'; // of a file with one column: a comma is part of its texts

/**
 * The cells of a file; throws UserFacingError.
 * @param {any} Papa @param {File} file @param {import('../../ui/format.js').Format} format
 * @returns {Promise<Table>}
 */
export async function readTable(Papa, file, format) {
  const [size, most] = [file.size, MAX_BYTES].map(format.bytes);
  if (file.size > MAX_BYTES) throw new UserFacingError('too-big', (t) => t.batch.trouble.big(size, most));
  const text = await new FileText(file).whole();
  if (/\.txt$/i.test(file.name)) return { columns: [''], rows: text.split('\n').map((line) => [line]) };
  const head = text.trimStart().split('\n', 1)[0];
  const [often, likely] = DELIMITERS.map((each) => /** @type {[number, string]} */ ([head.split(each).length - 1, each])).sort(([a], [b]) => b - a)[0];
  const { data, errors } = Papa.parse(text.trim(), { delimiter: often ? likely : NONE });
  const [columns = [], ...rows] = /** @type {string[][]} */ (data);
  const wrong = errors.find((/** @type {any} */ { type }) => type === 'Quotes');
  if (wrong) throw new UserFacingError('quotes', (t) => t.search.trouble.quotes(format.number(wrong.row + 1)));
  const long = rows.findIndex((cells) => cells.length > columns.length && cells.slice(columns.length).some(Boolean));
  if (long >= 0) throw new UserFacingError('cells', (t) => t.search.trouble.cells(format.number(long + 2)));
  return { columns: columns.map((name) => name.trim()), rows };
}

/** The column that surely holds the texts, -1 where a person has to say. @param {string[]} columns */
export function columnOf(columns) {
  return columns.length === 1 ? 0 : columns.indexOf(COLUMN);
}

/**
 * The texts of a column, in their order, without blank ones and repetitions; throws UserFacingError.
 * @param {Table} table @param {number} column @param {import('../../ui/format.js').Format} format
 */
export function textsOf({ rows }, column, format) {
  const texts = [...new Set(rows.map((cells) => cells[column]?.trim()).filter(Boolean))];
  if (!texts.length) throw new UserFacingError('empty', (t) => t.search.trouble.empty);
  const [count, most] = [texts.length, MAX_TEXTS].map((each) => format.number(each));
  if (texts.length > MAX_TEXTS) throw new UserFacingError('many', (t) => t.search.trouble.many(count, most));
  return texts;
}
