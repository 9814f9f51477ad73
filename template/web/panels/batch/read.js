/**
 * @file A file with rows -> a table of texts. Nothing of a cell is changed but the kind of its line breaks.
 *
 * The table does not hold the rows: whoever needs them goes through the file again.
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
 * @property {number} count of rows
 * @property {Line[]} first some rows, to look at
 * @property {number} blank how many blank lines were left out
 * @property {() => AsyncGenerator<Line[]>} blocks all rows, some at a time; throws UserFacingError
 */

import { UserFacingError } from '../../codec/user-facing-error.js';
import { FileText } from '../../media/file-text.js';
import { match } from './match.js';

const MAX_BYTES = 2e9; // bytes: the results are kept in memory
const MAX_ROW = 30e6; // characters
const HEAD = 65_536; // characters in which the line of the names ends
const KEPT = 100; // rows to look at
const DELIMITERS = [',', ';', '\t', '|'];

/**
 * Read a file once, from its start to its end; throws UserFacingError.
 * @param {any} Papa @param {Blob} file @param {string} name @param {Field[]} fields @param {(share: number) => void} onread @param {Site} site
 * @returns {Promise<Table>}
 */
export async function readTable(Papa, file, name, fields, onread, site) {
  const [size, most] = [file.size, MAX_BYTES].map(site.format.bytes);
  if (file.size > MAX_BYTES) throw new UserFacingError('too-big', (t) => t.batch.trouble.big(size, most));
  const text = new FileText(file);
  const { marked } = await text.mark();
  const found = await text.made((encoding) => surveyed(new Reading(Papa, text, encoding, fields, site), onread));
  const { encoding, delimiter, columns, blank } = found.reading;
  const blocks = () => new Reading(Papa, text, encoding, fields, site).blocks();
  return { name, delimiter, encoding, marked, columns, count: found.count, first: found.first, blank, blocks };
}

/** @param {Reading} reading @param {(share: number) => void} onread */
async function surveyed(reading, onread) {
  /** @type {Line[]} */
  const first = [];
  let count = 0;
  for await (const lines of reading.blocks(onread)) {
    count += lines.length;
    if (first.length < KEPT) first.push(...lines.slice(0, KEPT - first.length));
  }
  if (!count) throw new UserFacingError('empty', (t) => t.batch.trouble.empty);
  return { reading, count, first };
}

/** One way through a file. */
class Reading {
  #Papa;
  #text;
  #fields;
  #site;
  /** Where the next row begins. */
  #line = 1;
  delimiter = '';
  /** @type {string[]} */
  columns = [];
  blank = 0;

  /** @param {any} Papa @param {FileText} text @param {string} encoding @param {Field[]} fields @param {Site} site */
  constructor(Papa, text, encoding, fields, site) {
    this.#Papa = Papa;
    this.#text = text;
    this.encoding = encoding;
    this.#fields = fields;
    this.#site = site;
  }

  /**
   * The rows, some at a time; no more of them once the page has gone. Throws UserFacingError.
   * @param {(share: number) => void} [onread]
   * @returns {AsyncGenerator<Line[]>}
   */
  async* blocks(onread) {
    let text = '';
    let enough = 0;
    for await (const part of this.#text.parts(this.encoding, (read) => onread?.(read / this.#text.size))) {
      if (this.#site.signal.aborted) return;
      text += part;
      if (text.length < enough) continue;
      this.delimiter ||= text && findDelimiter(this.#Papa, text, this.#fields);
      const { lines, used } = this.#parsed(text, true);
      text = text.slice(used);
      enough = 2 * text.length; // a row that goes on is looked at again when there is as much of it once more
      if (text.length > MAX_ROW) throw this.#tooLong(this.#line);
      yield lines;
    }
    if (text) yield this.#parsed(text, false).lines;
  }

  /** The rows of a text; of one that goes on all but the last. @param {string} text @param {boolean} goesOn */
  #parsed(text, goesOn) {
    const { data, errors, meta } = new this.#Papa.Parser({ delimiter: this.delimiter, newline: '\n' }).parse(text, 0, goesOn);
    return { lines: this.#taken(data, errors, text.includes('"')), used: meta.cursor };
  }

  /** @param {string[][]} rows @param {{row: number, code: string}[]} errors @param {boolean} isQuoted whether a cell may hold breaks */
  #taken(rows, errors, isQuoted) {
    const { t } = this.#site;
    const wrong = new Map(errors.map(({ row, code }) => [row, code === 'MissingQuotes' ? t.batch.open : t.batch.quote]));
    /** @type {Line[]} */
    const lines = [];
    for (const [index, cells] of rows.entries()) {
      if (cells.every((cell) => !cell.trim())) this.blank += 1;
      else if (!this.columns.length) this.columns = cells;
      else lines.push(checked(this.#line, cells, this.columns.length, wrong.get(index), t));
      this.#line += 1 + (isQuoted ? breaks(cells) : 0);
    }
    return lines;
  }

  /** @param {number} line */
  #tooLong(line) {
    const [where, most] = [this.#site.format.number(line), this.#site.format.bytes(MAX_ROW)];
    return new UserFacingError('row', (t) => t.batch.trouble.row(where, most));
  }
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

/** How many line breaks are in the cells. @param {string[]} cells */
function breaks(cells) {
  return cells.reduce((sum, cell) => sum + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0);
}

/**
 * A row, unless its cells can't be told apart for certain; empty cells after the last column do no harm.
 * @param {number} line @param {string[]} cells @param {number} width @param {string | undefined} problem @param {Site['t']} t
 * @returns {Line}
 */
function checked(line, cells, width, problem, t) {
  if (cells.length === width) return { line, cells, problem };
  const fits = cells.length >= width && cells.slice(width).every((cell) => !cell);
  return { line, cells: fits ? cells.slice(0, width) : cells, problem: problem ?? (fits ? undefined : t.batch.cells(cells.length, width)) };
}
