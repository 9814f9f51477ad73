/**
 * @file The fields of the form: a table of kinds, and what every field has around its control: label, unit, help, hint, refusal.
 *
 * @typedef {import('../runtime/types.js').Field} Field
 * @typedef {import('../runtime/types.js').Input} Input
 * @typedef {import('../runtime/types.js').Known} Known
 * @typedef {import('../runtime/types.js').Control} Control
 */

import { h } from '../dom.js';
import { isArray } from '../runtime/arrays.js';
import { t } from '../strings.js';

/** Each is fetched only by a page that has such a field. @type {Record<string, (field: Field, id: string, source: Input) => Promise<Control>>} */
const INPUTS = {
  number: async (field, id) => (await import('./number.js')).number(field, id),
  integer: async (field, id) => (await import('./integer.js')).integer(field, id),
  choice: async (field, id) => (await import('./choice.js')).choice(field, id),
  toggle: async (field, id) => (await import('./toggle.js')).toggle(field, id),
  text: async (field, id) => (await import('./text.js')).text(field, id),
  image: async (field, id) => (await import('./image.js')).image(field, id),
  drawing: async (field, id, source) => (await import('./drawing.js')).drawing(field, id, source),
  audio: async (field, id) => (await import('./audio.js')).audio(field, id),
  tensor: async (field, id, source) => (await import('./tensor.js')).tensor(field, id, source),
};

/** Two numbers as a point on a map, if the page has one. @type {(...given: Parameters<typeof import('./map.js').addMap>) => Promise<void>} */
export const addMap = async (...given) => (await import('./map.js')).addMap(...given);

/**
 * A field with everything around it. `refuse` says why its value can't be taken, or '' when it can.
 * @param {Field} field
 * @param {Known} known what training saw of it
 * @param {Input} source the graph's input that it belongs to
 */
export async function makeField(field, known, source) {
  const id = `field-${field.name.replace(/\s/g, '\u00a0')}`; // a list of ids is split at plain spaces
  const control = await INPUTS[field.kind](field, id, source);
  const unit = field.unit ? [' ', h('span', { class: 'unit' }, field.unit)] : [];
  const label = control.target ? h('label', { for: id }, field.label, ...unit) : h('legend', {}, field.label, ...unit);
  const help = h('p', { class: 'help', id: `${id}-help`, hidden: !field.help }, field.help ?? '');
  const hint = h('p', { class: 'hint', id: `${id}-hint`, hidden: true });
  const refusal = h('p', { class: 'refusal', id: `${id}-refusal`, hidden: true });
  const wish = h('p', { class: 'help', id: `${id}-wish`, hidden: true });
  const about = { class: `field ${field.kind}`, 'data-field': field.name };
  const element = control.target
    ? h('div', about, label, control.element, help, hint, wish, refusal)
    : h('fieldset', { ...about, role: 'radiogroup' }, label, control.element, help, hint, wish, refusal);
  const target = control.target ?? element;
  const isWhole = isArray(field);
  /** Nothing was given yet where one can't type: a wish, no mistake. */
  const isWaiting = () => isWhole && control.read() === undefined;

  return {
    element,
    name: field.name,
    initial: field.default,
    read: control.read,
    write: control.write,
    isWhole,
    isWaiting,
    /** @param {string} message */
    refuse(message) {
      const refused = isWaiting() ? '' : message;
      show(refusal, refused);
      show(wish, refused === message ? '' : t.form.wish[field.kind]);
      show(hint, message ? '' : control.unseen?.(known) ?? '');
      target.setAttribute('aria-invalid', String(Boolean(refused)));
      const notes = [help, hint, wish, refusal].filter((note) => !note.hidden);
      target.setAttribute('aria-describedby', notes.map((note) => note.id).join(' '));
    },
  };
}

/** @param {HTMLElement} note @param {string} message */
function show(note, message) {
  note.textContent = message;
  note.hidden = !message;
}
