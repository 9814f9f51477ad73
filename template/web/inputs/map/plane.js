/**
 * @file What a map looks like: its outline and places, ticks at its sides, and the point.
 *
 * The outline is SVG, stretched to its place; the point, the ticks and all words are plain HTML over and around it.
 *
 * @typedef {import('../../runtime/types.js').Plan} Plan
 * @typedef {import('./axis.js').Axis} Axis
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { place, ticks } from '../../ui/axis.js';
import { h, svg } from '../../ui/dom.js';

const SIDE = 1000; // of the SVG, in its own units
const LATE = 0.6; // the name of a place this far across stands before it

/** @param {Plan} plan @param {Axis} across @param {Axis} up @param {Context} context */
export function makePlane({ aspect, areas = [], lines = [], places = [] }, across, up, context) {
  const point = h('div', { class: 'point', hidden: true });
  const drawing = svg('svg', { viewBox: `0 0 ${SIDE} ${SIDE}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  drawing.append(
    ...areas.map((rings) => svg('path', { class: 'area', d: rings.map((ring) => `${path(ring)}Z`).join('') })),
    ...lines.map((line) => svg('path', { class: 'line', d: path(line) })),
  );
  const named = places.filter(({ at: [x, y] }) => isWithin(across, x) && isWithin(up, y)).map(({ name = '', at: [x, y] }) => {
    const there = place(across, x);
    const isLate = there > LATE;
    const mark = h('span', { class: isLate ? 'place late' : 'place' }, h('span', {}, name));
    mark.style.setProperty('--room', `${(100 * (isLate ? there : 1 - there)).toFixed(1)}cqw`);
    put(mark, across, x, up, y);
    return mark;
  });
  const sheet = h('div', { class: 'sheet', tabindex: 0, role: 'slider' }, drawing, h('div', { class: 'places', 'aria-hidden': true }, ...named), point);
  sheet.setAttribute('aria-valuemin', String(across.ends[0]));
  sheet.setAttribute('aria-valuemax', String(across.ends[1]));
  const element = h(
    'div',
    { class: 'chart' },
    h('p', { class: 'up-name' }, `↑ ${titled(up)}`),
    h('div', { class: 'up', 'aria-hidden': true }, ...marks(up, context)),
    sheet,
    h('div', { class: 'across', 'aria-hidden': true }, ...marks(across, context)),
    h('p', { class: 'across-name' }, `${titled(across)} →`),
  );
  element.style.setProperty('--aspect', String(aspect));
  return { element, sheet, point };

  /** A line through positions in units of the fields. @param {[number, number][]} positions */
  function path(positions) {
    const steps = positions.map(([x, y]) => [share(across, x) * SIDE, (1 - share(up, y)) * SIDE].map((each) => each.toFixed(1)).join(' '));
    return `M${steps.join('L')}`;
  }
}

/** Puts a mark where two values are, or at the edge next to it. @param {HTMLElement} mark @param {Axis} across @param {number} x @param {Axis} up @param {number} y */
export function put(mark, across, x, up, y) {
  mark.style.setProperty('left', `${place(across, x) * 100}%`);
  mark.style.setProperty('bottom', `${place(up, y) * 100}%`);
}

/** Where along the axis a value is, beyond its ends too. @param {Axis} axis @param {number} value */
function share({ ends: [low, high] }, value) {
  return (value - low) / (high - low);
}

/** @param {Axis} axis @param {number} value */
function isWithin({ ends: [low, high] }, value) {
  return low <= value && value <= high;
}

/** @param {Axis} axis */
function titled({ field: { label, unit } }) {
  return unit ? `${label} (${unit})` : label;
}

/** @param {Axis} axis @param {Context} context */
function marks(axis, { format }) {
  return ticks(axis).map((value) => {
    const tick = h('span', {}, format.of(axis.field).number(value));
    tick.style.setProperty('--at', `${place(axis, value) * 100}%`);
    return tick;
  });
}
