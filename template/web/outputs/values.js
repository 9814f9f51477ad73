/**
 * @file Several named numbers.
 *
 * @typedef {import('../codec/types.js').Output} Output
 * @typedef {import('../ui/types.js').View} View
 * @typedef {import('../ui/types.js').Context} Context
 */

import { h } from '../ui/dom.js';
import { makeQuantities } from '../ui/quantities.js';

/** @param {Output} output @param {Context} context @returns {View} */
export function values(output, context) {
  const { parts, show, text } = makeQuantities(output, context);
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  return { element: h('div', { class: 'several' }, h('h3', {}, output.label), ...parts, ...help), show, text };
}
