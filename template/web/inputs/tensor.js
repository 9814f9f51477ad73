/**
 * @file An array: typed as nested lists, or from a file.
 *
 * @typedef {import('../runtime/types.js').Field} Field
 * @typedef {import('../runtime/types.js').Input} Input
 * @typedef {import('../runtime/types.js').Feed} Feed
 * @typedef {import('../runtime/types.js').Control} Control
 */

import { button, h } from '../dom.js';
import { number } from '../format.js';
import { describe } from '../npy.js';
import { Refusal } from '../runtime/refusal.js';
import { t } from '../strings.js';
import { makeHeld } from './held.js';
import { parseNested } from './nested.js';
import { readTensor } from './read-tensor.js';
import { makeSource } from './source.js';

const READABLE = 1000; // elements: of more nobody reads or edits the text

/** @param {Field} field @param {string} id @param {Input} wanted @returns {Control} */
export function tensor(field, id, wanted) {
  const takes = t.tensor.takes(describe({ ...wanted, dims: wanted.dims.map((dim) => dim ?? t.tensor.any) }));
  const source = makeSource(id, '.npy,.json', t.tensor.about, give);
  const box = h('textarea', { name: field.name, rows: 3, spellcheck: 'false', autocomplete: 'off', 'aria-label': t.tensor.typed(field.label) });
  const size = h('p', { class: 'size' });
  const remove = button(t.tensor.remove, 'quiet', () => {
    give(undefined);
    source.target.focus();
  });
  const style = h('link', { rel: 'stylesheet', href: new URL('tensor.css', import.meta.url).href });
  source.ways.append(remove);
  source.element.prepend(style, h('p', { class: 'help' }, takes), box, size);
  let isTyping = false;

  const held = makeHeld(source.element, readTensor, (given) => {
    remove.hidden = size.hidden = !given;
    size.textContent = given ? t.tensor.size(describe(given), number(given.data.length)) : '';
    if (isTyping) return;
    const isLong = given !== undefined && given.data.length > READABLE;
    box.value = given && !isLong ? written(given) : '';
    box.placeholder = isLong ? t.tensor.long : '';
  }, source.say);

  /** What a person gives here. @param {unknown} value */
  function give(value) {
    held.write(value);
    if (!(value instanceof Blob)) source.element.dispatchEvent(new Event('input', { bubbles: true }));
  }

  box.addEventListener('input', () => {
    isTyping = true;
    try {
      held.write(box.value.trim() ? parseNested(box.value) : undefined);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      held.write(undefined);
      source.say(error.message);
    }
    isTyping = false;
  });
  return { element: source.element, target: source.target, read: held.read, write: held.write };
}

/** The array as nested lists, what is no finite number as null. @param {Feed} array */
function written({ dtype, dims, data }) {
  const elements = Array.from(/** @type {ArrayLike<any>} */ (data), (each) => {
    if (dtype === 'bool') return String(Boolean(each));
    return typeof each === 'bigint' ? String(each) : JSON.stringify(each);
  });
  let [parts, joint] = [elements, ', '];
  for (const dim of dims.toReversed()) {
    parts = Array.from({ length: parts.length / dim || 0 }, (_, index) => `[${parts.slice(index * dim, (index + 1) * dim).join(joint)}]`);
    joint = ',\n';
  }
  return dims.includes(0) ? '' : parts[0];
}
