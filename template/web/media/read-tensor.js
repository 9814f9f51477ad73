/**
 * @file An array from a file: .npy, or nested lists as JSON.
 *
 * @typedef {import('../codec/types.js').Feed} Feed
 */

import { Refusal } from '../codec/refusal.js';
import { parseNested } from './nested.js';
import { isNpy, readNpy } from './npy.js';

/**
 * The array in a file; throws Refusal.
 * @param {Blob} blob
 * @returns {Promise<Feed>}
 */
export async function readTensor(blob) {
  const buffer = await blob.arrayBuffer();
  const bytes = new Uint8Array(buffer);
  if (isNpy(bytes)) return readNpy(buffer);
  const text = new TextDecoder().decode(bytes);
  if (!/^\s*[[\d"tfn-]/.test(text)) throw new Refusal('not-npy', (t) => t.tensor.notNpy);
  return parseNested(text);
}
