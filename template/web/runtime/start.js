/**
 * @file Starts the worker: from its own file, or, on a page of another origin, from a blob: that imports that file, because
 * browsers start workers only from the origin of the page.
 */

import { t } from '../strings.js';
import { addressOf } from './kept.js';
import { Trouble } from './trouble.js';

/** The worker that computes. */
export const ADDRESS = new URL('worker.js', import.meta.url);

/** Whether this module came from another origin than the page that uses it; not from the page itself, when that is one file. */
export const foreign = ADDRESS.protocol.startsWith('http') && ADDRESS.origin !== location.origin;

/** Blobs by the address that they import. @type {Map<string, string>} */
const blobs = new Map();

/**
 * A worker that runs a module of this site; throws Trouble where the page's policy forbids it (some browsers say so by an event).
 * @param {URL} address
 */
export function startWorker(address = ADDRESS) {
  if (!foreign) return new Worker(addressOf(address.href), { type: 'module' });
  const blob = blobs.get(address.href) ?? URL.createObjectURL(new Blob([`import ${JSON.stringify(address.href)};`], { type: 'text/javascript' }));
  blobs.set(address.href, blob);
  try {
    return new Worker(blob, { type: 'module' });
  } catch (error) {
    throw new Trouble(t.trouble.policy, error);
  }
}
