/**
 * @file A text that the model reads as tokens: it says where a long one is cut, and on demand what the tokens are.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../codec/types.js').Input} Input
 * @typedef {import('../../ui/types.js').Context} Context
 * @typedef {import('../../ui/types.js').Control} Control
 */

import { tokens as split } from '../../codec/tokenize.js';
import { h } from '../../ui/dom.js';
import { text } from '../text.js';

export { load } from './load.js';

const SHOWN = 200; // tokens

/** @param {Field} field @param {string} id @param {Context} context @param {Input} source @returns {Control} */
export function tokens(field, id, { t, format: { number } }, source) {
  const control = text(field, id);
  const tokenizer = /** @type {import('../../codec/types.js').Tokenizer} */ (field.tokenizer);
  const read = () => split(tokenizer, String(control.read()), source.dims[1]);
  const count = h('p', {});
  const list = h('p', {});
  const details = h('details', {}, h('summary', {}, t.tokens.heading), count, list);
  const style = h('link', { rel: 'stylesheet', href: new URL('tokens.css', import.meta.url).href });
  const show = () => {
    if (!details.open) return;
    const { words } = read();
    count.textContent = t.tokens.count(number(words.length));
    list.textContent = words.slice(0, SHOWN).join(' ') + (words.length > SHOWN ? ' …' : '');
  };
  details.addEventListener('toggle', show);
  return {
    ...control,
    element: h('div', { class: 'split' }, style, control.element, details),
    unseen() {
      show();
      const { ids, total } = read();
      return total > ids.length ? t.tokens.cut(number(ids.length), number(total)) : '';
    },
  };
}
