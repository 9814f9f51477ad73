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

const HUGE = 1e15; // beyond, languages have no words that people know
const LONG = 1e7; // from which on a number is also said in short; a whole number may be a name, of which every digit counts

/** @param {Output} output @param {Context} context @returns {View} */
export function value(output, context) {
  const data = h('data', { value: '' });
  const short = h('span', { class: 'short', hidden: true });
  const big = h('p', { class: 'big' }, short, data);
  if (output.unit) big.append(h('span', { class: 'unit' }, ` ${output.unit}`));
  const interval = output.interval && makeInterval(output, (end) => formatResult(output, end, context), context);
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];

  /** A large number in three digits and a word, above the exact one; '' for any that is read at a glance. @param {unknown} number */
  function shortened(number) {
    const isLong = typeof number === 'number' && Number.isFinite(number) && Math.abs(number) >= LONG && Math.abs(number) < HUGE && output.dtype.startsWith('float');
    return isLong ? [context.format.short(number), output.unit].filter(Boolean).join('\u00a0') : '';
  }

  return {
    element: h('div', { class: 'value' }, h('h3', {}, output.label), big, ...(interval ? [interval.element] : []), ...help),
    /** @param {ValueResult} result */
    show(result) {
      data.value = String(result.value);
      data.textContent = formatResult(output, result.value, context);
      short.textContent = shortened(result.value);
      short.hidden = !short.textContent;
      big.classList.toggle('long', !short.hidden);
      big.classList.toggle('words', output.dtype === 'string');
      big.style.setProperty('--long', String(data.textContent.length + (output.unit?.length ?? 0) / 2));
      interval?.show(result);
    },
    /** @param {ValueResult} result */
    text: (result) => [withUnit(output, result.value, context), interval?.text(result)].filter(Boolean).join(', '),
  };
}
