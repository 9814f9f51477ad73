/**
 * @file The typical case that a result is compared with.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../runtime/types.js').Known} Known
 * @typedef {import('../../codec/types.js').Form} Form
 * @typedef {import('../../codec/types.js').Row} Row
 */

import { encode } from '../../codec/encode.js';
import { kindOf } from '../../codec/kinds.js';

/**
 * The usual value of a field: of a number the median that training saw, else where the form starts; undefined for none.
 * @param {Field} field @param {Known} known
 */
export function usual(field, known) {
  const { isNumeric, isWhole, options } = kindOf(field);
  if (!isNumeric) return options && field.default;
  const value = known.median ?? field.default;
  if (typeof value !== 'number') return value;
  const { min = -Infinity, max = Infinity } = field;
  return Math.min(max, Math.max(min, isWhole ? Math.round(value) : value));
}

/**
 * The fields in which two rows differ for the model, which is more than how they are written: "2,50" is 2.5.
 * @param {Form} form @param {Row} one @param {Row} other
 */
export function differing(form, one, other) {
  const feeds = encode(form, [one, other]);
  return form.inputs.flatMap(({ name, fields }) => {
    const { data } = feeds[name];
    return fields.filter((_, index) => !Object.is(data[index], data[fields.length + index]));
  });
}
