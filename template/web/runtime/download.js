/**
 * @file Fetches the files of the site and makes sure that they are what the manifest promises.
 *
 * The sizes come from the manifest: a host that compresses says a Content-Length that the arriving bytes don't have.
 *
 * @typedef {import('./types.js').File} File
 * @typedef {import('./types.js').Manifest} Manifest
 * @typedef {import('../strings/index.js').Strings} Strings
 * @typedef {import('./request.js').FileName} FileName
 */

import { UserFacingError } from '../codec/user-facing-error.js';
import { resolveUrl } from './blob-cache.js';
import { named, request } from './request.js';

/** The errors of a file that is another one than was published. */
const CHANGED = ['html', 'pointer', 'size', 'checksum'];

/**
 * The site's manifest; throws UserFacingError.
 * @param {string} url @param {AbortSignal} [signal]
 * @returns {Promise<Manifest>}
 */
export async function readManifest(url, signal) {
  const name = (/** @type {Strings} */ t) => t.files.manifest;
  const text = await (await request(url, name, signal)).text();
  if (text.trimStart().startsWith('<')) throw new UserFacingError('html', (t) => t.trouble.html(name(t)), url);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserFacingError('unreadable', (t) => t.trouble.unreadable, error);
  }
}

/**
 * The bytes of a file, checked against the manifest; throws UserFacingError, or the signal's reason.
 * @param {File} file
 * @param {string} base what the file's url is relative to
 * @param {FileName} name
 * @param {{signal?: AbortSignal, onbytes?: (bytes: number) => void}} [options] `onbytes` hears how many more have arrived
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function download(file, base, name, options = {}) {
  try {
    return await downloadOnce(file, base, name, options);
  } catch (error) {
    const isChanged = error instanceof UserFacingError && CHANGED.includes(error.code);
    if (!isChanged || !navigator.serviceWorker?.controller) throw error;
    return downloadOnce(file, base, name, { ...options, cache: 'reload' }); // what sw.js had kept, others of this origin can change
  }
}

/**
 * @param {File} file @param {string} base @param {FileName} name
 * @param {{signal?: AbortSignal, onbytes?: (bytes: number) => void, cache?: RequestCache}} options
 */
async function downloadOnce(file, base, name, { signal, onbytes = () => {}, cache }) {
  const url = new URL(file.url, base).href;
  const response = await request(resolveUrl(url), name, signal, { cache, priority: 'low' }); // whatever a person waits for besides is small
  const bytes = new Uint8Array(file.bytes);
  let arrived = 0;
  try {
    const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      bytes.set(part.value.subarray(0, Math.max(0, file.bytes - arrived)), Math.min(arrived, file.bytes));
      arrived += part.value.length;
      onbytes(part.value.length);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw new UserFacingError('cut', (t) => t.trouble.cut(named(name, t)), error);
  }
  const isWhole = arrived === file.bytes;
  const sum = isWhole ? await sha256(bytes) : '';
  if (!isWhole || (sum && sum !== file.sha256)) onbytes(-arrived);
  const start = new TextDecoder().decode(bytes.subarray(0, Math.min(arrived, 200))).trimStart().toLowerCase();
  if (start.startsWith('<!') || start.startsWith('<html')) throw new UserFacingError('html', (t) => t.trouble.html(named(name, t)), url);
  if (start.startsWith('version https://git-lfs')) throw new UserFacingError('pointer', (t) => t.trouble.pointer(named(name, t)), url);
  if (!isWhole) {
    throw new UserFacingError('size', (t) => t.trouble.size(named(name, t), String(arrived), String(file.bytes)), url);
  }
  if (sum && sum !== file.sha256) throw new UserFacingError('checksum', (t) => t.trouble.checksum(named(name, t)), `${url} ${sum}`);
  return bytes;
}

/**
 * The checksum in hexadecimal digits; undefined on plain http, where browsers compute none.
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
export async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) return undefined;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
