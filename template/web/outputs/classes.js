/**
 * @file The likeliest classes, each with its share as a bar, and whether the first is likely enough to count.
 *
 * @typedef {import('../runtime/types.js').Output} Output
 * @typedef {import('../runtime/types.js').ClassesResult} ClassesResult
 * @typedef {import('../runtime/types.js').View} View
 */

import { h } from '../dom.js';
import { percent } from '../format.js';
import { t } from '../strings.js';

/** @param {Output} output @returns {View} */
export function classes(output) {
  const unsure = h('p', { class: 'hint unsure', hidden: true }, t.result.unsure(percent(output.threshold ?? 0, 0)));
  const list = h('ol', { class: 'bars' });
  /** Whether no class is likely enough. @param {ClassesResult} result */
  const isUnsure = ({ classes: [best] }) => output.threshold !== undefined && !(best.probability >= output.threshold);
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  return {
    element: h('div', { class: 'classes' }, h('h3', {}, output.label), unsure, list, ...help),
    /** @param {ClassesResult} result */
    show(result) {
      unsure.hidden = !isUnsure(result);
      list.replaceChildren(...result.classes.slice(0, output.top).map(({ label, probability }) => bar(label, probability)));
    },
    /** @param {ClassesResult} result */
    text(result) {
      const shares = result.classes.slice(0, output.top).map(({ label, probability }) => `${label} ${percent(probability)}`).join(', ');
      return isUnsure(result) ? `${unsure.textContent} ${shares}` : shares;
    },
  };
}

/** @param {string} label @param {number} probability */
function bar(label, probability) {
  const share = Math.min(1, Math.max(0, probability || 0));
  const now = { 'aria-valuemin': 0, 'aria-valuemax': 1, 'aria-valuenow': share.toFixed(4), 'aria-valuetext': percent(probability) };
  const meter = h('div', { class: 'meter', role: 'meter', 'aria-label': label, ...now });
  meter.style.setProperty('--share', `${share * 100}%`);
  return h('li', {}, h('span', {}, label), h('data', { value: probability }, percent(probability)), meter);
}
