/**
 * @file A file with rows -> a table of texts. Nothing of a cell is changed but the kind of its line breaks.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {{line: number, cells: string[], problem?: string}} Line One row, where it begins in the file, why it can't be taken.
 * @typedef {object} Table
 * @property {string} name of the file
 * @property {string} delimiter
 * @property {string} encoding utf-8, utf-16le, utf-16be or windows-1252
 * @property {boolean} marked whether the file began with a byte order mark
 * @property {string[]} columns
 * @property {Line[]} lines
 * @property {number} blank how many blank lines were left out
 */

import { UserFacingError } from '../../codec/user-facing-error.js';
import { match } from './match.js';
import { nextTask } from './tasks.js';

const MAX_BYTES = 100e6; // bytes
const HEAD = 65_536; // characters in which the line of the names ends
const PART = 100_000; // characters that are parsed at once: some milliseconds
const DELIMITERS = [',', ';', '\t', '|'];

/**
 * Read a file; throws UserFacingError.
 * @param {any} Papa @param {Blob} file @param {string} name @param {Field[]} fields @param {Site} site
 * @returns {Promise<Table>}
 */
export async function readTable(Papa, file, name, fields, site) {
  const [size, most] = [file.size, MAX_BYTES].map(site.format.bytes);
  if (file.size > MAX_BYTES) throw new UserFacingError('too-big', (t) => t.batch.trouble.big(size, most));
  const bytes = await file.arrayBuffer().catch((error) => {
    throw new UserFacingError('unread', (t) => t.batch.trouble.unread, error);
  });
  const { text, encoding, marked } = decodeText(new Uint8Array(bytes));
  const even = text.replace(/\r\n?/g, '\n');
  const delimiter = findDelimiter(Papa, even, fields);
  const { columns, lines, blank } = await parse(Papa, even, delimiter, site);
  if (!lines.length) throw new UserFacingError('empty', (t) => t.batch.trouble.empty);
  return { name, delimiter, encoding, marked, columns, lines, blank };
}

/** The text that bytes hold; throws UserFacingError. @param {Uint8Array<ArrayBuffer>} bytes */
function decodeText(bytes) {
  const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (start === '504b0304' || start === 'd0cf11e0') throw new UserFacingError('workbook', (t) => t.batch.trouble.workbook);
  const wide = start.startsWith('fffe') ? 'utf-16le' : start.startsWith('feff') ? 'utf-16be' : '';
  const marked = Boolean(wide) || start.startsWith('efbbbf');
  let encoding = wide || 'utf-8';
  let text;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch { // what older spreadsheets write
    encoding = 'windows-1252';
    text = new TextDecoder(encoding).decode(bytes);
  }
  if (text.includes('\0')) throw new UserFacingError('binary', (t) => t.batch.trouble.binary);
  return { text, encoding, marked };
}

/**
 * The delimiter that makes most fields out of the first line, and most columns among equals: rows with decimal commas
 * would mislead a count over all lines.
 * @param {any} Papa @param {string} text @param {Field[]} fields
 */
function findDelimiter(Papa, text, fields) {
  const head = text.slice(0, HEAD).replace(/^\n+/, '');
  const tried = DELIMITERS.map((delimiter) => {
    const columns = Papa.parse(head, { delimiter, newline: '\n', preview: 1 }).data[0] ?? [];
    return { delimiter, known: match(fields, columns).size, width: columns.length };
  });
  return tried.sort((a, b) => b.known - a.known || b.width - a.width)[0].delimiter;
}

/**
 * Names and rows, parsed in parts so that the page stays alive; no more of them once the signal has come.
 * @param {any} Papa @param {string} text @param {string} delimiter @param {Site} site
 * @returns {Promise<{columns: string[], lines: Line[], blank: number}>}
 */
function parse(Papa, text, delimiter, { t, signal }) {
  const found = { columns: /** @type {string[]} */ ([]), lines: /** @type {Line[]} */ ([]), blank: 0 };
  let line = 1;

  /** @param {string[][]} rows @param {{row: number, code: string}[]} errors */
  function take(rows, errors) {
    const wrong = new Map(errors.map(({ row, code }) => [row, code === 'MissingQuotes' ? t.batch.open : t.batch.quote]));
    for (const [index, cells] of rows.entries()) {
      if (cells.every((cell) => !cell.trim())) found.blank += 1;
      else if (!found.columns.length) found.columns = cells;
      else found.lines.push(checked(line, cells, found.columns.length, wrong.get(index), t));
      line += 1 + cells.reduce((breaks, cell) => breaks + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0);
    }
  }

  return new Promise((resolve) => {
    Papa.parse(text.replace(/\n+$/, ''), {
      delimiter,
      newline: '\n',
      chunkSize: PART,
      chunk(/** @type {any} */ { data, errors }, /** @type {any} */ parser) {
        take(data, errors);
        parser.pause();
        void nextTask().then(() => (signal.aborted ? parser.abort() : parser.resume()));
      },
      complete: () => resolve(found),
    });
  });
}

/**
 * A row, unless its cells can't be told apart for certain; empty cells after the last column do no harm.
 * @param {number} line @param {string[]} cells @param {number} width @param {string | undefined} problem @param {Site['t']} t
 * @returns {Line}
 */
function checked(line, cells, width, problem, t) {
  const fits = cells.length >= width && cells.slice(width).every((cell) => !cell);
  return { line, cells: fits ? cells.slice(0, width) : cells, problem: problem ?? (fits ? undefined : t.batch.cells(cells.length, width)) };
}
