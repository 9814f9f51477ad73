/**
 * @file Values of fields, and single values of results, as people read them.
 *
 * @typedef {import('../codec/types.js').Field} Field
 * @typedef {import('../codec/types.js').Output} Output
 * @typedef {import('./types.js').Context} Context
 */

import { parsed, shown } from '../codec/encode.js';

/** A field's value as people read it. @param {Field} field @param {unknown} value @param {Context} context @param {string} [unit] */
export function formatValue(field, value, { t, format }, unit = field.unit) {
  if (field.kind === 'toggle') return value ? t.result.yes : t.result.no;
  const text = shown(value).trim();
  if (!text) return t.form.none;
  if (field.choices) return field.choices.find((choice) => shown(choice.value) === text)?.label ?? text;
  const said = field.kind === 'number' || field.kind === 'integer' ? format.number(parsed(text)) : text;
  return [said, unit].filter(Boolean).join(' ');
}

/** A single value of an output, without its unit. @param {Output} output @param {number | string | boolean} value @param {Context} context */
export function formatResult(output, value, { t, format }) {
  if (typeof value === 'boolean') return value ? t.result.yes : t.result.no;
  return typeof value === 'number' ? format.number(value, output.decimals, output.dtype) : value;
}
