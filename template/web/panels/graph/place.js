/**
 * @file Where boxes and lines go: asked of a worker, with the library for it.
 *
 * @typedef {import('../../runtime/types.js').File} File
 * @typedef {import('./worker.js').Placed} Placed
 */

import { UserFacingError } from '../../codec/user-facing-error.js';
import { MANIFEST } from '../../runtime/address.js';
import { resolveUrl } from '../../runtime/blob-cache.js';
import { download } from '../../runtime/download.js';
import { startWorker } from '../../runtime/worker-factory.js';
import { onEnd } from '../../ui/lifetime.js';

const WORKER = new URL('worker.js', import.meta.url);

/**
 * Throws UserFacingError, or the signal's reason.
 * @param {File} library dagre, of the manifest @param {{width: number, height: number}[]} sizes of the boxes
 * @param {[number, number][]} lines pairs of indices of boxes, sorted by the second
 * @param {AbortSignal} signal
 * @returns {Promise<Placed>}
 */
export async function place(library, sizes, lines, signal) {
  await download(library, MANIFEST, (t) => t.graph.library, { signal }); // the worker takes it from the browser's cache; a wrong file is found out here
  const worker = await startWorker(WORKER, signal);
  try {
    return await new Promise((resolve, reject) => {
      onEnd(signal, () => reject(signal.reason));
      const fail = (/** @type {string} */ why) => reject(new UserFacingError('unplaced', (t) => t.graph.unplaced, why));
      worker.onmessage = ({ data }) => (data.failed ? fail(data.failed) : resolve(data));
      worker.onerror = (event) => {
        event.preventDefault(); // it is said on the page
        if (event.message) return fail(event.message);
        reject(new UserFacingError('policy', (t) => t.trouble.policy)); // it never came to run
      };
      worker.postMessage({ library: resolveUrl(new URL(library.url, MANIFEST).href), sizes, lines });
    });
  } finally {
    worker.terminate();
  }
}
