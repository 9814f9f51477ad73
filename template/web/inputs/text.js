/**
 * @file Any text, of several lines if need be.
 *
 * @typedef {import('../runtime/types.js').Field} Field
 * @typedef {import('../runtime/types.js').Control} Control
 */

import { h } from '../dom.js';

/** @param {Field} field @param {string} id @returns {Control} */
export function text(field, id) {
  const box = h('textarea', { id, name: field.name, rows: 3 });
  return {
    element: box,
    target: box,
    read: () => box.value,
    write: (value) => { box.value = String(value ?? ''); },
  };
}
