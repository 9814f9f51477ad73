/**
 * @file Fetches the files of the site and makes sure that they are what the manifest promises.
 *
 * The sizes come from the manifest: a host that compresses says a Content-Length that the arriving bytes don't have.
 *
 * @typedef {import('./types.js').File} File
 * @typedef {import('./types.js').Manifest} Manifest
 */

import { t } from '../strings.js';
import { addressOf } from './kept.js';
import { Trouble } from './trouble.js';

/**
 * The site's manifest; throws Trouble.
 * @param {string} url
 * @returns {Promise<Manifest>}
 */
export async function readManifest(url) {
  const text = await (await request(url, t.files.manifest)).text();
  if (text.trimStart().startsWith('<')) throw new Trouble(t.trouble.html(t.files.manifest), url);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Trouble(t.trouble.unreadable, error);
  }
}

/**
 * The bytes of a file, checked against the manifest; throws Trouble.
 * @param {File} file
 * @param {string} base what the file's url is relative to
 * @param {string} name of the file in sentences
 * @param {(bytes: number) => void} [onbytes] told how many more have arrived
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function download(file, base, name, onbytes = () => {}) {
  const url = new URL(file.url, base).href;
  const response = await request(addressOf(url), name);
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
    throw new Trouble(t.trouble.cut(name), error);
  }
  const start = new TextDecoder().decode(bytes.subarray(0, Math.min(arrived, 200))).trimStart().toLowerCase();
  if (start.startsWith('<!') || start.startsWith('<html')) throw new Trouble(t.trouble.html(name), url);
  if (start.startsWith('version https://git-lfs')) throw new Trouble(t.trouble.pointer(name), url);
  if (arrived !== file.bytes) throw new Trouble(t.trouble.size(name, String(arrived), String(file.bytes)), url);
  const sum = await sha256(bytes);
  if (sum && sum !== file.sha256) throw new Trouble(t.trouble.checksum(name), `${url} ${sum}`);
  return bytes;
}

/**
 * The answer of the server, when it is a good one; throws Trouble.
 * @param {string} url @param {string} name
 */
async function request(url, name) {
  let response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new Trouble(t.trouble.offline(name), `${url} ${error}`);
  }
  if (!response.ok) throw new Trouble(t.trouble.missing(name, response.status), url);
  return response;
}

/**
 * The checksum in hexadecimal digits; undefined on plain http, where browsers compute none.
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) return undefined;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
