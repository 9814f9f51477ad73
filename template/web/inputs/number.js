/**
 * @file A number: typed, or dragged where the ends of a slider are known. What was typed stays as it is: encode.js reads and refuses it. A number
 * that the page fills in has the language's decimal sign, and is read as it was given, so that links and copied code say the same in each language.
 *
 * @typedef {import('../codec/types.js').Field} Field
 * @typedef {import('../ui/types.js').Control} Control
 * @typedef {import('../ui/types.js').Context} Context
 */

import { kindOf } from '../codec/kinds.js';
import { parsed, shown } from '../codec/scalars.js';
import { h } from '../ui/dom.js';
import { nudged } from './nudge.js';

const UNBOUND = 100; // as far as a number is taken to go whose ends nobody knows: it then moves by ones

/**
 * @param {Field} field @param {string} id @param {Context} context @param {'decimal' | 'numeric'} keys which keyboard a phone offers
 * @returns {Control}
 */
export function number(field, id, context, keys = 'decimal') {
  const { min, max } = field;
  const [left, right] = field.slider ?? [min, max];
  const low = min ?? (max ?? UNBOUND) - UNBOUND;
  // The number keyboards of iPhones have no minus.
  const inputmode = min !== undefined && min >= 0 ? keys : 'text';
  const box = h('input', { type: 'text', id, name: field.name, inputmode, autocomplete: 'off', spellcheck: 'false' });
  let [given, filled] = ['', '']; // what was written last, and how it stands in the box
  function write(/** @type {unknown} */ value) {
    given = shown(value);
    filled = box.value = String(Number(given)) === given ? given.replace('.', context.t.units.decimal) : given;
  }
  const control = {
    element: h('div', { class: 'number-control' }, box),
    target: box,
    read: () => (box.value === filled ? given : box.value),
    write,
    unseen: outside(field, () => box.value, context),
    drag: nudged(box, write, field, stepOf(field, left ?? low, right ?? max ?? low + UNBOUND) || 1),
  };
  return left === undefined || right === undefined ? control : withSlider(control, box, field, left, right, context);
}

/**
 * The control with a slider below that follows the box, and the box it.
 * @param {Control} control @param {HTMLInputElement} box @param {Field} field @param {number} min @param {number} max @param {Context} context
 * @returns {Control}
 */
function withSlider(control, box, field, min, max, { t }) {
  const slider = h('input', { type: 'range', min, max, step: stepOf(field, min, max), 'aria-label': t.form.slider(field.label) });
  const follow = () => {
    const value = parsed(box.value);
    if (!Number.isNaN(value)) slider.value = String(value);
  };
  box.addEventListener('input', follow);
  slider.addEventListener('input', () => control.write(slider.value));
  control.element.append(slider);
  return {
    ...control,
    write(value) {
      control.write(value);
      follow();
    },
  };
}

/** By how much it moves at least. @param {Field} field @param {number} min @param {number} max */
export function stepOf(field, min, max) {
  return field.step ?? (kindOf(field).isWhole ? 1 : 10 ** Math.floor(Math.log10((max - min) / 100)));
}

/** @param {Field} field @param {() => string} read @param {Context} context @returns {(known: import('../runtime/types.js').Known) => string} */
function outside(field, read, { t, format }) {
  return ({ min, max }) => {
    const value = parsed(read());
    if (min === undefined || max === undefined || !(value < min || value > max)) return '';
    return t.form.outside(format.of(field).range(min, max));
  };
}
