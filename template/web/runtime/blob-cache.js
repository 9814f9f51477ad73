/**
 * @file Files of the site that the page keeps in its memory, for when it can fetch nothing any more.
 */

import { UserFacingError } from '../codec/user-facing-error.js';
import { request } from './request.js';

/** Address on the site -> address in this page's memory. @type {Map<string, string>} */
const blobs = new Map();

/** Where a file of the site is to be taken from. @param {string} url */
export function resolveUrl(url) {
  return blobs.get(url) ?? url;
}

/** Fetch files of the site, so that they need no connection from now on; throws UserFacingError. @param {string[]} urls @param {AbortSignal} [signal] */
export async function preload(urls, signal) {
  const missing = urls.filter((url) => url.startsWith('http') && !blobs.has(url)); // a page in one file has all in it
  await Promise.all(missing.map(async (url) => {
    const name = url.split('/').at(-1) ?? url;
    const response = await request(url, name, signal);
    const blob = await response.blob();
    if (!blob.size && url.endsWith('.js')) throw new UserFacingError('part', (t) => t.trouble.part(name), url); // a worker of nothing never answers
    blobs.set(url, URL.createObjectURL(blob));
  }));
}
