/**
 * @file The likeliest classes, each with its share as a bar.
 *
 * @typedef {import('../runtime/types.js').Output} Output
 * @typedef {import('../runtime/types.js').ClassesResult} ClassesResult
 * @typedef {import('../runtime/types.js').View} View
 */

import { h } from '../dom.js';
import { percent } from '../format.js';

/** @param {Output} output @returns {View} */
export function classes(output) {
  const list = h('ol', { class: 'bars' });
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  return {
    element: h('div', { class: 'classes' }, h('h3', {}, output.label), list, ...help),
    /** @param {ClassesResult} result */
    show(result) {
      list.replaceChildren(...result.classes.slice(0, output.top).map(({ label, probability }) => bar(label, probability)));
    },
  };
}

/** @param {string} label @param {number} probability */
function bar(label, probability) {
  const share = Math.min(1, Math.max(0, probability || 0));
  const meter = h('div', { class: 'meter', role: 'meter', 'aria-label': label, 'aria-valuemin': 0, 'aria-valuemax': 1, 'aria-valuenow': share });
  meter.style.setProperty('--share', `${share * 100}%`);
  return h('li', {}, h('span', {}, label), h('data', { value: probability }, percent(probability)), meter);
}
