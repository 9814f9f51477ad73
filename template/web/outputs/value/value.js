/**
 * @file One number, label or truth value, big.
 *
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('../../codec/types.js').ValueResult} ValueResult
 * @typedef {import('../../ui/types.js').View} View
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { h } from '../../ui/dom.js';
import { formatResult, withUnit } from '../../ui/format-value.js';
import { makeInterval } from './interval.js';

/** @param {Output} output @param {Context} context @returns {View} */
export function value(output, context) {
  const data = h('data', { value: '' });
  const big = h('p', { class: 'big' }, data);
  if (output.unit) big.append(h('span', { class: 'unit' }, ` ${output.unit}`));
  const interval = output.interval && makeInterval(output, (end) => formatResult(output, end, context), context);
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  return {
    element: h('div', { class: 'value' }, h('h3', {}, output.label), big, ...(interval ? [interval.element] : []), ...help),
    /** @param {ValueResult} result */
    show(result) {
      data.value = String(result.value);
      data.textContent = formatResult(output, result.value, context);
      big.classList.toggle('words', output.dtype === 'string');
      big.style.setProperty('--long', String(data.textContent.length + (output.unit?.length ?? 0) / 2));
      interval?.show(result);
    },
    /** @param {ValueResult} result */
    text: (result) => [withUnit(output, result.value, context), interval?.text(result)].filter(Boolean).join(', '),
  };
}
