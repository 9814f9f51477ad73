/**
 * @file The picture of the surface, and how a person moves over it: by pointer or by arrow keys.
 *
 * The canvas has a pixel for each square and is stretched to its place; marks, ticks and words are plain HTML over and around it.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('./surface-axis.js').Axis} Axis
 * @typedef {import('../../ui/numeric.js').TargetValue} TargetValue
 *
 * @typedef {{across: Axis, up: Axis, numbers: number[], ends: [number, number], asked: TargetValue}} ComputedSurface `numbers` row by row, from the bottom
 */

import { h } from '../../ui/dom.js';
import { formatValue } from '../../ui/format-value.js';
import { place, ticks } from '../../ui/axis.js';
import { paint } from './surface-ramp.js';

const LEGEND = Array.from({ length: 64 }, (_, index) => index / 63);
/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };

/** @param {(across: number, up: number) => void} choose told the two values of a square @param {Site} site */
export function makePlot(choose, site) {
  const { t, format, signal } = site;
  const canvas = h('canvas');
  const [seen, ring, cursor] = ['seen', 'ring', 'cursor'].map((name) => h('div', { class: name, hidden: true }));
  const readout = h('output', { class: 'readout' });
  const ground = h('div', { class: 'ground', tabindex: 0, role: 'application' }, canvas, seen, ring, cursor);
  const [upTicks, acrossTicks, legendTicks] = ['up', 'across', 'ends'].map((name) => h('div', { class: name, 'aria-hidden': true }));
  const [upName, acrossName, legendName] = ['up-name', 'across-name', 'name'].map((name) => h('p', { class: name }));
  const ramp = h('canvas');
  const legend = h('div', { class: 'legend' }, legendName, ramp, legendTicks);
  const element = h('figure', { class: 'plane' }, upName, upTicks, ground, acrossTicks, acrossName, legend, readout);
  /** @type {ComputedSurface | undefined} */
  let shown;
  /** The square that is looked at, as its column and row. @type {[number, number] | undefined} */
  let square;

  /** @param {[number, number] | undefined} wanted */
  function look(wanted) {
    cursor.hidden = !shown || !wanted;
    square = undefined;
    readout.textContent = '';
    if (!shown || !wanted) return;
    const { across, up, numbers, asked } = shown;
    const [columns, rows] = [across.values.length, up.values.length];
    const [column, row] = square = [within(wanted[0], columns), within(wanted[1], rows)];
    put(cursor, column / columns, row / rows, 1 / columns, 1 / rows);
    const said = [{ axis: across, index: column }, { axis: up, index: row }].map(({ axis: { field, values }, index }) =>
      t.surface.value(field.label, formatValue(field, values[index], site)),
    );
    readout.textContent = t.surface.at(said[0], said[1], asked.words(numbers[row * columns + column]));
  }

  /** The square where the form stands, or the one in the middle. @returns {[number, number]} */
  function home() {
    if (!shown) return [0, 0];
    const [column, row] = [shown.across, shown.up].map((axis) => Math.floor(place(axis, axis.at) * axis.values.length) || 0);
    return [column, row];
  }

  /** @param {PointerEvent | MouseEvent} event */
  function under(event) {
    const { left, bottom, width, height } = ground.getBoundingClientRect();
    if (!shown) return;
    const [columns, rows] = [shown.across.values.length, shown.up.values.length];
    look([Math.floor(((event.clientX - left) / width) * columns), Math.floor(((bottom - event.clientY) / height) * rows)]);
  }

  function take() {
    if (shown && square) choose(shown.across.values[square[0]], shown.up.values[square[1]]);
  }

  ground.addEventListener('pointermove', under);
  ground.addEventListener('pointerleave', () => look(undefined));
  ground.addEventListener('click', (event) => {
    under(event);
    take();
  });
  ground.addEventListener('blur', () => look(undefined));
  ground.addEventListener('keydown', (event) => {
    const move = MOVES[event.key];
    if (!move && event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    if (!move) take();
    else if (square) look([square[0] + move[0], square[1] + move[1]]);
    else look(home());
  });
  const repaint = () => {
    if (!shown) return;
    const { numbers, ends, across } = shown;
    paint(canvas, numbers.map((each) => (each - ends[0]) / (ends[1] - ends[0])), across.values.length);
    paint(ramp, LEGEND, LEGEND.length);
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint, { signal });

  return {
    element,
    /** @param {ComputedSurface} given */
    show(given) {
      shown = given;
      const { across, up, ends, asked } = given;
      repaint();
      upName.textContent = `↑ ${titled(up)}`;
      acrossName.textContent = `${titled(across)} →`;
      legendName.textContent = asked.name;
      mark(upTicks, ticks(up).map((tick) => [place(up, tick), format.of(up.field).number(tick)]));
      mark(acrossTicks, ticks(across).map((tick) => [place(across, tick), format.of(across.field).number(tick)]));
      legendTicks.replaceChildren(...ends.map((end) => h('span', {}, asked.tick(end))));
      ground.setAttribute('aria-label', t.surface.plot(across.field.label, up.field.label, asked.name));

      seen.hidden = !across.seen && !up.seen;
      const [left, right] = (across.seen ?? across.ends).map((end) => place(across, end));
      const [bottom, top] = (up.seen ?? up.ends).map((end) => place(up, end));
      put(seen, left, bottom, right - left, top - bottom);
      ring.hidden = Number.isNaN(across.at) || Number.isNaN(up.at);
      put(ring, place(across, across.at), place(up, up.at), 0, 0);
      look(square);
    },
  };
}

/** @param {Axis} axis */
function titled({ field: { label, unit } }) {
  return unit ? `${label} (${unit})` : label;
}

/** Ticks at their places. @param {HTMLElement} line @param {[number, string][]} marks */
function mark(line, marks) {
  line.replaceChildren(
    ...marks.map(([at, words]) => {
      const tick = h('span', {}, words);
      tick.style.setProperty('--at', `${at * 100}%`);
      return tick;
    }),
  );
}

/** Put a mark over a part of the picture, all in shares of its sides. @param {HTMLElement} element @param {...number} shares */
function put(element, ...shares) {
  ['left', 'bottom', 'width', 'height'].forEach((side, index) => { element.style.setProperty(side, `${shares[index] * 100}%`); });
}

/** @param {number} index @param {number} count */
function within(index, count) {
  return Math.min(count - 1, Math.max(0, index));
}
