/**
 * @file Pictures, sounds, series and tensors in code: the address of a sample, the elements of a small array, and of a large one the shape alone.
 *
 * @typedef {import('../../codec/types.js').Input} Input
 * @typedef {import('../../codec/types.js').Feed} Feed
 * @typedef {{code: string, needs: string[]}} Python an expression, and the imports that it needs
 */

import { ArrayValue } from '../../codec/array-value.js';
import { kindOf } from '../../codec/kinds.js';
import { windowOf } from '../../codec/kinds/series.js';

const PRINTED = 1000; // elements

/** How Python reads a file as the page does, without a batch dim; all else is a .npy file. @type {Record<string, (file: string, source: Input) => Python>} */
const FILES = { image: picture, drawing: picture, audio: sound, series };

/** @type {Record<string, string>} */
const NAMES = { image: 'picture.png', drawing: 'picture.png', audio: 'sound.wav', series: 'series.txt' };

/** @param {string} file @param {Input} source @returns {Python} */
function picture(file, { dims }) {
  const isGray = dims.length === 2 || dims.at(-1) === 1;
  const code = `np.asarray(ImageOps.exif_transpose(Image.open(${file})).convert("${isGray ? 'L' : 'RGB'}"))`;
  return { code: isGray && dims.length > 2 ? `${code}[:, :, None]` : code, needs: ['from PIL import Image, ImageOps'] };
}

/** @param {string} file @param {Input} source @returns {Python} */
function sound(file, { dims, fields: [{ rate }] }) {
  const [samples, length] = [`soundfile.read(${file}, dtype="float32", always_2d=True)[0].mean(axis=1)`, dims.at(-1)];
  const code = length ? `np.pad(${samples}, (0, ${length}))[:${length}]` : samples;
  return { code, needs: [`import soundfile  # of files with ${rate} samples a second`] };
}

/** @param {string} file @param {Input} source @returns {Python} */
function series(file, source) {
  const code = `np.loadtxt(${file}, ndmin=1)[-${windowOf(source) ?? 0}:${source.dims.length === 3 ? ', None' : ''}]`;
  return { code, needs: [] };
}

/** @param {string} file @returns {Python} */
function array(file) {
  return { code: `np.load(${file})`, needs: [] };
}

/** Whether a value is an array that is too large to print. @param {unknown} value @returns {value is ArrayValue} */
export function isLarge(value) {
  return value instanceof ArrayValue && value.data.length > PRINTED;
}

/**
 * A large array in Python: read from its sample, else zeros of its shape, with what to write in their place.
 * @param {ArrayValue} given @param {Feed} feed @param {Input} source @param {string} site
 * @returns {Python & {instead: string[]}}
 */
export function python(given, { dtype, dims }, source, site) {
  const [{ kind }] = source.fields;
  const read = FILES[kind] ?? array;
  const type = numpyType(dtype);
  const isBatch = dims.length > (kindOf(source.fields[0]).rank ?? given.dims.length);
  const fitted = (/** @type {Python} */ { code }) => `${code}${isBatch ? '[None]' : ''}.astype(${type})`;
  if (given.source && !given.source.endsWith('.json')) {
    const url = new URL(given.source, new URL('app/manifest.json', site)).href;
    const published = read(`BytesIO(urlopen(${JSON.stringify(url)}).read())`, source);
    return { code: fitted(published), needs: ['from io import BytesIO', ...published.needs], instead: [] };
  }
  const own = read(JSON.stringify(NAMES[kind] ?? 'array.npy'), source);
  const shape = `(${dims.join(', ')}${dims.length === 1 ? ',' : ''})`;
  const zeros = dtype === 'string' ? `np.full(${shape}, "", object)` : `np.zeros(${shape}, ${type})`;
  return { code: zeros, needs: [], instead: ['In place of the zeros put your own:', fitted(own), ...own.needs] };
}

/** A dtype as numpy has it. @param {string} dtype */
export function numpyType(dtype) {
  return { string: 'object', bool: 'np.bool_' }[dtype] ?? `np.${dtype}`;
}

/** A value as JSON can have it: of an array its sample's address or its elements; undefined for a large one. @param {unknown} value */
export function plain(value) {
  if (!(value instanceof ArrayValue)) return value;
  if (value.source) return value.source;
  const { dtype, dims, data } = value;
  return isLarge(value) ? undefined : { dtype, dims, data: Array.from(/** @type {ArrayLike<any>} */ (data), (each) => (typeof each === 'bigint' ? Number(each) : each)) };
}

/** Zeros in JavaScript, in place of a large array. @param {ArrayValue} given */
export function zeros({ dtype, dims, data }) {
  const name = data.constructor.name;
  const elements = dtype === 'string' ? `new Array(${data.length}).fill("")` : `new ${name}(${data.length})`;
  return `{ dtype: ${JSON.stringify(dtype)}, dims: [${dims.join(', ')}], data: ${elements} }`;
}
