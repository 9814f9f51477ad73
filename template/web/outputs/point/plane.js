/**
 * @file A plane as a picture: the point of a result, and other points pale behind it.
 *
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { place } from '../../ui/axis.js';
import { h, svg } from '../../ui/dom.js';
import { hundredth, makeFrame } from '../../ui/frame.js';

const ROOM = 0.07; // beside the outermost points, as a share of the way between them

/** @param {[string, string]} titles of the axes, across and up @param {number[][]} others [x, y] each @param {Context} context */
export function makePlane(titles, others, context) {
  const { t } = context;
  const paths = ['grid', 'others', 'halo', 'dot'].map((name) => svg('path', { class: name }));
  const [grid, behind, halo, dot] = paths;
  const picture = svg('svg', { viewBox: '0 0 100 100', preserveAspectRatio: 'none', role: 'img' }, ...paths);
  const frame = makeFrame(h('div', { class: 'ground' }, picture), titles, context);
  return {
    element: frame.element,
    /** @param {[number, number]} at @param {string} said the numbers of the point in words */
    show(at, said) {
      const all = [...(others.length ? others : [[0, 0]]), at];
      const [wide, high] = [0, 1].map((side) => ends(all.map((each) => each[side])));
      const spot = (/** @type {number[]} */ [x, y]) => `M${hundredth(place(wide, x))} ${hundredth(1 - place(high, y))}h.01`;
      const here = at.every(Number.isFinite) ? spot(at) : '';
      grid.setAttribute('d', frame.mark(wide.ends, high.ends));
      behind.setAttribute('d', others.map(spot).join(''));
      for (const path of [halo, dot]) path.setAttribute('d', here);
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
