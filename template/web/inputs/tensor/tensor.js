/**
 * @file An array: typed as nested lists, or from a file.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../codec/types.js').Input} Input
 * @typedef {import('../../codec/types.js').Feed} Feed
 * @typedef {import('../../ui/types.js').Control} Control
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { Refusal } from '../../codec/refusal.js';
import { parseNested } from '../../media/nested.js';
import { describe } from '../../media/npy.js';
import { readTensor } from '../../media/read-tensor.js';
import { button, h } from '../../ui/dom.js';
import { makeArrayControl } from '../array-control.js';
import { makeSource } from '../source.js';

const READABLE = 1000; // elements: of more nobody reads or edits the text

/** @param {Field} field @param {string} id @param {Context} context @param {Input} wanted @returns {Control} */
export function tensor(field, id, context, wanted) {
  const { t, format } = context;
  const takes = t.tensor.takes(describe({ ...wanted, dims: wanted.dims.map((dim) => dim ?? t.tensor.any) }, t));
  const source = makeSource(id, '.npy,.json', t.tensor.about, give, context);
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

  const control = makeArrayControl(source.element, readTensor, (given) => {
    remove.hidden = size.hidden = !given;
    size.textContent = given ? t.tensor.size(describe(given, t), format.number(given.data.length)) : '';
    if (isTyping) return;
    const isLong = given !== undefined && given.data.length > READABLE;
    box.value = given && !isLong ? written(given) : '';
    box.placeholder = isLong ? t.tensor.long : '';
  }, source.say, context);

  /** What a person gives here. @param {unknown} value */
  function give(value) {
    control.write(value);
    if (!(value instanceof Blob)) source.element.dispatchEvent(new Event('input', { bubbles: true }));
  }

  box.addEventListener('input', () => {
    isTyping = true;
    try {
      control.write(box.value.trim() ? parseNested(box.value) : undefined);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      control.write(undefined);
      source.say(error.sentence(t));
    }
    isTyping = false;
  });
  return { element: source.element, target: source.target, read: control.read, write: control.write };
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
