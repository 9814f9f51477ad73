/**
 * @file Where boxes and lines go: asked of a worker, with the library for it.
 *
 * @typedef {import('../runtime/types.js').File} File
 * @typedef {import('./graph-worker.js').Placed} Placed
 */

import { download } from '../runtime/download.js';
import { addressOf } from '../runtime/kept.js';
import { startWorker } from '../runtime/start.js';
import { Trouble } from '../runtime/trouble.js';
import { t } from '../strings.js';

const MANIFEST = new URL('../manifest.json', import.meta.url).href;
const WORKER = new URL('graph-worker.js', import.meta.url);

/**
 * Throws Trouble.
 * @param {File} library dagre, of the manifest @param {{width: number, height: number}[]} sizes of the boxes
 * @param {[number, number][]} lines pairs of indices of boxes, sorted by the second
 * @returns {Promise<Placed>}
 */
export async function place(library, sizes, lines) {
  await download(library, MANIFEST, t.graph.library); // the worker takes it from the browser's cache; a wrong file is found out here
  const worker = startWorker(WORKER);
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => (data.failed ? reject(new Trouble(t.graph.unplaced, data.failed)) : resolve(data));
      worker.onerror = (event) => {
        event.preventDefault(); // it is said on the page
        reject(new Trouble(t.trouble.part('graph-worker.js'), event.message));
      };
      worker.postMessage({ library: addressOf(new URL(library.url, MANIFEST).href), sizes, lines });
    });
  } finally {
    worker.terminate();
  }
}
