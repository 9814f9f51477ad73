/**
 * @file A plane as a picture: the point of a result, and other points pale behind it.
 *
 * The picture is stretched to its place (0 to 100 both ways) and its strokes are not, so all words around it are plain HTML.
 *
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { place, ticks } from '../../ui/axis.js';
import { h, svg } from '../../ui/dom.js';

const ROOM = 0.07; // beside the outermost points, as a share of the way between them
const INSIDE = [0.08, 0.94]; // ticks nearer to an end would be cut off

/** @param {string[]} titles of the axes, across and up @param {number[][]} others [x, y] each @param {Context} context */
export function makePlane([across, up], others, { t, format }) {
  const paths = ['grid', 'others', 'halo', 'dot'].map((name) => svg('path', { class: name }));
  const [grid, behind, halo, dot] = paths;
  const picture = svg('svg', { viewBox: '0 0 100 100', preserveAspectRatio: 'none', role: 'img' }, ...paths);
  const words = h('div', { 'aria-hidden': true });
  return {
    element: h('figure', {}, h('span', {}, `↑ ${up}`), h('div', { class: 'ground' }, picture, words), h('span', {}, `${across} →`)),
    /** @param {[number, number]} at @param {string} said the numbers of the point in words */
    show(at, said) {
      const all = [...(others.length ? others : [[0, 0]]), at];
      const [wide, high] = [0, 1].map((side) => ends(all.map((each) => each[side])));
      const spot = (/** @type {number[]} */ [x, y]) => `M${hundredth(place(wide, x))} ${hundredth(1 - place(high, y))}h.01`;
      const [columns, rows] = [wide, high].map((axis) => ticks({ ...axis, field: { kind: 'number' } }).filter((value) => isInside(place(axis, value))));
      const lines = [...columns.map((x) => `M${hundredth(place(wide, x))} 0V100`), ...rows.map((y) => `M0 ${hundredth(1 - place(high, y))}H100`)];
      const here = at.every(Number.isFinite) ? spot(at) : '';
      grid.setAttribute('d', lines.join(''));
      behind.setAttribute('d', others.map(spot).join(''));
      for (const path of [halo, dot]) path.setAttribute('d', here);
      words.replaceChildren(
        ...columns.map((x) => tick('across', place(wide, x), format.rounded(x))),
        ...rows.map((y) => tick('up', place(high, y), format.rounded(y))),
      );
      picture.setAttribute('aria-label', t.point.plane(said, others.length));
    },
  };
}

/** From where to where an axis goes, so that these numbers are on it. @param {number[]} numbers */
function ends(numbers) {
  const there = numbers.filter(Number.isFinite);
  const [low, high] = there.length ? [Math.min(...there), Math.max(...there)] : [0, 0];
  const room = ROOM * (high - low) || Math.abs(low) / 2 || 1;
  return { ends: /** @type {[number, number]} */ ([low - room, high + room]) };
}

/** @param {number} share of the axis */
function isInside(share) {
  return share >= INSIDE[0] && share <= INSIDE[1];
}

/** Two digits are enough for a picture. @param {number} share */
function hundredth(share) {
  return Number((100 * share).toFixed(2));
}

/** @param {string} side @param {number} share of its axis @param {string} text */
function tick(side, share, text) {
  const element = h('span', { class: `tick ${side}` }, text);
  element.style.setProperty('--at', `${hundredth(share)}%`);
  return element;
}
