/**
 * @file The values of fields in words.
 *
 * @typedef {import('../runtime/types.js').Field} Field
 */

import { number } from '../format.js';
import { parsed, shown } from '../runtime/encode.js';
import { t } from '../strings.js';

/** A field's value as people read it. @param {Field} field @param {unknown} value @param {string} [unit] */
export function told(field, value, unit = field.unit) {
  if (field.kind === 'toggle') return value ? t.result.yes : t.result.no;
  const text = shown(value).trim();
  if (!text) return t.form.none;
  if (field.choices) return field.choices.find((choice) => shown(choice.value) === text)?.label ?? text;
  return [number(parsed(text)), unit].filter(Boolean).join(' ');
}
