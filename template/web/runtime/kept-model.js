/**
 * @file The model as it lies on this device after a visit, whoever keeps it there: how much that is, and how it is deleted.
 *
 * @typedef {import('./types.js').File} File
 * @typedef {import('./types.js').Manifest} Manifest
 */

import { MANIFEST, isSingleFile, siteUrl } from './address.js';
import { bytesHere, forget } from './parts.js';

const RUNTIME = '../runtime/'; // all other files of the manifest are the model's

/** How many bytes of the model are kept, of how many. Never throws. @param {Manifest} manifest */
export async function keptModel(manifest) {
  const files = filesOf(manifest);
  const kept = await Promise.all(files.map((file) => (file.apart ? bytesHere(file) : isKept(file).then((is) => (is ? file.bytes : 0)))));
  return { kept: sum(kept), all: sum(files.map(({ bytes }) => bytes)) };
}

/** Delete the model from this device; the page goes on with what it has in memory. @param {Manifest} manifest */
export async function forgetModel(manifest) {
  const files = filesOf(manifest);
  await forget(files);
  const urls = files.map(({ url }) => new URL(url, MANIFEST).href);
  const names = (await caches.keys()).filter((name) => name.startsWith(`${siteUrl()}#`)); // of sw.js
  const stores = await Promise.all(names.map((name) => caches.open(name)));
  await Promise.all(stores.flatMap((store) => urls.map((url) => store.delete(url))));
}

/** @param {Manifest} manifest */
function filesOf({ files }) {
  return Object.values(files).filter(({ url }) => !url.startsWith(RUNTIME));
}

/** Whether the service worker keeps a file. @param {File} file */
async function isKept({ url }) {
  if (isSingleFile()) return false;
  return Boolean(await globalThis.caches?.match(new URL(url, MANIFEST).href).catch(() => undefined));
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, each) => total + each, 0);
}
