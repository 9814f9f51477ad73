/**
 * @file The likeliest classes, each with its share as a bar, and whether the first is likely enough to count. Where the model gave NaN
 * there is no ranking, which is said in their place.
 *
 * @typedef {import('../codec/types.js').Output} Output
 * @typedef {import('../codec/types.js').ClassesResult} ClassesResult
 * @typedef {import('../ui/types.js').View} View
 * @typedef {import('../ui/types.js').Context} Context
 */

import { h } from '../ui/dom.js';

/** @param {Output} output @param {Context} context @returns {View} */
export function classes(output, { t, format }) {
  const { percent } = format;
  const unsure = h('p', { class: 'hint unsure', hidden: true }, t.result.unsure(percent(output.threshold ?? 0, 0)));
  const none = h('p', { class: 'hint nan', hidden: true }, t.result.nan);
  const list = h('ol', { class: 'bars' });
  /** Whether no class is likely enough. @param {ClassesResult} result */
  const isUnsure = ({ classes: [best], nan }) => !nan && output.threshold !== undefined && !(best.probability >= output.threshold);
  /** Those to show. @param {ClassesResult} result */
  const ranked = ({ classes: all, nan }) => (nan ? [] : all.slice(0, output.top));
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  return {
    element: h('div', { class: 'classes' }, h('h3', {}, output.label), unsure, none, list, ...help),
    /** @param {ClassesResult} result */
    show(result) {
      unsure.hidden = !isUnsure(result);
      none.hidden = !result.nan;
      list.hidden = Boolean(result.nan);
      list.replaceChildren(...ranked(result).map(({ label, probability }) => bar(label, probability, percent(probability))));
    },
    /** @param {ClassesResult} result */
    text(result) {
      if (result.nan) return t.result.nan;
      const shares = ranked(result).map(({ label, probability }) => `${label} ${percent(probability)}`).join(', ');
      return isUnsure(result) ? `${unsure.textContent} ${shares}` : shares;
    },
  };
}

/** @param {string} label @param {number} probability @param {string} words the probability as people read it */
function bar(label, probability, words) {
  const share = Math.min(1, Math.max(0, probability || 0));
  const now = { 'aria-valuemin': 0, 'aria-valuemax': 1, 'aria-valuenow': share.toFixed(4), 'aria-valuetext': words };
  const meter = h('div', { class: 'meter', role: 'meter', 'aria-label': label, ...now });
  meter.style.setProperty('--share', `${share * 100}%`);
  return h('li', {}, h('span', {}, label), h('data', { value: probability }, words), meter);
}
