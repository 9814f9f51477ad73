/**
 * @file A button that copies a text. Where the clipboard is refused, the text is shown, selected, to be copied by hand.
 *
 * @typedef {import('./types.js').Context} Context
 */

import { button, h } from './dom.js';

/**
 * Buttons that copy, with what they have to say below.
 * @param {Record<string, () => string>} texts label of a button -> the text it copies
 * @param {Context} context
 */
export function copier(texts, { t }) {
  const said = h('p', { class: 'help', role: 'status' });
  const box = h('textarea', { readonly: true, rows: 6, hidden: true, 'aria-label': t.copy.text });
  /** @param {string} text */
  async function copy(text) {
    const copied = await written(text);
    box.hidden = copied;
    box.value = text;
    said.textContent = copied ? t.copy.done : t.copy.refused;
    if (!copied) box.select();
    if (!copied) box.focus();
  }
  const buttons = Object.entries(texts).map(([label, text]) => button(label, 'quiet', () => copy(text())));
  return h('div', { class: 'copier' }, h('div', { class: 'buttons' }, ...buttons), said, box);
}

/** Whether the clipboard took the text: it is not there on plain http, and may refuse. @param {string} text */
async function written(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
