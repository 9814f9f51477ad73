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
import { isOfHub } from './address.js';
import { resolveUrl } from './blob-cache.js';
import { Parts } from './parts.js';
import { named, request } from './request.js';

const PARTIAL = 206; // the status of an answer that has only the bytes that were asked for
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
    return await downloadOnce(file, base, name, options).catch((error) => {
      if (!isChanged(error) || !navigator.serviceWorker?.controller) throw error;
      return downloadOnce(file, base, name, { ...options, cache: 'reload' }); // what sw.js had kept, others of this origin can change
    });
  } catch (error) {
    throw isOfHub(file) && error instanceof UserFacingError ? hubTrouble(error, file, name) : error;
  }
}

/** @param {unknown} error */
function isChanged(error) {
  return error instanceof UserFacingError && CHANGED.includes(error.code);
}

/**
 * @param {File} file @param {string} base @param {FileName} name
 * @param {{signal?: AbortSignal, onbytes?: (bytes: number) => void, cache?: RequestCache}} options
 */
async function downloadOnce(file, base, name, { signal, onbytes = () => {}, cache }) {
  const url = new URL(file.url, base).href;
  const bytes = roomFor(file);
  const parts = file.apart ? new Parts(file) : undefined;
  let arrived = (await parts?.recall(bytes)) ?? 0;
  onbytes(arrived);
  if (arrived < file.bytes) {
    const ask = (/** @type {HeadersInit | undefined} */ headers) =>
      request(resolveUrl(url), name, signal, { cache, priority: 'low', headers }); // whatever a person waits for besides is small
    const response = arrived ? await ask({ Range: `bytes=${arrived}-` }).catch(() => ask(undefined)) : await ask(undefined); // not every server gives a part
    if (arrived && response.status !== PARTIAL) { // all of it comes once more
      onbytes(-arrived);
      arrived = 0;
    }
    const promised = Number(response.headers.get('Content-Length')); // compressed, where the host compresses: mostly less than arrives
    let received = 0;
    try {
      const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        bytes.set(part.value.subarray(0, Math.max(0, file.bytes - arrived)), Math.min(arrived, file.bytes));
        arrived += part.value.length;
        received += part.value.length;
        onbytes(part.value.length);
        await parts?.keep(bytes, Math.min(arrived, file.bytes));
      }
      if (arrived < file.bytes && received < promised && !sentInstead(bytes, arrived)) throw new Error('it ended early'); // which Firefox takes for its end
    } catch (error) {
      const isKept = await parts?.keepAll(bytes, Math.min(arrived, file.bytes));
      signal?.throwIfAborted();
      throw new UserFacingError('cut', (t) => (isKept ? t.trouble.cutKept : t.trouble.cut)(named(name, t)), error);
    }
  }
  const isWhole = arrived === file.bytes;
  const sum = isWhole ? await sha256(bytes) : '';
  if (!isWhole || (sum && sum !== file.sha256)) {
    onbytes(-arrived);
    await parts?.forget();
  }
  const other = sentInstead(bytes, arrived);
  if (other) throw new UserFacingError(other, (t) => t.trouble[other](named(name, t)), url);
  if (!isWhole) {
    throw new UserFacingError('size', (t) => t.trouble.size(named(name, t), String(arrived), String(file.bytes)), url);
  }
  if (sum && sum !== file.sha256) throw new UserFacingError('checksum', (t) => t.trouble.checksum(named(name, t)), `${url} ${sum}`);
  await parts?.keepAll(bytes, arrived);
  return bytes;
}

/** Memory for a file; throws UserFacingError. @param {File} file */
function roomFor({ bytes }) {
  try {
    return new Uint8Array(bytes);
  } catch (error) {
    throw new UserFacingError('memory', (t) => t.trouble.memory, error);
  }
}

/**
 * What was sent in place of a file, if its start tells.
 * @param {Uint8Array<ArrayBuffer>} bytes @param {number} arrived how many of them have
 * @returns {'html' | 'pointer' | undefined}
 */
function sentInstead(bytes, arrived) {
  const start = new TextDecoder().decode(bytes.subarray(0, Math.min(arrived, 200))).trimStart().toLowerCase();
  if (start.startsWith('<!') || start.startsWith('<html')) return 'html';
  return start.startsWith('version https://git-lfs') ? 'pointer' : undefined;
}

/**
 * Why a file can't be had from a hub. What was wrong with it there are technical details: nobody who reads this can change it.
 * @param {UserFacingError} error @param {File} file @param {FileName} name
 */
function hubTrouble({ code, words, detail }, { url }, name) {
  if (code === 'cut' || code === 'memory') return new UserFacingError(code, words, detail);
  const { host } = new URL(url);
  const key = code === 'offline' ? 'hubDown' : 'hubLost';
  return new UserFacingError(code, (t) => t.trouble[key](named(name, t), host), `${code}: ${detail}`);
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
