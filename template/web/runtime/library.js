/**
 * @file Loads a vendored script when it is first needed: a module, or a classic one, which leaves its name in the window.
 *
 * @typedef {import('./types.js').File} File
 */

import { t } from '../strings.js';
import { download } from './download.js';
import { addressOf } from './kept.js';
import { Trouble } from './trouble.js';

const MANIFEST = new URL('../manifest.json', import.meta.url).href;

/**
 * What the script of a manifest's entry leaves in the window; throws Trouble.
 * @param {File} file @param {string} global the name it leaves @param {string} name of the file in sentences
 * @returns {Promise<any>}
 */
export async function loadLibrary(file, global, name) {
  const page = /** @type {any} */ (window);
  if (page[global]) return page[global];
  await download(file, MANIFEST, name); // the script below is taken from the browser's cache; a wrong file is found out here
  const script = document.createElement('script');
  script.src = addressOf(new URL(file.url, MANIFEST).href);
  script.crossOrigin = 'anonymous'; // else the checksum of what is not from this page's origin can't be checked
  script.integrity = integrity(file.sha256);
  await new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new Trouble(t.trouble.part(name), script.src));
    document.head.append(script);
  });
  return page[global];
}

/**
 * What a library that is a module exports; throws Trouble.
 * @param {File} file @param {string} name of the file in sentences
 * @returns {Promise<any>}
 */
export async function loadModule(file, name) {
  await download(file, MANIFEST, name); // a wrong file is found out here, as above
  const address = addressOf(new URL(file.url, MANIFEST).href);
  return import(address).catch((error) => { throw new Trouble(t.trouble.part(name), error); });
}

/** A checksum in hexadecimal digits as a script element takes it. @param {string} sha256 */
function integrity(sha256) {
  const bytes = sha256.match(/../g) ?? [];
  return `sha256-${btoa(String.fromCharCode(...bytes.map((byte) => parseInt(byte, 16))))}`;
}
