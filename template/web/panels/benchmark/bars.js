/**
 * @file A small plot of times in order: a bar each, from zero, and a line at the median.
 *
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { svg } from '../../ui/dom.js';
import { median } from './measure.js';
import { precise } from './report.js';

const WIDTH = 400;
const HEIGHT = 90;

/** @param {number[]} times milliseconds @param {Context} context */
export function bars(times, context) {
  const [low, high, middle] = [Math.min(...times), Math.max(...times), median(times)];
  const y = (/** @type {number} */ ms) => (HEIGHT - 3) * (1 - ms / high) + 1; // 2 are left for the shortest, to be seen
  const step = WIDTH / times.length;
  const [shortest, longest, typical] = [low, high, middle].map((ms) => precise(ms, context));
  const words = context.t.benchmark.plot(times.length, shortest, longest, typical);
  const each = times.map((ms, index) =>
    svg('rect', { x: index * step + step * 0.15, y: y(ms), width: step * 0.7, height: HEIGHT - y(ms), rx: 1.5 }),
  );
  const line = svg('line', { x1: 0, x2: WIDTH, y1: y(middle), y2: y(middle) });
  return svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'plot', role: 'img', 'aria-label': words }, ...each, line);
}
