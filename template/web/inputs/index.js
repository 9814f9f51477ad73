/**
 * @file The fields of the form: a table of kinds, and what every field has around its control: label, unit, help, hint, refusal.
 *
 * @typedef {import('../runtime/types.js').Field} Field
 * @typedef {import('../runtime/types.js').Known} Known
 * @typedef {import('../runtime/types.js').Control} Control
 */

import { h } from '../dom.js';
import { choice } from './choice.js';
import { integer } from './integer.js';
import { number } from './number.js';
import { text } from './text.js';
import { toggle } from './toggle.js';

/** @type {Record<string, (field: Field, id: string) => Control>} */
const INPUTS = { number, integer, choice, toggle, text };

/**
 * A field with everything around it. `refuse` says why its value can't be taken, or '' when it can.
 * @param {Field} field
 * @param {Known} known what training saw of it
 */
export function makeField(field, known) {
  const id = `field-${field.name.replace(/\s/g, '\u00a0')}`; // a list of ids is split at plain spaces
  const control = INPUTS[field.kind](field, id);
  const unit = field.unit ? [' ', h('span', { class: 'unit' }, field.unit)] : [];
  const label = control.target ? h('label', { for: id }, field.label, ...unit) : h('legend', {}, field.label, ...unit);
  const help = h('p', { class: 'help', id: `${id}-help`, hidden: !field.help }, field.help ?? '');
  const hint = h('p', { class: 'hint', id: `${id}-hint`, hidden: true });
  const refusal = h('p', { class: 'refusal', id: `${id}-refusal`, hidden: true });
  const about = { class: `field ${field.kind}`, 'data-field': field.name };
  const element = control.target
    ? h('div', about, label, control.element, help, hint, refusal)
    : h('fieldset', { ...about, role: 'radiogroup' }, label, control.element, help, hint, refusal);
  const target = control.target ?? element;

  return {
    element,
    name: field.name,
    initial: field.default,
    read: control.read,
    write: control.write,
    /** @param {string} message */
    refuse(message) {
      show(refusal, message);
      show(hint, message ? '' : control.unseen?.(known) ?? '');
      target.setAttribute('aria-invalid', String(Boolean(message)));
      const notes = [help, hint, refusal].filter((note) => !note.hidden);
      target.setAttribute('aria-describedby', notes.map((note) => note.id).join(' '));
    },
  };
}

/** @param {HTMLElement} note @param {string} message */
function show(note, message) {
  note.textContent = message;
  note.hidden = !message;
}
