/**
 * @file A chart of numbers one after another: lines, the band that one may lie in, a grid, and the numbers along both axes.
 *
 * The picture is stretched to its place (0 to 100 both ways) and its strokes are not, so all words around it are plain HTML.
 *
 * @typedef {import('./types.js').Context} Context
 * @typedef {[number, number]} Spot across and up
 * @typedef {[number, number]} Ends of an axis
 */

import { place, ticks } from './axis.js';
import { h, svg } from './dom.js';

const SIDES = 0.02; // beside the first and the last spot, as a share of the way between them
const ROOM = 0.08; // below and above all spots
const INSIDE = [0.04, 0.96]; // ticks nearer to an end would be cut off

/**
 * @param {[string, string]} titles of the axes, across and up
 * @param {string[]} names of the lines, which are the classes of their paths
 * @param {Context} context
 */
export function makeChart([across, up], names, { format }) {
  const [grid, band, ...lines] = ['grid', 'band', ...names].map((name) => svg('path', { class: name }));
  const picture = svg('svg', { viewBox: '0 0 100 100', preserveAspectRatio: 'none', role: 'img' }, grid, band, ...lines);
  const words = h('div', { 'aria-hidden': true });
  const ground = h('div', { class: 'ground' }, picture, words);
  const style = h('link', { rel: 'stylesheet', href: new URL('chart.css', import.meta.url).href });
  const [above, below] = [`↑ ${up}`, `${across} →`].map((title) => h('span', { 'aria-hidden': true }, title));
  return {
    element: h('figure', { class: 'chart' }, style, above, ground, below),
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
      const [columns, rows] = [wide, high].map((ends) => ticks({ ends, field: { kind: 'number' } }).filter((value) => isInside(share(ends, value))));
      const rules = [...columns.map((x) => `M${hundredth(share(wide, x))} 0V100`), ...rows.map((y) => `M0 ${hundredth(1 - share(high, y))}H100`)];
      const edge = [...around[0], ...around[1].toReversed()];
      grid.setAttribute('d', rules.join(''));
      band.setAttribute('d', edge.length && edge.every(([, y]) => Number.isFinite(y)) ? `M${edge.map(spot).join('L')}Z` : '');
      lines.forEach((line, index) => line.setAttribute('d', path(drawn[index], spot)));
      words.replaceChildren(
        ...columns.map((x) => tick('across', share(wide, x), format.rounded(x))),
        ...rows.map((y) => tick('up', share(high, y), format.rounded(y))),
      );
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

/** @param {number} at a share of the axis */
function isInside(at) {
  return at >= INSIDE[0] && at <= INSIDE[1];
}

/** Two digits are enough for a picture. @param {number} at a share of the axis */
function hundredth(at) {
  return Number((100 * at).toFixed(2));
}

/** @param {string} side @param {number} at a share of its axis @param {string} text */
function tick(side, at, text) {
  const element = h('span', { class: `tick ${side}` }, text);
  element.style.setProperty('--at', `${hundredth(at)}%`);
  return element;
}
