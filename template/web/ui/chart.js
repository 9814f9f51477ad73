/**
 * @file A chart of numbers one after another: lines, and the band that one may lie in.
 *
 * @typedef {import('./types.js').Context} Context
 * @typedef {[number, number]} Spot across and up
 * @typedef {import('./frame.js').Ends} Ends
 */

import { place } from './axis.js';
import { h, svg } from './dom.js';
import { hundredth, makeFrame } from './frame.js';

const SIDES = 0.02; // beside the first and the last spot, as a share of the way between them
const ROOM = 0.08; // below and above all spots

/**
 * @param {[string, string]} titles of the axes, across and up
 * @param {string[]} names of the lines, which are the classes of their paths
 * @param {Context} context
 */
export function makeChart(titles, names, context) {
  const [grid, band, ...lines] = ['grid', 'band', ...names].map((name) => svg('path', { class: name }));
  const picture = svg('svg', { viewBox: '0 0 100 100', preserveAspectRatio: 'none', role: 'img' }, grid, band, ...lines);
  const ground = h('div', { class: 'ground' }, picture);
  const style = h('link', { rel: 'stylesheet', href: new URL('chart.css', import.meta.url).href });
  const frame = makeFrame(ground, titles, context);
  return {
    element: h('div', { class: 'chart' }, style, frame.element),
    ground,
    /**
     * Draw the spots of each line, from left to right; gives back the ends of both axes.
     * @param {Spot[][]} drawn
     * @param {string} said the same in words
     * @param {[Spot[], Spot[]]} [around] the lower and the upper edge of the band
     * @param {Ends} [fixed] ends of the axis that goes up; by default those around all numbers
     */
    show(drawn, said, around = [[], []], fixed) {
      const all = [...drawn, ...around].flat();
      const wide = stretched(all.map(([x]) => x), SIDES);
      const high = fixed ?? grounded(all.map(([, y]) => y));
      const spot = (/** @type {Spot} */ [x, y]) => `${hundredth(share(wide, x))} ${hundredth(1 - share(high, y))}`;
      const edge = [...around[0], ...around[1].toReversed()];
      grid.setAttribute('d', frame.mark(wide, high));
      band.setAttribute('d', edge.length && edge.every(([, y]) => Number.isFinite(y)) ? `M${edge.map(spot).join('L')}Z` : '');
      lines.forEach((line, index) => line.setAttribute('d', path(drawn[index], spot)));
      picture.setAttribute('aria-label', said);
      return { wide, high };
    },
  };
}

/** Where on an axis a value is, from 0 to 1. @param {Ends} ends @param {number} value */
export function share(ends, value) {
  return place({ ends }, value);
}

/**
 * A line through the spots, broken where there is no number; a spot without neighbours is a dot.
 * @param {Spot[]} spots @param {(spot: Spot) => string} write
 */
function path(spots, write) {
  const isThere = (/** @type {number} */ index) => Number.isFinite(spots[index]?.[1]);
  const steps = spots.map((spot, index) => {
    if (!isThere(index)) return '';
    if (isThere(index - 1)) return `L${write(spot)}`;
    return `M${write(spot)}${isThere(index + 1) ? '' : 'h.01'}`;
  });
  return steps.join('');
}

/** From where to where these numbers go, and a share of that more on both sides. @param {number[]} numbers @param {number} room @returns {Ends} */
function stretched(numbers, room) {
  const there = numbers.filter(Number.isFinite);
  const [low, high] = there.length ? [Math.min(...there), Math.max(...there)] : [0, 0];
  const more = room * (high - low) || Math.abs(low) / 2 || 1;
  return [low - more, high + more];
}

/** The same going up, where numbers none of which is negative stay above zero. @param {number[]} numbers @returns {Ends} */
function grounded(numbers) {
  const [low, high] = stretched(numbers, ROOM);
  return numbers.some((number) => number < 0) ? [low, high] : [Math.max(0, low), high];
}
