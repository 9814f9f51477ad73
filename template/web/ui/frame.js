/**
 * @file What stands around the picture of a chart: the titles of its axes, and numbers beside the lines of its grid, all outside of the picture,
 * where they hide nothing. The picture is stretched to its place, 0 to 100 both ways.
 *
 * @typedef {import('./types.js').Context} Context
 * @typedef {[number, number]} Ends of an axis
 */

import { place, ticks } from './axis.js';
import { h } from './dom.js';

const INSIDE = [0.04, 0.96]; // numbers nearer to an end would stick out

/**
 * @param {HTMLElement} ground what the picture fills @param {[string, string]} titles of the axes, across and up @param {Pick<Context, 'format'>} context
 */
export function makeFrame(ground, [across, up], { format }) {
  const [beside, beneath] = ['up', 'across'].map((side) => h('div', { class: `ticks ${side}`, 'aria-hidden': true }));
  const [above, below] = [`↑ ${up}`, `${across} →`].map((title) => h('span', { 'aria-hidden': true }, title));
  const style = h('link', { rel: 'stylesheet', href: new URL('frame.css', import.meta.url).href });
  return {
    element: h('figure', { class: 'framed' }, style, above, h('div', { class: 'around' }, beside, ground, beneath), below),
    /** Write the numbers of both axes; gives back the path of the grid. @param {Ends} wide @param {Ends} high */
    mark(wide, high) {
      const [columns, rows] = [wide, high].map((ends) =>
        ticks({ ends, field: { kind: 'number' } })
          .map((value) => ({ at: place({ ends }, value), value }))
          .filter(({ at }) => at >= INSIDE[0] && at <= INSIDE[1]),
      );
      const tick = (/** @type {{at: number, value: number}} */ { at, value }) => {
        const element = h('span', {}, format.rounded(value));
        element.style.setProperty('--at', `${hundredth(at)}%`);
        return element;
      };
      beside.replaceChildren(...rows.map(tick));
      beneath.replaceChildren(...columns.map(tick));
      return [...columns.map(({ at }) => `M${hundredth(at)} 0V100`), ...rows.map(({ at }) => `M0 ${hundredth(1 - at)}H100`)].join('');
    },
  };
}

/** Two digits are enough for a picture. @param {number} at a share of an axis */
export function hundredth(at) {
  return Number((100 * at).toFixed(2));
}
