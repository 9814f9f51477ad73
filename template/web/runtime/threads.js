/**
 * @file How many threads the model is computed on here.
 */

import { isForeign } from './worker-factory.js';

/**
 * As many as wanted and as there are cores, where threads can share memory: on a page that its host isolates, in a browser that
 * then has shared memory. One elsewhere, and on iPhones and iPads, which run out of memory with more.
 * @param {number} wanted
 */
export function threadsOf(wanted) {
  const shares = globalThis.crossOriginIsolated && typeof SharedArrayBuffer === 'function' && !isForeign;
  return shares && !isPhone() ? Math.min(wanted, navigator.hardwareConcurrency) : 1;
}

/** An iPad says that it is a Mac, but Macs have no touch screen. */
function isPhone() {
  const { userAgent, maxTouchPoints } = navigator;
  return /iPhone|iPad|iPod/.test(userAgent) || (/Mac OS X/.test(userAgent) && maxTouchPoints > 1);
}
