/**
 * @file The likeliest classes: probabilities with a bar each, and whether the first is likely enough to count; or plain scores, with bars
 * around zero. Where the numbers are not what they are said to be there is no ranking, which is said in their place.
 *
 * @typedef {import('../codec/types.js').Output} Output
 * @typedef {import('../codec/types.js').ClassesResult} ClassesResult
 * @typedef {import('../ui/types.js').View} View
 * @typedef {import('../ui/types.js').Context} Context
 * @typedef {import('../ui/signed-bars.js').Part} Part
 */

import { classNumber } from '../codec/decode.js';
import { h } from '../ui/dom.js';
import { formatShare, invalidity } from '../ui/format-value.js';
import { bars, barsStyle } from '../ui/signed-bars.js';

/** @param {Output} output @param {Context} context @returns {View} */
export function classes(output, context) {
  const { t, format } = context;
  const words = (/** @type {number} */ share) => formatShare(output, share, context);
  const unsure = h('p', { class: 'hint unsure', hidden: true }, t.result.unsure(format.percent(output.threshold ?? 0, 0)));
  const none = h('p', { class: 'hint invalid', hidden: true });
  const list = h('ol', { class: 'bars' });
  const draw = output.scored ? bars(words) : meters(words);
  /** Whether no class is likely enough. @param {ClassesResult} result */
  const isUnsure = ({ classes: [best], invalid }) => !invalid && output.threshold !== undefined && !(classNumber(best) >= output.threshold);
  /** Those to show. @param {ClassesResult} result @returns {Part[]} */
  const ranked = ({ classes: all, invalid }) => (invalid ? [] : all.slice(0, output.top).map((each) => ({ label: each.label, share: classNumber(each) })));
  const style = output.scored ? [barsStyle()] : [];
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  return {
    element: h('div', { class: 'classes' }, ...style, h('h3', {}, output.label), unsure, none, list, ...help),
    /** @param {ClassesResult} result */
    show(result) {
      unsure.hidden = !isUnsure(result);
      none.textContent = invalidity(result, context);
      none.hidden = !result.invalid;
      list.hidden = Boolean(result.invalid);
      list.replaceChildren(...draw(ranked(result)));
    },
    /** @param {ClassesResult} result */
    short(result) {
      if (result.invalid) return invalidity(result, context);
      const [{ label, share }] = ranked(result);
      const best = `${label} ${words(share)}`;
      return isUnsure(result) ? t.result.perhaps(best) : best;
    },
    /** @param {ClassesResult} result */
    text(result) {
      if (result.invalid) return invalidity(result, context);
      const shares = ranked(result).map(({ label, share }) => `${label} ${words(share)}`).join(', ');
      return isUnsure(result) ? `${unsure.textContent} ${shares}` : shares;
    },
  };
}

/** Bars from nothing to one. @param {(share: number) => string} words */
function meters(words) {
  return (/** @type {Part[]} */ parts) => parts.map(({ label, share }) => {
    const filled = Math.min(1, Math.max(0, share));
    const now = { 'aria-valuemin': 0, 'aria-valuemax': 1, 'aria-valuenow': filled.toFixed(4), 'aria-valuetext': words(share) };
    const meter = h('div', { class: 'meter', role: 'meter', 'aria-label': label, ...now });
    meter.style.setProperty('--share', `${filled * 100}%`);
    return h('li', {}, h('span', {}, label), h('data', { value: share }, words(share)), meter);
  });
}
