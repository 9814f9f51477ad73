/**
 * @file What a person says the result should have been: a control for each output, which may stay empty.
 *
 * @typedef {import('../../ui/types.js').Context} Context
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../codec/types.js').Form} Form
 *
 * @typedef {object} Expected
 * @property {HTMLElement} element
 * @property {string} name of the output
 * @property {string} label of the output
 * @property {() => string} read what was given, '' for nothing
 * @property {() => void} clear
 * @property {(words: string) => void} refuse say why it can't be taken, '' when it can
 * @property {() => string} problem why it can't be taken, '' when it can
 */

import { encode } from '../../codec/encode.js';
import { ValidationErrors } from '../../codec/refusal.js';
import { h } from '../../ui/dom.js';

/** @param {Output} output @param {Record<string, string>} sentences of the form @param {Context} context @returns {Expected} */
export function makeExpected(output, sentences, context) {
  const { name, label, unit, dtype } = output;
  const id = `expected-${name.replace(/\s/g, '\u00a0')}`;
  const names = namesOf(output, context);
  const numeric = output.kind === 'value' && /int|float/.test(dtype);
  const control = names ? list(id, names, context) : h('input', { type: 'text', id, autocomplete: 'off', spellcheck: 'false', inputmode: numeric ? 'text' : undefined });
  const refusal = h('p', { class: 'refusal', id: `${id}-refusal`, hidden: true });
  const shownUnit = unit ? [' ', h('span', { class: 'unit' }, unit)] : [];
  control.setAttribute('aria-describedby', refusal.id);
  return {
    element: h('div', { class: 'expected' }, h('label', { for: id }, context.t.feedback.expected(label), ...shownUnit), control, refusal),
    name,
    label,
    read: () => control.value.trim(),
    clear: () => { control.value = ''; },
    problem: () => (numeric && control.value.trim() ? refusalOf(label, control.value, sentences) : ''),
    refuse(words) {
      refusal.textContent = words;
      refusal.hidden = !words;
      control.setAttribute('aria-invalid', String(Boolean(words)));
    },
  };
}

/** The names to choose from, where there are some. @param {Output} output @param {Context} context */
function namesOf({ kind, dtype, classes, names }, { t }) {
  if (kind === 'label') return names?.map(({ label }) => label);
  if (kind === 'classes') return classes;
  return kind === 'value' && dtype === 'bool' ? [t.result.yes, t.result.no] : undefined;
}

/** @param {string} id @param {string[]} names @param {Context} context */
function list(id, names, { t }) {
  const options = names.map((name) => h('option', { value: name }, name));
  return h('select', { id }, h('option', { value: '' }, t.feedback.open), ...options);
}

/** Why the form would not take this for a number; '' when it would. @param {string} label @param {string} text @param {Record<string, string>} sentences */
function refusalOf(label, text, sentences) {
  /** @type {Field} */
  const field = { name: 'expected', kind: 'number', label, missing: 'refuse' };
  try {
    encode({ inputs: [{ name: 'expected', dtype: 'float64', dims: [null, 1], fields: [field] }], outputs: [], batch: true, sentences }, [{ expected: text }]);
    return '';
  } catch (error) {
    if (!(error instanceof ValidationErrors)) throw error;
    return error.message;
  }
}
