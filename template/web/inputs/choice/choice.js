/**
 * @file One of several: radio buttons for up to four choices, a list for more, a box that searches for very many.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../ui/types.js').Control} Control
 * @typedef {import('../../ui/types.js').Context} Context
 * @typedef {import('../../runtime/types.js').Known} Known
 */

import { shown } from '../../codec/scalars.js';
import { h } from '../../ui/dom.js';
import { search } from './search.js';

const MAX_RADIOS = 4;
const MAX_LISTED = 30;

/** @param {Field} field @param {string} id @param {Context} context @returns {Control} */
export function choice(field, id, context) {
  const { t } = context;
  const choices = field.choices ?? [];
  const options = choices.map(({ value, label }) => ({ text: shown(value), value: /** @type {unknown} */ (value), label }));
  if (field.missing !== 'refuse') options.push({ text: '', value: undefined, label: t.form.none });
  const kind = choices.length > MAX_LISTED ? search : choices.length > MAX_RADIOS ? list : radios;
  const control = kind(field, id, options, context);
  return {
    ...control,
    read: () => options.find((option) => option.text === control.read())?.value,
    write: (value) => control.write(shown(value)),
    unseen: ({ categories }) => (!categories || !control.read() || categories.map(shown).includes(String(control.read())) ? '' : t.form.unseen),
  };
}

/** @param {Field} field @param {string} _ @param {{text: string, label: string}[]} options @returns {Control} */
function radios(field, _, options) {
  const buttons = options.map(({ text }) => h('input', { type: 'radio', name: field.name, value: text }));
  const labels = options.map(({ label }, index) => h('label', {}, buttons[index], h('span', {}, label)));
  return {
    element: h('div', { class: 'radios' }, ...labels),
    read: () => buttons.find((button) => button.checked)?.value,
    write: (value) => buttons.forEach((button) => { button.checked = button.value === value; }),
  };
}

/** @param {Field} field @param {string} id @param {{text: string, label: string}[]} options @returns {Control} */
function list(field, id, options) {
  const select = h('select', { id, name: field.name }, ...options.map(({ text, label }) => h('option', { value: text }, label)));
  return {
    element: select,
    target: select,
    read: () => select.value,
    write: (value) => { select.value = String(value); },
  };
}
