/**
 * @file One element by its name, big: a cluster, an anomaly, the answer of a classifier without probabilities.
 *
 * @typedef {import('../codec/types.js').Output} Output
 * @typedef {import('../codec/types.js').LabelResult} LabelResult
 * @typedef {import('../ui/types.js').View} View
 */

import { h } from '../ui/dom.js';

/** @param {Output} output @returns {View} */
export function label(output) {
  const data = h('data', { value: '' });
  const big = h('p', { class: 'big' }, data);
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  return {
    element: h('div', { class: 'label' }, h('h3', {}, output.label), big, ...help),
    /** @param {LabelResult} result */
    show(result) {
      data.value = String(result.value);
      data.textContent = result.label;
      big.classList.toggle('words', output.dtype === 'string' || result.label !== String(result.value));
    },
    /** @param {LabelResult} result */
    text: (result) => result.label,
  };
}
