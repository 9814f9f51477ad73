/**
 * @file Yes or no, as a switch.
 *
 * @typedef {import('../codec/types.js').Field} Field
 * @typedef {import('../ui/types.js').Control} Control
 */

import { h } from '../ui/dom.js';

const TRUE = new Set(['true', '1']);

/** @param {Field} field @param {string} id @returns {Control} */
export function toggle(field, id) {
  const box = h('input', { type: 'checkbox', role: 'switch', id, name: field.name });
  return {
    element: box,
    target: box,
    read: () => box.checked,
    write: (value) => { box.checked = TRUE.has(String(value).toLowerCase()); },
  };
}
