/**
 * @file Any text, of one line or of several.
 *
 * @typedef {import('../codec/types.js').Field} Field
 * @typedef {import('../ui/types.js').Control} Control
 */

import { h } from '../ui/dom.js';

const LINES = 3;

/** @param {Field} field @param {string} id @returns {Control} */
export function text({ name, lines = LINES, code = false }, id) {
  const box = lines === 1 ? h('input', { type: 'text', id, name, autocomplete: 'off' }) : h('textarea', { id, name, rows: lines });
  box.style.setProperty('--lines', String(lines));
  if (code) {
    box.classList.add('code');
    for (const help of ['spellcheck', 'autocapitalize', 'autocorrect']) box.setAttribute(help, help === 'spellcheck' ? 'false' : 'off');
  }
  return {
    element: box,
    target: box,
    read: () => box.value,
    write: (value) => { box.value = String(value ?? ''); },
  };
}
