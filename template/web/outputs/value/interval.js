/**
 * @file From where to where a value may be: in words, and as a bar with a mark at the value.
 *
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('../../codec/types.js').ValueResult} ValueResult
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { h } from '../../ui/dom.js';

const ROOM = 0.15; // beside the ends, as a share of the bar

/** @param {Output} output @param {(value: number | string) => string} words of one end @param {Context} context */
export function makeInterval({ unit }, words, { t }) {
  /** `from 120 to 180 mmHg`. @param {ValueResult} result */
  const between = ({ interval: [low, high] = [NaN, NaN] }) => t.result.interval(words(low), words(high) + (unit ? ` ${unit}` : ''));
  const said = h('p', {});
  const bar = h('div', { class: 'range' });
  const style = h('link', { rel: 'stylesheet', href: new URL('interval.css', import.meta.url).href });
  return {
    element: h('div', { class: 'interval' }, style, bar, said),
    /** @param {ValueResult} result */
    show(result) {
      const [value, low, high] = [result.value, ...(result.interval ?? [NaN, NaN])].map(Number);
      const [from, to] = [Math.min(low, value), Math.max(high, value)];
      const place = (/** @type {number} */ at) => `${100 * (ROOM + ((1 - 2 * ROOM) * (at - from)) / (to - from))}%`;
      said.textContent = between(result);
      bar.hidden = !(low < high && Number.isFinite(to - from));
      if (bar.hidden) return;
      for (const [name, at] of Object.entries({ low, high, value })) bar.style.setProperty(`--${name}`, place(at));
    },
    text: between,
  };
}
