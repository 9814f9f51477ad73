/**
 * @file The texts of the contract's list that are the most alike, with how alike they are.
 *
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('../../codec/types.js').NearestResult} NearestResult
 * @typedef {import('../../ui/types.js').Context} Context
 * @typedef {import('../../ui/types.js').View} View
 */

import { h } from '../../ui/dom.js';
import { invalidity } from '../../ui/format-value.js';
import { best, makeRanking } from './ranking.js';

export { load } from './load.js';

/** @param {Output} output @param {Context} context @returns {View} */
export function nearest(output, context) {
  const ranking = makeRanking(context);
  const none = h('p', { class: 'hint invalid', hidden: true });
  const about = h('p', { class: 'help' }, context.t.nearest.about(context.format.number(output.items?.count ?? 0)));
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  return {
    element: h('div', { class: 'nearest' }, h('h3', {}, output.label), none, ...ranking.parts, about, ...help),
    /** @param {NearestResult} result */
    show(result) {
      none.textContent = invalidity(result, context);
      none.hidden = !result.invalid;
      ranking.show(result.nearest);
    },
    /** @param {NearestResult} result */
    short: (result) => (result.invalid ? invalidity(result, context) : result.nearest[0].text),
    /** @param {NearestResult} result */
    text: (result) => (result.invalid ? invalidity(result, context) : result.nearest.map((each) => best([each], context)).join('; ')),
  };
}
