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

import { classNumber } from '../../codec/decode.js';
import { formatResult, formatShare, isProbable } from '../../ui/format-value.js';
import { quantities } from '../../ui/quantities.js';

const NEAREST = 3; // texts of a list

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
  values: (output, site) => several(output, site),
  point: (output, site) => several(output, site).map((column) => ({ ...column, name: `${output.name}_${column.name}` })),
  label: ({ name, label }) => [{ name, label, read: nameOf(name), words: String }],
  classes: (output, site) => [
    { name: output.name, label: output.label, read: (results) => results[output.name].classes[0].label, words: String },
    {
      name: isProbable(output) ? site.t.batch.probability(output.name) : site.t.batch.score(output.name),
      label: isProbable(output) ? site.t.batch.share : site.t.batch.scoreLabel,
      read: (results) => classNumber(results[output.name].classes[0]),
      words: (share) => formatShare(output, share, site),
      dtype: output.dtype,
    },
  ],
  nearest: ({ name, label, top = 1, items, dtype }, site) => {
    const count = Math.min(top, items?.count ?? 0, NEAREST);
    return Array.from({ length: count }, (_, index) => alike(name, label, index, dtype, site)).flat();
  },
  text: (output) => [{ name: output.name, label: output.label, read: (results) => results[output.name].text, words: String }],
};

/**
 * A text of a list and its similarity; the one behind `index` nearer ones.
 * @param {string} name @param {string} label @param {number} index @param {string} dtype @param {Site} site
 * @returns {Column[]}
 */
function alike(name, label, index, dtype, { t, format: { number } }) {
  const [own, said] = index ? [`${name}_${index + 1}`, `${label} (${index + 1})`] : [name, label];
  return [
    { name: own, label: said, read: (results) => results[name].nearest[index].text, words: String },
    {
      name: t.batch.similarity(own),
      label: t.batch.similarityLabel,
      read: (results) => results[name].nearest[index].similarity,
      words: (similarity) => number(similarity, 2),
      dtype,
    },
  ];
}

/** Whether every output has columns. @param {Output[]} outputs */
export function fitsTable(outputs) {
  return outputs.every(({ kind }) => Object.hasOwn(KINDS, kind));
}

/** A column for each named number. @param {Output} output @param {Site} site @returns {Column[]} */
function several(output, site) {
  return quantities(output).map((each, index) => ({
    name: each.name,
    label: each.unit ? `${each.label} (${each.unit})` : each.label,
    read: (results) => results[output.name].values[index].value,
    words: (value) => formatResult(each, value, site),
    dtype: each.dtype,
  }));
}

/** The name of an element, or the element itself, so that a file has a number where there is no name. @param {string} name @returns {Column['read']} */
function nameOf(name) {
  return ({ [name]: { label, value } }) => (label === String(value) ? value : label);
}

/** One column for a value, and two more for its interval; two for a class; one for each named number. @param {Output[]} outputs @param {Site} site */
export function addedColumns(outputs, site) {
  return outputs.flatMap((output) => KINDS[output.kind](output, site));
}
