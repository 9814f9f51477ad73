/**
 * @file The columns that the model adds to a table.
 *
 * @typedef {import('../runtime/types.js').Output} Output
 * @typedef {import('../runtime/types.js').Result} Result
 * @typedef {object} Column
 * @property {string} name in the file
 * @property {string} label on the page
 * @property {(results: Record<string, any>) => number | string | boolean} read
 * @property {(value: any) => string} words as the page says it
 * @property {string} [dtype]
 */

import { percent } from '../format.js';
import { words } from '../outputs/value.js';
import { t } from '../strings.js';

/** @type {Record<string, (output: Output) => Column[]>} */
const KINDS = {
  value: (output) => [
    {
      name: output.name,
      label: output.unit ? `${output.label} (${output.unit})` : output.label,
      read: (results) => results[output.name].value,
      words: (value) => words(output, value),
      dtype: output.dtype,
    },
    ...(output.interval ?? []).map((name, index) => ({
      name,
      label: index ? t.batch.high(output.label) : t.batch.low(output.label),
      read: (/** @type {Record<string, any>} */ results) => results[output.name].interval[index],
      words: (/** @type {number} */ value) => words(output, value),
      dtype: output.dtype,
    })),
  ],
  classes: (output) => [
    { name: output.name, label: output.label, read: (results) => results[output.name].classes[0].label, words: String },
    {
      name: t.batch.probability(output.name),
      label: t.batch.share,
      read: (results) => results[output.name].classes[0].probability,
      words: percent,
      dtype: output.dtype,
    },
  ],
  text: (output) => [{ name: output.name, label: output.label, read: (results) => results[output.name].text, words: String }],
};

/** Whether every output has columns. @param {Output[]} outputs */
export function fitsTable(outputs) {
  return outputs.every(({ kind }) => Object.hasOwn(KINDS, kind));
}

/** One column for a value, and two more for its interval; two for a class. @param {Output[]} outputs */
export function addedColumns(outputs) {
  return outputs.flatMap((output) => KINDS[output.kind](output));
}

/** @type {Record<string, (value: number) => number>} */
const NARROW = { float16: /** @type {any} */ (Math).f16round ?? Math.fround, float32: Math.fround };

/**
 * A value for a file. A number has as few digits as name it for certain in its dtype. Text of the model that a spreadsheet
 * would take for a formula gets an apostrophe in front.
 * @param {number | string | boolean} value @param {string} [dtype]
 */
export function cell(value, dtype = '') {
  if (typeof value === 'string') return inert(value);
  const narrow = NARROW[dtype];
  if (typeof value !== 'number' || !narrow || !Number.isFinite(value)) return String(value);
  const digits = [5, 6, 7, 8].find((count) => narrow(Number(value.toPrecision(count))) === value) ?? 9;
  return String(Number(value.toPrecision(digits)));
}

/** Text that no spreadsheet computes. @param {string} text */
export function inert(text) {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}
