/**
 * @file Values that come from a program: files, addresses and arrays are read as the controls of the form read them.
 *
 * @typedef {import('../runtime/types.js').Field} Field
 * @typedef {import('../runtime/types.js').Form} Form
 * @typedef {import('../runtime/types.js').Feed} Feed
 * @typedef {import('../runtime/types.js').Row} Row
 */

import { isArray } from '../runtime/arrays.js';
import { ARRAYS } from '../runtime/dtypes.js';
import { Refusal, Refusals } from '../runtime/refusal.js';
import { t } from '../strings.js';
import { Given } from './given.js';
import { sample } from './held.js';

/** What a file is for each kind of field; fetched only when needed. @type {Record<string, (blob: Blob, field: Field) => Promise<Feed>>} */
const READERS = {
  image: async (blob) => (await import('./read-image.js')).readImage(blob),
  drawing: async (blob) => (await import('./read-image.js')).readImage(blob),
  audio: async (blob, field) => (await import('./read-audio.js')).readAudio(blob, field),
  tensor: async (blob) => (await import('./read-tensor.js')).readTensor(blob),
};

/**
 * The row with an array in place of each Blob, each address (relative to the manifest's) and each {dtype, dims, data}.
 * Throws Refusals.
 * @param {Form} form @param {Row} values
 * @returns {Promise<Row>}
 */
export async function gather({ inputs }, values) {
  const row = { ...values };
  /** @type {{row: number, field: string, message: string}[]} */
  const refusals = [];
  for (const field of inputs.flatMap((input) => input.fields).filter((each) => isArray(each) && row[each.name])) {
    try {
      row[field.name] = await read(field, row[field.name]);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusals.push({ row: 0, field: field.name, message: `${field.label}: ${error.message}` });
    }
  }
  if (refusals.length) throw new Refusals(refusals);
  return row;
}

/** @param {Field} field @param {unknown} value */
async function read(field, value) {
  if (value instanceof Blob) return READERS[field.kind](value, field);
  if (typeof value === 'string') return READERS[field.kind](await sample(value), field);
  const { dtype, dims, data } = /** @type {Feed} */ (value);
  const isKnown = (dtype === 'string' || dtype in ARRAYS) && Array.isArray(dims);
  if (!isKnown || data?.length !== dims.reduce((count, dim) => count * dim, 1)) throw new Refusal(t.source.array);
  return new Given({ dtype, dims, data });
}
