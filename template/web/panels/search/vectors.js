/**
 * @file The vectors of texts, by the model of the page, some texts at a time: the form comes first.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 */

import { encode } from '../../codec/encode.js';

const FIRST = 16; // texts of the first run, which shows how fast the model is
const MAX_CHUNK = 128; // all are made as long as the longest of them
const QUICK = 50; // ms: a quicker run doubles the next one
const SLOW = 200; // ms: the form waits no longer than about that

/**
 * Throws UserFacingError when nothing can run.
 * @param {string[]} texts @param {string} name of the output @param {AbortSignal} signal ends it after the run under way
 * @param {(vectors: ArrayLike<number>, count: number) => void} ontexts hears those of the next few texts, one behind the other
 * @param {Site} site
 */
export async function makeVectors(texts, name, signal, ontexts, { client, manifest: { form } }) {
  const [{ fields: [field] }] = form.inputs;
  let size = form.batch ? FIRST : 1;
  for (let at = 0; at < texts.length && !signal.aborted;) {
    const start = performance.now();
    const some = texts.slice(at, at + size);
    const { outputs } = await client.run(encode(form, some.map((text) => ({ [field.name]: text }))), 'search');
    ontexts(/** @type {Float32Array} */ (outputs[name].data), some.length);
    at += some.length;
    const took = performance.now() - start;
    if (took < QUICK && form.batch) size = Math.min(MAX_CHUNK, 2 * size);
    if (took > SLOW) size = Math.ceil(size / 2);
  }
}
