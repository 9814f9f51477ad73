/**
 * @file Arrays as numpy keeps them in .npy files: read and written.
 *
 * @typedef {import('../codec/types.js').Feed} Feed
 * @typedef {import('../strings/index.js').Strings} Strings
 */

import { ARRAYS } from '../codec/dtypes.js';
import { Refusal } from '../codec/refusal.js';

/** numpy's short names of our dtypes. @type {Record<string, string>} */
const CODES = {
  float16: 'f2', float32: 'f4', float64: 'f8', int8: 'i1', int16: 'i2', int32: 'i4', int64: 'i8', uint8: 'u1', uint16: 'u2', uint32: 'u4', uint64: 'u8',
  bool: 'b1',
};
const DTYPES = new Map(Object.keys(ARRAYS).map((dtype) => [CODES[dtype], dtype]));
const MAGIC = '\x93NUMPY';

/** An array's type and shape: `float32, 3 × 28 × 28`. @param {{dtype: string, dims: (number | string)[]}} array @param {Strings} t */
export function describe({ dtype, dims }, t) {
  return `${dtype}, ${dims.join(' × ') || t.tensor.single}`;
}

/** Whether bytes begin as a .npy file does. @param {Uint8Array} bytes */
export function isNpy(bytes) {
  return [...MAGIC].every((letter, index) => bytes[index] === letter.charCodeAt(0));
}

/**
 * The array of a .npy file of version 1, 2 or 3; throws Refusal.
 * @param {ArrayBuffer} buffer
 * @returns {Feed}
 */
export function readNpy(buffer) {
  const [bytes, view] = [new Uint8Array(buffer), new DataView(buffer)];
  if (!isNpy(bytes) || bytes.length < 12) throw new Refusal('not-npy', (t) => t.tensor.notNpy);
  const [start, long] = bytes[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const header = new TextDecoder().decode(bytes.subarray(start, start + long));
  const [, descr = ''] = /'descr':\s*'([^']*)'/.exec(header) ?? [];
  const [, order = ''] = /'fortran_order':\s*(True|False)/.exec(header) ?? [];
  const [, shape] = /'shape':\s*\(([^)]*)\)/.exec(header) ?? [];
  const dtype = DTYPES.get(descr.replace(/^[<|]/, ''));
  if (!order || shape === undefined) throw new Refusal('not-npy', (t) => t.tensor.notNpy);
  if (!dtype) throw new Refusal('dtype', (t) => t.tensor.dtype(descr || t.tensor.record));
  const dims = shape.split(',').filter((dim) => dim.trim()).map((dim) => parseInt(dim, 10));
  if (order === 'True' && dims.length > 1) throw new Refusal('fortran', (t) => t.tensor.fortran);
  const count = dims.reduce((product, dim) => product * dim, 1);
  const size = count * ARRAYS[dtype].BYTES_PER_ELEMENT;
  const [from, there] = [start + long, bytes.length - start - long];
  if (there !== size) throw new Refusal('cut', (t) => t.tensor.cut(size, there));
  return { dtype, dims, data: new ARRAYS[dtype](buffer.slice(from)) };
}

/**
 * A .npy file of version 1; text as numpy's own text of four bytes a character.
 * @param {Feed} array
 */
export function writeNpy({ dtype, dims, data }) {
  const texts = dtype === 'string' ? Array.from(data, String) : [];
  const longest = texts.reduce((most, text) => Math.max(most, [...text].length), Number(dtype === 'string'));
  const size = longest ? '' : CODES[dtype].slice(1);
  const descr = longest ? `<U${longest}` : `${size === '1' ? '|' : '<'}${CODES[dtype]}`;
  const shape = dims.join(', ') + (dims.length === 1 ? ',' : '');
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
  const padded = `${header.padEnd(Math.ceil((10 + header.length + 1) / 64) * 64 - 11)}\n`; // what follows begins at a multiple of 64
  const start = Uint8Array.from([...MAGIC].map((letter) => letter.charCodeAt(0)).concat(1, 0, padded.length & 255, padded.length >> 8));
  return new Blob([start, padded, longest ? wide(texts, longest) : /** @type {Uint8Array<ArrayBuffer>} */ (data)]);
}

/** Texts of the same length, in UTF-32. @param {string[]} texts @param {number} longest */
function wide(texts, longest) {
  const all = new Uint32Array(texts.length * longest);
  texts.forEach((text, index) => all.set([...text].map((letter) => letter.codePointAt(0) ?? 0), index * longest));
  return all;
}
