/**
 * @file One number, label or truth value, big.
 *
 * @typedef {import('../runtime/types.js').Output} Output
 * @typedef {import('../runtime/types.js').ValueResult} ValueResult
 * @typedef {import('../runtime/types.js').View} View
 */

import { h } from '../dom.js';
import { number } from '../format.js';
import { t } from '../strings.js';
import { makeInterval } from './interval.js';

/** @param {Output} output @returns {View} */
export function value(output) {
  const data = h('data', { value: '' });
  const big = h('p', { class: 'big' }, data);
  if (output.unit) big.append(h('span', { class: 'unit' }, ` ${output.unit}`));
  const interval = output.interval && makeInterval(output, (end) => words(output, end));
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  return {
    element: h('div', { class: 'value' }, h('h3', {}, output.label), big, ...(interval ? [interval.element] : []), ...help),
    /** @param {ValueResult} result */
    show(result) {
      data.value = String(result.value);
      data.textContent = words(output, result.value);
      big.classList.toggle('words', typeof result.value === 'string');
      interval?.show(result);
    },
    /** @param {ValueResult} result */
    text: (result) => {
      const big = words(output, result.value) + (output.unit ? ` ${output.unit}` : '');
      return [big, interval?.text(result)].filter(Boolean).join(', ');
    },
  };
}

/** @param {Output} output @param {number | string | boolean} value */
export function words(output, value) {
  if (typeof value === 'boolean') return value ? t.result.yes : t.result.no;
  return typeof value === 'number' ? number(value, output.decimals, output.dtype) : value;
}
