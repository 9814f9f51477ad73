/**
 * @file Measures a model: cold load, first run, and runs in a row, on a client of its own that is closed afterwards.
 *
 * @typedef {import('../../runtime/types.js').Manifest} Manifest
 * @typedef {import('../../codec/types.js').Feed} Feed
 *
 * @typedef {object} Measured All times in milliseconds.
 * @property {number} cold from the download to the first result
 * @property {number} session what starting the runtime with the model took of that
 * @property {number} first the first run
 * @property {number[]} runs the runs after it, each the mean of `times` in a row
 * @property {number} times
 * @property {number} tick of the browser's clock
 * @property {string} runtime what computed, such as onnxruntime-web
 * @property {string} version of that
 * @property {import('../../runtime/session.js').Provider['name']} backend of the runs
 * @property {number} threads
 * @property {number} wanted threads that metadata.yml asks for
 */

import { MANIFEST } from '../../runtime/address.js';
import { Client } from '../../runtime/client.js';
import { ENGINES } from '../../runtime/engines/index.js';

export const RUNS = 20;
/** A timing lasts about so many ticks of the clock or more, which makes it exact to a few percent. */
const TICKS = 40;

/**
 * @param {Manifest} manifest @param {Record<string, Feed>} feeds
 * @param {(run: number) => void} onrun told the number of the run that begins, from 1
 * @param {AbortSignal} signal
 * @returns {Promise<Measured>}
 */
export async function measure(manifest, feeds, onrun, signal) {
  const tick = clockTick();
  const start = performance.now();
  const client = new Client(manifest, MANIFEST, { signal });
  try {
    const first = await client.run(feeds);
    const cold = performance.now() - start;
    const { loadMs: session, version, threads } = await client.ready;
    const { runtime } = ENGINES[manifest.engine];

    let times = 1;
    const brief = async () => (await client.run(feeds, 'form', times)).ms * times < TICKS * tick;
    while ((await brief()) || (await brief())) times *= 2; // warms up as well: the second is often the faster one
    const runs = [];
    let { backend } = first;
    while (runs.length < RUNS) {
      onrun(runs.length + 1);
      const ran = await client.run(feeds, 'form', times);
      if (ran.backend !== backend) runs.length = 0; // it has fallen back meanwhile: the times of one backend are none of the other
      backend = ran.backend;
      runs.push(ran.ms);
    }
    return { cold, session, first: first.ms, runs, times, tick, runtime, version, backend, threads, wanted: manifest.threads };
  } finally {
    client.close();
  }
}

/** The smallest step that the clock is seen to take; some browsers make it a whole millisecond, against spying pages. */
export function clockTick() {
  let tick = Infinity;
  for (let step = 0; step < 10; step++) {
    const start = performance.now();
    let now = start;
    while (now === start) now = performance.now();
    tick = Math.min(tick, now - start);
  }
  return Math.round(tick * 1e6) / 1e6; // without the last digits of the subtraction
}

/** The middle one, between two the mean of both. @param {number[]} times */
export function median(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

/** The smallest time that 95% of all do not exceed. @param {number[]} times */
export function p95(times) {
  return times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1];
}
