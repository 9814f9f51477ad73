/**
 * @file Values of fields, and single values of results, as people read them.
 *
 * @typedef {import('../codec/types.js').Field} Field
 * @typedef {import('../codec/types.js').Output} Output
 * @typedef {import('../codec/types.js').Result} Result
 * @typedef {import('./types.js').Context} Context
 * @typedef {Pick<Output, 'dtype' | 'decimals' | 'unit' | 'grouping'>} Quantity An output of one number, or one of its numbers.
 */

import { kindOf } from '../codec/kinds.js';
import { parsed, shown } from '../codec/scalars.js';

/** A field's value as people read it. @param {Field} field @param {unknown} value @param {Context} context @param {string} [unit] */
export function formatValue(field, value, { t, format }, unit = field.unit) {
  const { isNumeric, options } = kindOf(field);
  const text = shown(value).trim();
  if (!text) return t.form.none;
  if (options) return options(field, t).find((option) => shown(option.value) === text)?.label ?? text;
  const said = isNumeric ? format.of(field).number(parsed(text)) : text;
  return [said, unit].filter(Boolean).join(' ');
}

/** A single value of an output, without its unit. @param {Quantity} output @param {number | string | boolean} value @param {Context} context */
export function formatResult(output, value, { t, format }) {
  if (typeof value === 'boolean') return value ? t.result.yes : t.result.no;
  return typeof value === 'number' ? format.of(output).number(value, output.decimals, output.dtype) : value;
}

/** The same with its unit. @param {Quantity} output @param {number | string | boolean} value @param {Context} context */
export function withUnit(output, value, context) {
  return [formatResult(output, value, context), output.unit].filter(Boolean).join(' ');
}

/** Whether an output gives probabilities. @param {Output} output */
export function isProbable({ kind, scored }) {
  return kind === 'classes' && !scored;
}

/** The number of a class: a probability in percent, a score with four digits. @param {Output} output @param {number} share @param {Context} context */
export function formatShare(output, share, { format }) {
  if (isProbable(output)) return format.percent(share);
  return Math.abs(share) < 1000 ? format.rounded(share) : format.number(share, 0);
}

/** Why the numbers of a result are not what they are said to be; '' when they are. @param {Result} result @param {Context} context */
export function invalidity(result, { t }) {
  return 'invalid' in result && result.invalid ? t.result[result.invalid] : '';
}
