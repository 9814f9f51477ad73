/**
 * @file Rows through the model, a chunk at a time; a row that can't be taken does not stop the others.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../codec/types.js').Row} Row
 * @typedef {import('../../codec/types.js').Result} Result
 * @typedef {{results?: Record<string, Result>, problem?: string}} Outcome What became of a row: either of the two.
 */

import { decode } from '../../codec/decode.js';
import { encode } from '../../codec/encode.js';
import { ValidationErrors } from '../../codec/refusal.js';
import { UserFacingError } from '../../codec/user-facing-error.js';
import { invalidity } from '../../ui/format-value.js';
import { wordsOf } from '../../ui/words.js';
import { nextTask } from './tasks.js';

const FIRST = 50; // rows of the first chunk, which shows how fast the model is
const MAX_CHUNK = 1000;
const QUICK = 50; // ms: a quicker chunk doubles the next one
const SLOW = 200; // ms: the form and Cancel wait no longer than about that

/**
 * Outcomes of the first so many lines: all, or those done until the signal came. Throws UserFacingError when nothing can run.
 * @param {import('./read.js').Line[]} lines @param {(cells: string[]) => Row} rowOf
 * @param {AbortSignal} signal @param {(done: number) => void} onprogress @param {Site} site
 * @returns {Promise<Outcome[]>}
 */
export async function computeRows(lines, rowOf, signal, onprogress, site) {
  const { t, client, manifest: { form } } = site;
  /** @type {Outcome[]} */
  const outcomes = [];
  const most = form.batch ? MAX_CHUNK : 1;
  let size = Math.min(FIRST, most);
  while (outcomes.length < lines.length && !signal.aborted) {
    const start = performance.now();
    const chunk = lines.slice(outcomes.length, outcomes.length + size);
    const computed = (await compute(chunk.filter((line) => !line.problem).map((line) => rowOf(line.cells)))).values();
    outcomes.push(...chunk.map(({ problem }) => (problem ? { problem } : computed.next().value ?? {})));
    onprogress(outcomes.length);
    const took = performance.now() - start;
    if (took < QUICK) size = Math.min(most, 2 * size);
    if (took > SLOW) size = Math.ceil(size / 2);
    await nextTask();
  }
  return outcomes;

  /** @param {Row[]} rows @returns {Promise<Outcome[]>} */
  async function compute(rows) {
    if (!rows.length) return [];
    try {
      const { outputs } = await client.run(encode(form, rows), 'batch');
      return decode(form, outputs, rows.length).map(outcome);
    } catch (error) {
      if (error instanceof ValidationErrors) return without(rows, error);
      // The model refused the chunk as a whole: the halves show which row it was.
      if (!(error instanceof UserFacingError && error.code === 'run')) throw error;
      if (rows.length === 1) return [{ problem: wordsOf(error, t).what }];
      const middle = rows.length >> 1;
      return [...(await compute(rows.slice(0, middle))), ...(await compute(rows.slice(middle)))];
    }
  }

  /** @param {Record<string, Result>} results @returns {Outcome} */
  function outcome(results) {
    const problem = Object.values(results).map((result) => invalidity(result, site)).find(Boolean);
    return problem ? { problem } : { results: brief(results) };
  }

  /** @param {Row[]} rows @param {ValidationErrors} refused @returns {Promise<Outcome[]>} */
  async function without(rows, { refusals }) {
    /** @type {Map<number, string>} */
    const problems = new Map();
    for (const { row, message } of refusals) problems.set(row, problems.has(row) ? `${problems.get(row)} ${message}` : message);
    const computed = (await compute(rows.filter((_, index) => !problems.has(index)))).values();
    return rows.map((_, index) => (problems.has(index) ? { problem: problems.get(index) } : computed.next().value ?? {}));
  }
}

/** Results with the likeliest class alone: a hundred thousand rows must fit. @param {Record<string, Result>} results */
function brief(results) {
  return Object.fromEntries(
    Object.entries(results).map(([name, result]) => [name, result.kind === 'classes' ? { ...result, classes: result.classes.slice(0, 1) } : result]),
  );
}
