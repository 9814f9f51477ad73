/**
 * @file Starts workers. Each runs from a blob: that holds its script, which the page has fetched: so it starts on a page of another origin,
 * where browsers take no worker from elsewhere, and it starts again when there is no network any more.
 */

import { preload, resolveUrl } from './blob-cache.js';
import { withScriptUrl } from './trusted-types.js';

const HERE = new URL(import.meta.url); // no address beside it: in a page of one file there is none

/** Whether this module came from another origin than the page that uses it; not from the page itself, when that is one file. */
export const isForeign = HERE.protocol.startsWith('http') && HERE.origin !== location.origin;

/** A script of this site, for a worker that is to import it; throws UserFacingError. @param {URL} address @param {AbortSignal} [signal] */
export async function fetchScript(address, signal) {
  await preload([address.href], signal);
  const script = await (await fetch(resolveUrl(address.href))).blob();
  return new Blob([script], { type: 'text/javascript' });
}

/**
 * A worker that runs a module of this site, which imports no other; throws UserFacingError where there is no such file, or where the
 * page's policy forbids it (some browsers say so by an event of the worker).
 * @param {URL} address @param {AbortSignal} [signal]
 */
export async function startWorker(address, signal) {
  await preload([address.href], signal);
  return withScriptUrl(resolveUrl(address.href), (url) => new Worker(url, { type: 'module' }));
}
