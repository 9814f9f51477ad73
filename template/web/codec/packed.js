/**
 * @file Arrays in JSON: the twin of golden.unpack in mlweb/proof/golden.py.
 *
 * @typedef {import('./types.js').Feed} Feed
 * @typedef {{dtype: string, dims: number[], base64?: string, strings?: string[]}} Packed its little-endian bytes, row-major, or its strings
 */

import { ARRAYS } from './dtypes.js';

/** @param {Packed} packed @returns {Feed} */
export function unpack({ dtype, dims, base64 = '', strings }) {
  if (strings) return { dtype, dims, data: strings };
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return { dtype, dims, data: new ARRAYS[dtype](bytes.buffer) };
}
