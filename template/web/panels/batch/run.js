/**
 * @file Rows through the model, a chunk at a time; a row that can't be taken does not stop the others. While the model computes one chunk,
 * the next is read and encoded.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../codec/types.js').Feed} Feed
 * @typedef {import('../../codec/types.js').Result} Result
 * @typedef {import('./read.js').Line} Line
 * @typedef {import('./outcomes.js').Outcome} Outcome
 * @typedef {(lines: Line[]) => (name: string) => unknown[]} ColumnsOf the values that some rows have for each field
 */

import { decode } from '../../codec/decode.js';
import { encodeColumns } from '../../codec/encode.js';
import { ValidationErrors } from '../../codec/refusal.js';
import { UserFacingError } from '../../codec/user-facing-error.js';
import { invalidity } from '../../ui/format-value.js';
import { nextTask } from '../../ui/next-task.js';
import { wordsOf } from '../../ui/words.js';
import { Outcomes } from './outcomes.js';

const FIRST = 50; // rows of the first chunk, which shows how fast the model is
const MAX_CHUNK = 4000;
const QUICK = 50; // ms: a quicker chunk doubles the next one
const SLOW = 200; // ms: the form and Cancel wait no longer than about that
const LONG = 20; // ms in which a chunk is encoded; the page stands still so long

/**
 * Outcomes of the first so many rows: all, or those done until the signal came. Throws UserFacingError when nothing can run.
 * @param {import('./read.js').Table} table @param {ColumnsOf} columnsOf @param {import('./outputs.js').Column[]} added
 * @param {AbortSignal} signal @param {(done: number) => void} onprogress @param {Site} site
 * @returns {Promise<Outcomes>}
 */
export async function computeRows(table, columnsOf, added, signal, onprogress, site) {
  const { t, client, manifest: { form } } = site;
  const outcomes = new Outcomes(added);
  const most = form.batch ? MAX_CHUNK : 1;
  let size = Math.min(FIRST, most);
  /** What becomes of the chunk before. */
  let pending = Promise.resolve();
  for await (const lines of table.blocks()) {
    for (let from = 0; from < lines.length;) {
      const parts = Math.ceil((lines.length - from) / size);
      const chunk = lines.slice(from, from + Math.ceil((lines.length - from) / parts));
      from += chunk.length;
      const began = performance.now();
      const prepared = prepare(chunk);
      const encoding = performance.now() - began;
      await nextTask();
      await pending;
      if (signal.aborted) return outcomes;
      pending = finish(chunk, prepared, encoding);
      pending.catch(() => {}); // it is awaited above, or below
    }
  }
  await pending;
  return outcomes;

  /** @param {Line[]} chunk @param {ReturnType<typeof prepare>} prepared @param {number} encoding ms */
  async function finish(chunk, { problems, good, feeds }, encoding) {
    const began = performance.now();
    const computed = feeds ? await compute(good, feeds) : [];
    const took = performance.now() - began;
    let next = 0;
    for (const line of chunk) {
      const problem = problems.get(line);
      outcomes.push(problem === undefined ? computed[next++] : { problem }, line.line);
    }
    onprogress(outcomes.count);
    if (took < QUICK && 2 * encoding < LONG) size = Math.min(most, 2 * size);
    if (took > SLOW || encoding > LONG) size = Math.ceil(size / 2);
  }

  /** What can be computed of some rows, and why the others can't. @param {Line[]} chunk */
  function prepare(chunk) {
    /** @type {Map<Line, string>} */
    const problems = new Map();
    for (const line of chunk) if (line.problem) problems.set(line, line.problem);
    for (;;) {
      const good = problems.size ? chunk.filter((line) => !problems.has(line)) : chunk;
      if (!good.length) return { problems, good };
      try {
        return { problems, good, feeds: encoded(good) };
      } catch (error) {
        if (!(error instanceof ValidationErrors)) throw error;
        for (const { row, message } of error.refusals) {
          const before = problems.get(good[row]);
          problems.set(good[row], before ? `${before} ${message}` : message);
        }
      }
    }
  }

  /** @param {Line[]} lines */
  function encoded(lines) {
    return encodeColumns(form, lines.length, columnsOf(lines));
  }

  /** @param {Line[]} lines @param {Record<string, Feed>} feeds @returns {Promise<Outcome[]>} */
  async function compute(lines, feeds) {
    try {
      const { outputs } = await client.run(feeds, 'batch');
      return decode(form, outputs, lines.length).map(outcome);
    } catch (error) {
      // The model refused the chunk as a whole: the halves show which row it was.
      if (!(error instanceof UserFacingError && error.code === 'run')) throw error;
      if (lines.length === 1) return [{ problem: wordsOf(error, t).what }];
      const middle = lines.length >> 1;
      const [first, second] = [lines.slice(0, middle), lines.slice(middle)];
      return [...(await compute(first, encoded(first))), ...(await compute(second, encoded(second)))];
    }
  }

  /** @param {Record<string, Result>} results @returns {Outcome} */
  function outcome(results) {
    const problem = Object.values(results).map((result) => invalidity(result, site)).find(Boolean);
    return problem ? { problem } : { results };
  }
}
