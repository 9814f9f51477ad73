/**
 * @file Where each field takes its value from: the column of its name, a column chosen by hand, or the form.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../codec/types.js').Row} Row
 * @typedef {import('./run.js').ColumnsOf} ColumnsOf
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('./read.js').Table} Table
 */

import { h } from '../../ui/dom.js';
import { match } from './match.js';
import { facts } from '../../ui/parts.js';

const FORM = 'form';
const CHOOSABLE = 40; // more fields without a column are no oversight, but another file or one without names
const LISTED = 20;

/**
 * @param {Field[]} fields @param {Table} table
 * @param {boolean} hasForm whether there is a form to take values from
 * @param {() => void} onchange @param {Site} site
 */
export function makeColumns(fields, { columns }, hasForm, onchange, { t }) {
  /** Field name -> index of a column, or FORM. @type {Map<string, number | string>} */
  const sources = match(fields, columns);
  const matched = fields.filter((field) => sources.has(field.name));
  const missing = fields.filter((field) => !sources.has(field.name));
  const surplus = h('p', { class: 'help' });

  /** @param {Field} field */
  function chooser(field) {
    const named = columns.map((column, index) => h('option', { value: index }, column || t.batch.unnamed));
    const form = hasForm ? [h('option', { value: FORM }, t.batch.fromForm)] : [];
    const select = h('select', {}, h('option', { value: '' }, t.batch.pick), ...form, ...named);
    select.dataset.source = field.name;
    select.addEventListener('change', () => {
      if (select.value === '') sources.delete(field.name);
      else sources.set(field.name, select.value === FORM ? FORM : Number(select.value));
      sayUnused();
      onchange();
    });
    return h('label', {}, h('span', {}, titled(field)), select);
  }

  function sayUnused() {
    const used = new Set(sources.values());
    const names = columns.filter((_, index) => !used.has(index)).map((column) => column || t.batch.unnamed);
    surplus.textContent = t.batch.surplus(listed(names));
    surplus.hidden = !names.length;
  }

  sayUnused();
  /** @type {[string, string][]} */
  const pairs = matched.map((field) => [titled(field), columns[Number(sources.get(field.name))]]);
  const summary = h('summary', {}, t.batch.matched(matched.length, fields.length));
  return {
    element: h(
      'div',
      { class: 'columns' },
      pairs.length ? h('details', {}, summary, facts(pairs)) : h('p', {}, t.batch.matched(0, fields.length)),
      ...choices(missing, chooser, t),
      surplus,
    ),
    /** Whether every field has its source. */
    complete: () => sources.size === fields.length,
    usesForm: () => [...sources.values()].includes(FORM),
    /** What rows have for each field, while the form holds `form`. @param {Row} form @returns {ColumnsOf} */
    columnsOf(form) {
      const taken = new Map(sources); // later choices are for later
      return (lines) => (name) => {
        const source = taken.get(name);
        return source === FORM ? Array(lines.length).fill(form[name]) : lines.map(({ cells }) => cells[Number(source)]);
      };
    },
  };
}

/** @param {Field[]} missing @param {(field: Field) => HTMLElement} chooser @param {Site['t']} t */
function choices(missing, chooser, t) {
  if (!missing.length) return [];
  if (missing.length > CHOOSABLE) {
    return [h('p', { class: 'refusal' }, t.batch.missingMany(missing.length, missing.slice(0, 3).map((field) => field.name).join(', ')))];
  }
  return [h('p', { class: 'refusal' }, t.batch.missing), h('div', { class: 'choosers' }, ...missing.map(chooser))];
}

/** A field's label, and its name where that is another. @param {Field} field */
function titled({ name, label }) {
  return label === name ? name : `${label} (${name})`;
}

/** @param {string[]} names */
function listed(names) {
  return names.slice(0, LISTED).join(', ') + (names.length > LISTED ? ', …' : '');
}
