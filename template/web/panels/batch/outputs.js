/**
 * @file The columns that the model adds to a table.
 *
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {object} Column
 * @property {string} name in the file
 * @property {string} label on the page
 * @property {(results: Record<string, any>) => number | string | boolean} read
 * @property {(value: any) => string} words as the page says it
 * @property {string} [dtype]
 */

import { formatResult } from '../../ui/format-value.js';

/** @type {Record<string, (output: Output, site: Site) => Column[]>} */
const KINDS = {
  value: (output, site) => [
    {
      name: output.name,
      label: output.unit ? `${output.label} (${output.unit})` : output.label,
      read: (results) => results[output.name].value,
      words: (value) => formatResult(output, value, site),
      dtype: output.dtype,
    },
    ...(output.interval ?? []).map((name, index) => ({
      name,
      label: index ? site.t.batch.high(output.label) : site.t.batch.low(output.label),
      read: (/** @type {Record<string, any>} */ results) => results[output.name].interval[index],
      words: (/** @type {number} */ value) => formatResult(output, value, site),
      dtype: output.dtype,
    })),
  ],
  classes: (output, { t, format: { percent } }) => [
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

/** One column for a value, and two more for its interval; two for a class. @param {Output[]} outputs @param {Site} site */
export function addedColumns(outputs, site) {
  return outputs.flatMap((output) => KINDS[output.kind](output, site));
}
