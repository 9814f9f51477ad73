/**
 * @file Loads a vendored script when it is first needed: a module, or a classic one, which leaves its name in the window.
 *
 * @typedef {import('./types.js').File} File
 * @typedef {import('./request.js').FileName} FileName
 */

import { UserFacingError } from '../codec/user-facing-error.js';
import { MANIFEST } from './address.js';
import { resolveUrl } from './blob-cache.js';
import { download } from './download.js';
import { named } from './request.js';
import { withScriptUrl } from './trusted-types.js';

/** Scripts on their way and those that are there, by the name they leave: two panels may ask for one at once. @type {Map<string, Promise<any>>} */
const libraries = new Map();

/**
 * What the script of a manifest's entry leaves in the window; throws UserFacingError.
 * @param {File} file @param {string} global the name it leaves @param {FileName} name
 * @returns {Promise<any>}
 */
export function loadLibrary(file, global, name) {
  const loading = libraries.get(global) ?? addScript(file, global, name);
  libraries.set(global, loading);
  loading.catch(() => libraries.delete(global)); // who asks again may have more luck
  return loading;
}

/** @param {File} file @param {string} global @param {FileName} name */
async function addScript(file, global, name) {
  const url = await checked(file, name);
  const script = document.createElement('script');
  withScriptUrl(url, (trusted) => { script.src = trusted; });
  script.crossOrigin = 'anonymous'; // else the checksum of what is not from this page's origin can't be checked
  script.integrity = integrity(file.sha256);
  await new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new UserFacingError('part', (t) => t.trouble.part(named(name, t)), url));
    document.head.append(script);
  });
  return /** @type {any} */ (window)[global];
}

/**
 * What a library that is a module exports; throws UserFacingError.
 * @param {File} file @param {FileName} name
 * @returns {Promise<any>}
 */
export async function loadModule(file, name) {
  const url = await checked(file, name);
  return import(url).catch((error) => { throw new UserFacingError('part', (t) => t.trouble.part(named(name, t)), error); });
}

/** Where a file is to be taken from: from the browser's cache, as a wrong one is found out here. @param {File} file @param {FileName} name */
async function checked(file, name) {
  await download(file, MANIFEST, name);
  return resolveUrl(new URL(file.url, MANIFEST).href);
}

/** A checksum in hexadecimal digits as a script element takes it. @param {string} sha256 */
function integrity(sha256) {
  const bytes = sha256.match(/../g) ?? [];
  return `sha256-${btoa(String.fromCharCode(...bytes.map((byte) => parseInt(byte, 16))))}`;
}
