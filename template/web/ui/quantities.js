/**
 * @file The named numbers of one result, a line each.
 *
 * @typedef {import('../codec/types.js').Output} Output
 * @typedef {import('../codec/types.js').ValuesResult} ValuesResult
 * @typedef {import('./types.js').Context} Context
 */

import { h } from './dom.js';
import { formatResult, withUnit } from './format-value.js';

/** Each named number of an output as an output of its own. @param {Output} output */
export function quantities({ dtype, values = [] }) {
  return values.map((each) => ({ ...each, dtype }));
}

/** @param {Output} output @param {Context} context */
export function makeQuantities(output, context) {
  const lines = quantities(output).map((each) => ({ each, data: h('data', { value: '' }) }));
  const style = h('link', { rel: 'stylesheet', href: new URL('quantities.css', import.meta.url).href });
  const list = lines.map(({ each: { label, unit, help }, data }) => {
    const shownUnit = unit ? [h('span', { class: 'unit' }, ` ${unit}`)] : [];
    return h('div', {}, h('dt', {}, label), h('dd', {}, data, ...shownUnit), ...(help ? [h('dd', { class: 'help' }, help)] : []));
  });
  return {
    parts: [style, h('dl', { class: 'quantities' }, ...list)],
    /** @param {ValuesResult} result */
    show({ values }) {
      lines.forEach(({ each, data }, index) => {
        data.value = String(values[index].value);
        data.textContent = formatResult(each, values[index].value, context);
      });
    },
    /** @param {ValuesResult} result */
    text: ({ values }) => lines.map(({ each }, index) => `${each.label} ${withUnit(each, values[index].value, context)}`).join(', '),
  };
}
