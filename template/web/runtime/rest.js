/**
 * @file The rest of the runtime, which a first visit does without: whether this browser has it from an earlier visit, and how it stays for the next.
 */

import { appFolder, isSingleFile } from './address.js';

/**
 * Whether it is kept here: then it was needed, and is used at once.
 * @param {import('./types.js').File} file @param {string} base
 */
export async function isKept({ url }, base) {
  try {
    return Boolean(await caches.match(new URL(url, base).href));
  } catch {
    return false; // a page that may keep nothing
  }
}

/** Have this deploy's service worker keep it for a visit without a network, as soon as there is one. */
export async function keepRest() {
  if (isSingleFile()) return;
  const { active } = (await navigator.serviceWorker?.ready) ?? {};
  if (active?.scriptURL.includes(appFolder())) active.postMessage('keep the rest');
}
