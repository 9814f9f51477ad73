/**
 * @file A small chart of one number of the form: the result as a curve, where the form stands, what training saw.
 *
 * The picture is stretched to its place (0 to 100 both ways) and its strokes are not, so all words around it are plain HTML.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../runtime/types.js').Known} Known
 * @typedef {import('../../codec/types.js').Row} Row
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('./what-if.js').Chart} Chart
 */

import { h, svg } from '../../ui/dom.js';
import { kindOf } from '../../codec/kinds.js';
import { parsed } from '../../codec/scalars.js';
import { limits } from './scale.js';

const POINTS = 40;

/** @param {Field} field @param {Known} known @param {Site} site @returns {Chart | undefined} nothing for a number that could be any */
export function curve(field, known, { t, format }) {
  const { number } = format.of(field);
  const range = limits(field, known);
  if (!range) return undefined;

  const seen = svg('rect', { class: 'seen', y: 0, width: 0, height: 100 });
  const line = svg('path', { class: 'line' });
  const cross = svg('path', { class: 'cross' });
  const dot = svg('path', { class: 'dot' });
  const picture = svg('svg', { viewBox: '0 0 100 100', preserveAspectRatio: 'none', role: 'img' }, seen, cross, line, dot);
  const now = h('span', { class: 'now' });
  const ticks = ['top', 'bottom', 'left', 'right'].map((side) => h('span', { class: `tick ${side}`, 'aria-hidden': true }));
  const unit = field.unit ? [' ', h('span', { class: 'unit' }, field.unit)] : [];
  const caption = h('figcaption', {}, h('strong', {}, field.label), ...unit, now);

  return {
    element: h('figure', { 'data-what-if': field.name }, caption, picture, ...ticks),

    values(row) {
      const at = stands(row);
      const ends = [...range, at].filter((end) => !Number.isNaN(end)); // a value beyond what training saw is shown too
      const [low, high] = [Math.min(...ends), Math.max(...ends)];
      const even = Array.from({ length: POINTS }, (_, index) => between(low, high, index / (POINTS - 1)));
      const points = new Set([...(kindOf(field).isWhole ? even.map(Math.round) : even), at]);
      points.delete(NaN);
      return [...points].sort((a, b) => a - b);
    },

    show(row, values, numbers, { name, ends, words, tick }) {
      const places = /** @type {number[]} */ (values);
      const [from, to] = [places[0], places[places.length - 1]];
      const x = (/** @type {number} */ value) => clip((100 * (value - from)) / (to - from));
      const y = (/** @type {number} */ value) => clip((100 * (ends[1] - value)) / (ends[1] - ends[0]));
      line.setAttribute('d', path(places.map(x), numbers.map(y)));
      if (known.min !== undefined && known.max !== undefined) {
        seen.setAttribute('x', String(x(known.min)));
        seen.setAttribute('width', String(x(known.max) - x(known.min)));
      }
      const at = stands(row);
      const here = numbers[places.indexOf(at)];
      cross.setAttribute('d', Number.isNaN(at) ? '' : `M${x(at)} 0V100`);
      dot.setAttribute('d', Number.isFinite(here) ? `M${x(at)} ${y(here)}h.01` : '');

      const stand = Number.isNaN(at) ? t.form.none : number(at);
      now.textContent = t.whatIf.now(stand);
      [ends[1], ends[0]].forEach((end, index) => { ticks[index].textContent = tick(end); });
      [from, to].forEach((end, index) => { ticks[index + 2].textContent = number(end); });
      const last = [number(to), field.unit].filter(Boolean).join(' ');
      picture.setAttribute(
        'aria-label',
        t.whatIf.curve(field.label, number(from), last, name, words(numbers[0]), words(numbers[numbers.length - 1]), stand),
      );
    },
  };

  /** The number that the form holds; NaN for none. @param {Row} row */
  function stands(row) {
    return parsed(String(row[field.name] ?? ''));
  }
}

/** A share of the way, which is exactly an end at 0 and 1. @param {number} low @param {number} high @param {number} share */
function between(low, high, share) {
  return low * (1 - share) + high * share;
}

/** What lies far outside is drawn at the edge; two digits are enough for a picture. @param {number} place */
function clip(place) {
  return Number(Math.min(100, Math.max(0, place)).toFixed(2));
}

/** A line through the points, broken where the result is no number. @param {number[]} xs @param {number[]} ys */
function path(xs, ys) {
  const steps = xs.map((x, index) => (Number.isNaN(ys[index]) ? '' : `${index && !Number.isNaN(ys[index - 1]) ? 'L' : 'M'}${x} ${ys[index]}`));
  return steps.join('');
}
