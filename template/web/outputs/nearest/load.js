/**
 * @file The list that an output ranks: its texts and their vectors, before any result is read.
 *
 * @typedef {import('../../codec/types.js').Items} Items
 * @typedef {import('../../runtime/types.js').File} File
 */

import { lists, register } from '../../codec/nearest.js';
import { MANIFEST } from '../../runtime/address.js';
import { download } from '../../runtime/download.js';

/** Make lists known; throws UserFacingError, or the signal's reason. @param {Items[]} given @param {AbortSignal} [signal] */
export async function load(given, signal) {
  await Promise.all(given.filter(({ sha256 }) => !lists.has(sha256)).map(async (items) => {
    const file = /** @type {File} */ (items);
    register(file.sha256, await download(file, MANIFEST, (t) => t.files.items, { signal }));
  }));
}
