/**
 * @file Numbers: typed, or dragged between their limits. Twin of mlweb/codec/kinds/number.py.
 *
 * @typedef {import('../kinds.js').Kind} Kind
 * @typedef {import('../types.js').Field} Field
 */

import { BOUNDS, FLOAT_MAX, WHOLE } from '../dtypes.js';
import { InvalidValue } from '../refusal.js';
import { THOUSANDS, parsed } from '../scalars.js';
import { shortened } from '../shorten.js';

/** @type {Kind} */
export const number = { isNumeric: true, element };

/** @type {Kind} */
export const integer = {
  isNumeric: true,
  isWhole: true,

  /** A whole number that the dtype holds exactly. */
  element(field, given, dtype, decimal) {
    const value = element(field, given, dtype, decimal);
    if (!Number.isInteger(value)) throw new InvalidValue('whole');
    const most = WHOLE[dtype] ?? 2 ** 53;
    const [low, high] = BOUNDS[dtype] ?? [-most, most];
    if (!(low <= value && value <= high)) throw new InvalidValue('range', { low, high });
    return value + 0; // -0 becomes 0, as in Python
  },
};

/**
 * A number, or text that holds one. Where numbers have a decimal point, a comma may stand for it unless it could mean thousands.
 * @param {Field} field @param {unknown} given @param {string} dtype @param {string} decimal
 */
function element(field, given, dtype, decimal) {
  let value = given;
  if (typeof given === 'string') {
    const text = given.trim();
    value = parsed(text);
    if (Number.isNaN(value)) throw new InvalidValue('not_a_number', { text: shortened(text) });
    if (decimal === '.' && text.includes(',') && THOUSANDS.test(text)) {
      throw new InvalidValue('two_readings', { text, pointed: text.replace(',', '.'), whole: text.replace(',', '') });
    }
  }
  if (typeof value !== 'number') throw new InvalidValue('number');
  if (!(Math.abs(value) <= (FLOAT_MAX[dtype] ?? Number.MAX_VALUE))) throw new InvalidValue('too_large', { value: shortened(given), dtype });
  if (field.min !== undefined && value < field.min) throw new InvalidValue('min', { min: field.min });
  if (field.max !== undefined && value > field.max) throw new InvalidValue('max', { max: field.max });
  return value;
}
