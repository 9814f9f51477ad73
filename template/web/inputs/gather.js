/**
 * @file Values that come from a program: files, addresses and arrays are read as the controls of the form read them.
 *
 * @typedef {import('../codec/types.js').Field} Field
 * @typedef {import('../codec/types.js').Form} Form
 * @typedef {import('../codec/types.js').Feed} Feed
 * @typedef {import('../codec/types.js').Row} Row
 * @typedef {import('../ui/types.js').Context} Context
 */

import { ArrayValue } from '../codec/array-value.js';
import { isArray } from '../codec/arrays.js';
import { ARRAYS } from '../codec/dtypes.js';
import { sentence } from '../codec/encode.js';
import { InvalidValue, Refusal, ValidationErrors } from '../codec/refusal.js';
import { sample } from './array-control.js';

/** What a file is for a kind of field, a raw tensor unless it is listed; fetched only when needed. @type {Record<string, (blob: Blob, field: Field) => Promise<Feed>>} */
const READERS = {
  image: async (blob) => (await import('../media/read-image.js')).readImage(blob),
  drawing: async (blob) => (await import('../media/read-image.js')).readImage(blob),
  audio: async (blob, field) => (await import('../media/read-audio.js')).readAudio(blob, field),
  series: async (blob) => {
    const numbers = (await import('../codec/series.js')).readSeries(await blob.text(), '.');
    return { dtype: 'float64', dims: [numbers.length], data: Float64Array.from(numbers) };
  },
  tensor: async (blob) => (await import('../media/read-tensor.js')).readTensor(blob),
};

/**
 * The row with an array in place of each Blob, each address (relative to the manifest's) and each {dtype, dims, data}.
 * Throws ValidationErrors.
 * @param {Form} form @param {Row} values @param {Context} context
 * @returns {Promise<Row>}
 */
export async function gather({ inputs, sentences }, values, { t, signal }) {
  const row = { ...values };
  /** @type {{row: number, field: string, message: string}[]} */
  const refusals = [];
  for (const field of inputs.flatMap((input) => input.fields).filter((each) => isArray(each) && row[each.name])) {
    try {
      row[field.name] = await read(field, row[field.name], signal);
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof InvalidValue)) throw error;
      const message = error instanceof Refusal ? `${field.label}: ${error.sentence(t)}` : sentence(sentences, field.label, error);
      refusals.push({ row: 0, field: field.name, message });
    }
  }
  if (refusals.length) throw new ValidationErrors(refusals);
  return row;
}

/** @param {Field} field @param {unknown} value @param {AbortSignal} signal */
async function read(field, value, signal) {
  const readFile = READERS[field.kind] ?? READERS.tensor;
  if (value instanceof Blob) return readFile(value, field);
  if (typeof value === 'string') return readFile(await sample(value, signal), field);
  const { dtype, dims, data } = /** @type {Feed} */ (value);
  const isKnown = (dtype === 'string' || dtype in ARRAYS) && Array.isArray(dims);
  if (!isKnown || data?.length !== dims.reduce((count, dim) => count * dim, 1)) throw new Refusal('array', (t) => t.source.array);
  return new ArrayValue({ dtype, dims, data });
}
