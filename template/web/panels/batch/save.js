/**
 * @file Rows and results as a CSV file: the cells of the file that came in as they were, the model's behind them.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('./read.js').Table} Table
 * @typedef {import('./outcomes.js').Outcomes} Outcomes
 * @typedef {import('./outputs.js').Column} Column
 */

import { cell, inert, row } from '../../ui/csv-cell.js';
import { nextTask } from '../../ui/next-task.js';

const PART = 1000; // rows that are written at once
const HELD = 2 ** 23; // characters after which what is written leaves the page's own memory

/**
 * The file's content: rows in their order, those without a result too, with the reason in a last column when there is one. What is there
 * when the signal comes, then. Throws UserFacingError when the file can't be read again.
 * @param {Table} table @param {Outcomes} outcomes of the first rows @param {Column[]} added
 * @param {AbortSignal} signal @param {(done: number) => void} onprogress @param {Site} site
 */
export async function write({ columns, delimiter, encoding, marked, blocks }, outcomes, added, signal, onprogress, { t }) {
  const { problems } = outcomes;
  const separator = delimiter === ';' ? ';' : ',';
  const names = [...added.map((column) => column.name), ...(problems.size ? [t.batch.reason] : [])];
  // A spreadsheet that wrote the mark, or knows nothing of UTF-8, needs it to read UTF-8.
  const mark = marked || encoding !== 'utf-8' ? '\ufeff' : '';
  /** @type {BlobPart[]} */
  let parts = [mark + row([...columns, ...distinct(names, columns)], separator)];
  let held = 0;
  let done = 0;
  for await (const lines of blocks()) {
    for (let from = 0; from < lines.length && done < outcomes.count; from += PART) {
      if (signal.aborted) break;
      let text = '';
      for (const { cells } of lines.slice(from, Math.min(from + PART, from + outcomes.count - done))) {
        const problem = problems.get(done);
        const own = added.map(({ dtype }, column) => (problem ? '' : cell(outcomes.at(column, done), dtype)));
        const given = cells.length < columns.length ? [...cells, ...Array(columns.length - cells.length).fill('')] : cells.slice(0, columns.length);
        text += row(problems.size ? [...given, ...own, inert(problem?.why ?? '')] : [...given, ...own], separator);
        done++;
      }
      parts.push(text);
      held += text.length;
      onprogress(done);
      await nextTask();
    }
    if (done === outcomes.count || signal.aborted) break;
    if (held < HELD) continue;
    parts = [new Blob(parts)];
    held = 0;
  }
  return new Blob(parts, { type: 'text/csv;charset=utf-8' });
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
