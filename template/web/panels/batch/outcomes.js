/**
 * @file What became of the rows, by columns: a million rows are some arrays.
 *
 * @typedef {import('./outputs.js').Column} Column
 * @typedef {import('../../codec/types.js').Result} Result
 * @typedef {{results: Record<string, Result>} | {problem: string}} Outcome of a row: what the model says, or why it says nothing
 */

const PAGE = 2 ** 16; // rows

/** Numbers of these dtypes come back as they went in. @type {Record<string, any>} */
const FLOATS = { float32: Float32Array, float64: Float64Array };

export class Outcomes {
  /** Of the first so many rows. */
  count = 0;
  /** Index of a row -> the line where it begins, and why it has no result. @type {Map<number, {line: number, why: string}>} */
  problems = new Map();
  #added;
  /** For each column its pages. @type {any[][]} */
  #pages;
  /** Many rows have the same problem, whose words are kept once. @type {Map<string, string>} */
  #words = new Map();

  /** @param {Column[]} added */
  constructor(added) {
    this.#added = added;
    this.#pages = added.map(() => []);
  }

  /** @param {Outcome} outcome of the next row @param {number} line where that begins */
  push(outcome, line) {
    const row = this.count++;
    if ('problem' in outcome) {
      const why = this.#words.get(outcome.problem) ?? outcome.problem;
      this.#words.set(why, why);
      this.problems.set(row, { line, why });
    }
    this.#added.forEach(({ read, dtype = '' }, index) => {
      const pages = this.#pages[index];
      if (row % PAGE === 0) pages.push(FLOATS[dtype] ? new FLOATS[dtype](PAGE) : []);
      if ('results' in outcome) pages[pages.length - 1][row % PAGE] = read(outcome.results);
    });
  }

  /** What a column has for a row that has results. @param {number} column @param {number} row @returns {number | string | boolean} */
  at(column, row) {
    return this.#pages[column][Math.floor(row / PAGE)][row % PAGE];
  }
}
