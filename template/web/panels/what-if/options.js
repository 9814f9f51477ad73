/**
 * @file A small chart of one choice of the form: the result of each option as a bar, from zero.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../runtime/types.js').Known} Known
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('./what-if.js').Chart} Chart
 */

import { h } from '../../ui/dom.js';
import { kindOf } from '../../codec/kinds.js';
import { shown } from '../../codec/scalars.js';
import { scroller } from '../../ui/scroller.js';

/** @param {Field} field @param {Known} _ @param {Site} site @returns {Chart} */
export function options(field, _, { t }) {
  const offered = kindOf(field).options?.(field, t) ?? [];
  const list = scroller(h('ul', { 'aria-label': field.label }));
  return {
    element: h('figure', { 'data-what-if': field.name }, h('figcaption', {}, h('strong', {}, field.label)), list),
    values: () => offered.map(({ value }) => value),
    show(row, values, numbers, { ends, words }) {
      const [low, high] = [Math.min(0, ends[0]), Math.max(0, ends[1])];
      const items = offered.map(({ value, label }, index) => {
        const bar = h('div', { class: 'bar' });
        const sides = [0, numbers[index]].map((end) => Math.min(1, Math.max(0, (end - low) / (high - low) || 0)));
        bar.style.setProperty('--from', `${Math.min(...sides) * 100}%`);
        bar.style.setProperty('--long', `${Math.abs(sides[1] - sides[0]) * 100}%`);
        const chosen = shown(row[field.name]) === shown(value);
        return h('li', { 'aria-current': chosen && 'true' }, h('span', {}, label), h('data', { value: numbers[index] }, words(numbers[index])), bar);
      });
      list.replaceChildren(...items);
    },
  };
}
