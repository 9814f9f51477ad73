/**
 * @file The visitor's own list with its vectors, kept in this browser for the next visit: the last one alone, until it is deleted.
 *
 * @typedef {{name: string, texts: string[], vectors: Float32Array}} List of a file of this name; its vectors lie one behind the other
 * @typedef {List & {isOfModel: boolean}} Kept whether the vectors are those of the model that the page has now
 */

import { siteUrl } from '../../runtime/address.js';
import { sha256 } from '../../runtime/download.js';

const NAME = `own-list ${siteUrl()}`; // sw.js deletes what begins with the address
const [TEXTS, VECTORS] = ['own-list.json', 'own-list.vectors'].map(siteUrl);

/** Keep a list; its size in bytes, or 0 where the browser keeps nothing or has no room. @param {List} list @param {string} model SHA-256 */
export async function keep({ name, texts, vectors }, model) {
  try {
    await caches.delete(NAME);
    const cache = await caches.open(NAME);
    const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (new Uint8Array(vectors.buffer));
    const about = JSON.stringify({ name, texts, model, sum: await sum(texts, bytes) });
    await cache.put(VECTORS, new Response(bytes));
    await cache.put(TEXTS, new Response(about));
    return new Blob([about]).size + bytes.length;
  } catch {
    return 0;
  }
}

/** The list of an earlier visit; undefined where there is none, or where it was changed. @param {string} model SHA-256 @returns {Promise<Kept | undefined>} */
export async function recall(model) {
  try {
    const [texts, vectors] = await Promise.all([TEXTS, VECTORS].map((url) => caches.match(url, { cacheName: NAME })));
    if (!texts || !vectors) return undefined;
    const [kept, bytes] = await Promise.all([texts.json(), vectors.arrayBuffer()]);
    if (kept.sum !== (await sum(kept.texts, new Uint8Array(bytes)))) return undefined;
    return { name: kept.name, texts: kept.texts, vectors: new Float32Array(bytes), isOfModel: kept.model === model };
  } catch { // the browser has no such store here
    return undefined;
  }
}

/** Delete it. */
export async function forget() {
  await globalThis.caches?.delete(NAME).catch(() => {});
}

/** The checksum of both. @param {string[]} texts @param {Uint8Array<ArrayBuffer>} bytes */
async function sum(texts, bytes) {
  return `${await sha256(new TextEncoder().encode(JSON.stringify(texts)))} ${await sha256(bytes)}`;
}
