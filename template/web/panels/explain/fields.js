/**
 * @file Explains a result by the fields in which it differs from the typical case: what each of them adds to it.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('./explain.js').Explainer} Explainer
 * @typedef {import('../../ui/signed-bars.js').Part} Part
 */

import { h } from '../../ui/dom.js';
import { isArray } from '../../codec/arrays.js';
import { bars, barsStyle } from '../../ui/signed-bars.js';
import { shapley } from './shapley.js';
import { differing, usual } from './typical.js';
import { ask } from '../../ui/numeric.js';
import { formatValue, invalidity, isProbable } from '../../ui/format-value.js';

const ROWS = 1024; // a run of them is about as long as the curves of ten fields
const RUNS = 256; // where a run takes one row
const MAX_BARS = 8; // bars; smaller shares are summed
const SMALL = 0.02; // of the largest share
const NOISE = 1e-6; // of the largest result: that is rounding, not a share

/**
 * @param {Output} output @param {Site} site
 * @returns {Explainer | undefined} nothing where no field has a usual value, or one holds an array
 */
export function byFields(output, site) {
  const { manifest: { form, facts }, t } = site;
  const known = facts.fields ?? {};
  const fields = form.inputs.flatMap((input) => input.fields);
  const typical = Object.fromEntries(
    fields.flatMap((field) => {
      const value = usual(field, known[field.name] ?? {});
      return value === undefined ? [] : [[field.name, value]];
    }),
  );
  if (!Object.keys(typical).length || fields.some(isArray)) return undefined;

  const { size, sign, unit } = differences(output, site);
  const draw = bars(sign);
  const headline = h('p', { class: 'headline' });
  const list = h('ul', { role: 'list', 'aria-label': t.explain.list(unit) });
  const about = h('p', { class: 'help' });

  return {
    element: h('div', { class: 'shares' }, barsStyle(), headline, list, about),

    async explain(row, run) {
      const start = { ...row, ...typical };
      const moved = differing(form, row, start);
      const game = shapley(moved.length, form.batch ? ROWS : RUNS);
      const results = await run(
        game.sets.map((set) => ({ ...start, ...Object.fromEntries(moved.flatMap(({ name }, player) => (set[player] ? [[name, row[name]]] : []))) })),
      );
      const asked = ask(output, results[results.length - 1], site);
      const worth = results.map(asked.number);
      if (!worth.every(Number.isFinite)) return invalidity(results[results.length - 1], site) || t.explain.undefined;
      const [before, after] = [worth[0], worth[worth.length - 1]];
      const least = NOISE * Math.max(...worth.map(Math.abs));
      const parts = game.shares(worth).map((share, player) => {
        const { label, name } = moved[player];
        const instead = t.explain.instead(formatValue(moved[player], row[name], site), formatValue(moved[player], typical[name], site, ''));
        return { label, instead, share: Math.abs(share) > least ? share : 0 };
      });
      parts.sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
      if (!parts.length) return t.explain.typical(asked.words(before));
      if (!parts[0].share) return t.explain.unmoved(moved.map(({ label }) => label).join(', '), asked.words(before));

      const total = after - before;
      const moves = Math.abs(total) <= least || size(total) === size(0) ? t.explain.same : total < 0 ? t.explain.lower : t.explain.higher;
      const portion = parts[0].share / total; // more than all of it when others work against it
      const most = portion > 0.5 && portion <= 1 ? t.explain.most : t.explain.first;
      headline.textContent = [
        moves(asked.name, asked.words(after), [size(total), unit].filter(Boolean).join(' '), asked.words(before)),
        most(parts[0].label, parts[0].instead, sign(parts[0].share)),
      ].join(' ');
      list.replaceChildren(...draw(summed(parts, t)));
      about.textContent = [facts.fields ? t.explain.median : t.explain.start, game.orders ? t.explain.sampled(game.orders) : t.explain.exact].join(' ');
      return '';
    },
  };
}

/** The largest shares, and the sum of those that are too many or too small to see. @param {Part[]} parts the largest first @param {Site['t']} t */
function summed(parts, t) {
  const count = parts.slice(0, MAX_BARS).filter(({ share }) => Math.abs(share) >= SMALL * Math.abs(parts[0].share)).length;
  const rest = parts.slice(count);
  if (rest.length < 2) return parts;
  return [...parts.slice(0, count), { label: t.explain.rest(rest.length), share: rest.reduce((sum, { share }) => sum + share, 0) }];
}

/** How differences of an output are written: without a sign, with it, and their unit. @param {Output} output @param {Site} site */
function differences(output, { t, format: { number, rounded } }) {
  const { decimals, unit } = output;
  const plain = (/** @type {number} */ difference) => (decimals === undefined ? rounded(difference) : number(difference, decimals));
  const points = (/** @type {number} */ difference) => number(100 * difference, 1);
  const format = isProbable(output) ? points : plain;
  const size = (/** @type {number} */ difference) => format(Math.abs(difference));
  const mark = (/** @type {number} */ difference) => (size(difference) === size(0) ? '' : difference < 0 ? '−' : '+');
  return { size, sign: (/** @type {number} */ difference) => mark(difference) + size(difference), unit: isProbable(output) ? t.explain.points : unit };
}
