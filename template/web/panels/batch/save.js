/**
 * @file Rows and results as a CSV file: the cells of the file that came in as they were, the model's behind them.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('./read.js').Table} Table
 * @typedef {import('./run.js').Outcome} Outcome
 * @typedef {import('./outputs.js').Column} Column
 */

import { cell, inert } from '../../ui/csv-cell.js';
import { nextTask } from './tasks.js';

const PART = 1000; // rows that are written at once

/**
 * The file's content: rows in their order, those without a result too, with the reason in a last column when there is one.
 * @param {any} Papa @param {Table} table @param {Outcome[]} outcomes of the first rows @param {Column[]} added @param {Site} site
 */
export async function write(Papa, { columns, lines, delimiter, encoding, marked }, outcomes, added, { t, signal }) {
  const reasons = outcomes.some((outcome) => outcome.problem);
  const config = { delimiter: delimiter === ';' ? ';' : ',', newline: '\r\n' };
  const names = [...added.map((column) => column.name), ...(reasons ? [t.batch.reason] : [])];
  // A spreadsheet that wrote the mark, or knows nothing of UTF-8, needs it to read UTF-8.
  const parts = [marked || encoding !== 'utf-8' ? '\ufeff' : '', Papa.unparse([[...columns, ...distinct(names, columns)]], config)];
  for (let start = 0; start < outcomes.length && !signal.aborted; start += PART) {
    const rows = outcomes.slice(start, start + PART).map(({ results, problem }, index) => {
      const cells = Array.from(columns, (_, column) => lines[start + index].cells[column] ?? '');
      const own = added.map(({ read, dtype }) => (results ? cell(read(results), dtype) : ''));
      return [...cells, ...own, ...(reasons ? [inert(problem ?? '')] : [])];
    });
    parts.push('\r\n', Papa.unparse(rows, config));
    await nextTask();
  }
  return new Blob([...parts, '\r\n'], { type: 'text/csv;charset=utf-8' });
}

/** Names that no column of the file has. @param {string[]} names @param {string[]} taken */
function distinct(names, taken) {
  const all = new Set(taken);
  return names.map((name) => {
    let free = inert(name);
    for (let number = 2; all.has(free); number += 1) free = `${inert(name)}_${number}`;
    all.add(free);
    return free;
  });
}
