/**
 * @file The turns of a conversation before the present one. They grow by answers (panels/predict/reply.js), and a person can begin anew.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../ui/types.js').Control} Control
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { turnsOf } from '../../codec/kinds/conversation.js';
import { button, h } from '../../ui/dom.js';

/** @param {Field} field @param {string} id @param {Context} context @returns {Control} */
export function conversation({ name, label }, id, { t }) {
  const held = h('input', { type: 'hidden', name });
  const turns = h('ol', { class: 'turns', tabindex: 0, 'aria-label': label });
  const note = h('p', { class: 'help' });
  const anew = button(t.conversation.anew, 'chip', () => {
    write('');
    held.dispatchEvent(new Event('input', { bubbles: true }));
  });

  function draw() {
    const said = read();
    turns.replaceChildren(...said.map(([question, answer]) => h('li', {}, line(t.conversation.you, question), line(t.conversation.model, answer))));
    note.textContent = said.length ? '' : t.conversation.begins;
    anew.hidden = turns.hidden = !said.length;
  }

  /** What can be shown of what is held: nothing of what is no conversation, which the form refuses. */
  function read() {
    try {
      return held.value ? turnsOf(held.value) : [];
    } catch {
      return [];
    }
  }

  /** @param {unknown} value */
  function write(value) {
    held.value = String(value ?? '');
    draw();
  }
  const style = h('link', { rel: 'stylesheet', href: new URL('conversation.css', import.meta.url).href });
  return { element: h('div', { id }, style, held, turns, note, anew), role: 'group', read: () => held.value, write };
}

/** Who says what. @param {string} who @param {string} text */
function line(who, text) {
  return h('p', {}, h('b', {}, who), ' ', h('span', {}, text));
}
