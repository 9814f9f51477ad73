/**
 * @file What a person gave in place of typed text: a picture, a sound or a tensor as an array, and where it came from.
 *
 * @typedef {import('./types.js').Feed} Feed
 * @typedef {import('./types.js').Data} Data
 */

import { ARRAYS } from './dtypes.js';

/** An array among the values of a row; as text it is the url of the sample it came from, which is what a link can carry. */
export class ArrayValue {
  /**
   * @param {Feed} array whose data may also be a plain list, as JSON has it
   * @param {string} [source] url of the sample, '' for what only this device has
   */
  constructor({ dtype, dims, data }, source = '') {
    this.dtype = dtype;
    this.dims = dims;
    /** @type {Data} */
    this.data = Array.isArray(data) && dtype !== 'string' ? typed(data, dtype) : data;
    this.source = source;
  }

  toString() {
    return this.source;
  }
}

/** The elements of a list in a dtype; null, which JSON has for NaN, is that. @param {any[]} list @param {string} dtype @returns {Data} */
function typed(list, dtype) {
  const isWide = /^u?int64$/.test(dtype);
  return ARRAYS[dtype].from(list, (/** @type {any} */ each) => (isWide ? BigInt(each) : Number(each ?? NaN)));
}
