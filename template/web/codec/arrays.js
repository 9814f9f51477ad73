/**
 * @file Arrays among the values of a form: pictures, say. Such a field is a whole input of the graph. Twin of mlweb/codec/arrays.py.
 *
 * @typedef {import('./types.js').Field} Field
 * @typedef {import('./types.js').Input} Input
 * @typedef {import('./types.js').Feed} Feed
 */

import { ARRAYS } from './dtypes.js';
import { kindOf } from './kinds.js';
import { InvalidValue } from './refusal.js';

/** Whether a field is of a kind whose values are arrays. @param {Field} field */
export function isArray(field) {
  return Boolean(kindOf(field).array);
}

/**
 * One value as the graph takes it, without a batch dim; throws InvalidValue.
 * @param {Field} field @param {unknown} given @param {Input} source
 * @returns {Feed}
 */
export function array(field, given, source) {
  if (typeof given !== 'object' || given === null || !('data' in given)) throw new InvalidValue('empty');
  const value = /** @type {Required<import('./kinds.js').Kind>} */ (kindOf(field)).array(field, /** @type {Feed} */ (given), source);
  const row = source.dims.length === value.dims.length + 1 ? source.dims.slice(1) : source.dims;
  if (row.length !== value.dims.length || row.some((wanted, index) => wanted !== null && wanted !== value.dims[index])) {
    throw new InvalidValue('dims', { wanted: row, given: value.dims });
  }
  return { ...value, dtype: source.dtype, data: cast(value, source.dtype) };
}

/** The elements in a dtype; the very same array when it is theirs already. @param {Feed} value @param {string} dtype */
function cast(value, dtype) {
  if (value.dtype === dtype) return value.data;
  const element = /^u?int64$/.test(dtype) ? BigInt : dtype === 'bool' ? (/** @type {any} */ each) => Number(each !== 0 && each !== 0n) : Number;
  return ARRAYS[dtype].from(/** @type {ArrayLike<any>} */ (value.data), (/** @type {any} */ each) => element(each));
}

/** `28 × 28 × any`. @param {(number | null)[]} dims @param {Record<string, string>} sentences */
export function words(dims, sentences) {
  return dims.map((dim) => dim ?? sentences.any).join(' × ') || sentences.single;
}

/**
 * The arrays of all rows as one tensor; a graph without a batch dim takes one row only.
 * @param {Feed[]} values @param {Input} source
 * @returns {Feed}
 */
export function stack(values, source) {
  const [{ dtype, dims, data }] = values;
  const batch = source.dims.length === dims.length + 1;
  if (values.length === 1) return { dtype, dims: batch ? [1, ...dims] : dims, data };
  if (!batch) throw new RangeError('this graph takes one row at a time');
  const all = dtype === 'string' ? values.flatMap((value) => [...value.data]) : new ARRAYS[dtype](values.length * data.length);
  if (dtype !== 'string') values.forEach((value, index) => all.set(value.data, index * data.length));
  return { dtype, dims: [values.length, ...dims], data: all };
}
