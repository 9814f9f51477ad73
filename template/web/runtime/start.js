/**
 * @file Starts the worker: from its own file, or, on a page of another origin, from a blob: that imports that file, because
 * browsers start workers only from the origin of the page.
 */

import { t } from '../strings.js';
import { Trouble } from './trouble.js';

const ADDRESS = new URL('worker.js', import.meta.url);

/** Whether this module came from another origin than the page that uses it. */
export const foreign = ADDRESS.origin !== location.origin;

/** @type {string | undefined} */
let blob;

/** A worker that runs worker.js; throws Trouble where the page's policy forbids it (some browsers say so by an event). */
export function startWorker() {
  if (!foreign) return new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
  blob ??= URL.createObjectURL(new Blob([`import ${JSON.stringify(ADDRESS.href)};`], { type: 'text/javascript' }));
  try {
    return new Worker(blob, { type: 'module' });
  } catch (error) {
    throw new Trouble(t.trouble.policy, error);
  }
}
