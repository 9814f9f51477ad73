/**
 * @file Arrays among the values of a form: pictures, drawings, sounds, series and raw tensors. Twin of mlweb/codec/arrays.py.
 *
 * Such a field is the whole input of the graph. Its value is an array as a person gave it: a picture uint8 [height, width, 3 or 1],
 * a sound float32 [samples] at the field's rate, a series numbers [steps], the latest last, a tensor of any dtype and dims.
 *
 * @typedef {import('./types.js').Field} Field
 * @typedef {import('./types.js').Input} Input
 * @typedef {import('./types.js').Feed} Feed
 */

import { ARRAYS, BOUNDS, FLOAT_MAX } from './dtypes.js';
import { InvalidValue } from './refusal.js';

/**
 * A picture with as many channels as the graph takes; [height, width] for a graph that takes no channels.
 * @param {Field} field @param {Feed} value @param {Input} source
 * @returns {Feed}
 */
function picture(field, value, source) {
  const [height, width, channels = 0] = value.dims;
  if (value.dtype !== 'uint8' || value.dims.length !== 3 || (channels !== 1 && channels !== 3)) throw new InvalidValue('picture');
  const wanted = source.dims.length > 2 ? source.dims.at(-1) ?? 3 : 0;
  let data = /** @type {Uint8Array} */ (value.data);
  if (channels === 3 && wanted < 3) data = gray(data);
  if (channels === 1 && wanted === 3) data = Uint8Array.from({ length: 3 * data.length }, (_, index) => data[Math.floor(index / 3)]);
  const dims = wanted === 0 ? [height, width] : [height, width, data.length / (height * width)];
  return { dtype: 'uint8', dims, data };
}

/**
 * Three bytes a pixel -> one: the luma of ITU-R BT.601 in 16-bit fixed point, as Pillow's convert("L") has it.
 * @param {Uint8Array} pixels
 */
export function gray(pixels) {
  const luma = new Uint8Array(pixels.length / 3);
  for (let at = 0, from = 0; at < luma.length; at++, from += 3) {
    luma[at] = (pixels[from] * 19595 + pixels[from + 1] * 38470 + pixels[from + 2] * 7471 + 0x8000) >> 16;
  }
  return luma;
}

/**
 * The samples; where the graph takes a fixed number, cut at the end or filled up with silence.
 * @param {Field} field @param {Feed} value @param {Input} source
 * @returns {Feed}
 */
function sound(field, value, source) {
  if (value.dtype !== 'float32' || value.dims.length !== 1) throw new InvalidValue('sound');
  const length = source.dims.at(-1);
  if (!length) return value;
  const data = new Float32Array(length);
  data.set(/** @type {Float32Array} */ (value.data).subarray(0, length));
  return { dtype: 'float32', dims: [length], data };
}

/** How many numbers of a series the graph takes; null for any number. @param {Input} source */
export function windowOf({ dims }) {
  return (dims.length === 3 ? dims[1] : dims.at(-1)) ?? null;
}

/**
 * The last numbers of a series, as many as the graph takes, or all; each a number within the field's limits. A column, where the graph
 * takes one.
 * @param {Field} field @param {Feed} value @param {Input} source
 * @returns {Feed}
 */
function series({ min, max }, value, source) {
  if (!/^(u?int|float)/.test(value.dtype) || value.dims.length !== 1) throw new InvalidValue('series');
  const { dims: { length: rank }, dtype } = source;
  const wanted = windowOf(source) ?? 0;
  const all = Float64Array.from(/** @type {ArrayLike<any>} */ (value.data), Number);
  if (all.length < (wanted || 1)) throw new InvalidValue('series_short', { wanted: wanted || 1, given: all.length });
  const kept = all.slice(wanted ? -wanted : 0);
  kept.forEach((number, index) => {
    const at = all.length - kept.length + index + 1;
    if (!Number.isFinite(number)) throw new InvalidValue('series_nan', { at });
    if (Math.abs(number) > (FLOAT_MAX[dtype] ?? Infinity)) throw new InvalidValue('series_too_large', { at, value: number, dtype });
    if (min !== undefined && number < min) throw new InvalidValue('series_min', { at, value: number, min });
    if (max !== undefined && number > max) throw new InvalidValue('series_max', { at, value: number, max });
  });
  return { dtype: 'float64', dims: rank === 3 ? [kept.length, 1] : [kept.length], data: kept };
}

/**
 * Any array whose elements the graph's dtype can hold.
 * @param {Field} field @param {Feed} value @param {Input} source
 * @returns {Feed}
 */
function raw(field, value, { dtype }) {
  if ((dtype === 'string') !== (value.dtype === 'string')) throw new InvalidValue('dtype', { dtype });
  if (/int/.test(dtype) && value.dtype !== dtype) {
    const [low, high] = BOUNDS[dtype] ?? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
    const whole = Array.from(/** @type {ArrayLike<any>} */ (value.data), Number).every((each) => Number.isInteger(each) && low <= each && each <= high);
    if (!whole) throw new InvalidValue('whole_dtype', { dtype });
  }
  return value;
}

/** @type {Record<string, (field: Field, value: Feed, source: Input) => Feed>} */
const KINDS = { image: picture, drawing: picture, audio: sound, series, tensor: raw };

/** Whether a field is of a kind whose values are arrays. @param {Field} field */
export function isArray(field) {
  return Object.hasOwn(KINDS, field.kind);
}

/**
 * One value as the graph takes it, without a batch dim; throws InvalidValue.
 * @param {Field} field @param {unknown} given @param {Input} source
 * @returns {Feed}
 */
export function array(field, given, source) {
  if (typeof given !== 'object' || given === null || !('data' in given)) throw new InvalidValue('empty');
  const value = KINDS[field.kind](field, /** @type {Feed} */ (given), source);
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
