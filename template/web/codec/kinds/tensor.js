/**
 * @file Any array of the graph's own dtype. Twin of mlweb/codec/kinds/tensor.py.
 *
 * @typedef {import('../kinds.js').Kind} Kind
 */

import { BOUNDS } from '../dtypes.js';
import { InvalidValue } from '../refusal.js';

/** @type {Kind} */
export const tensor = {
  /** Any array whose elements the graph's dtype can hold. */
  array(_, value, { dtype }) {
    if ((dtype === 'string') !== (value.dtype === 'string')) throw new InvalidValue('dtype', { dtype });
    if (/int/.test(dtype) && value.dtype !== dtype) {
      const [low, high] = BOUNDS[dtype] ?? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
      const whole = Array.from(/** @type {ArrayLike<any>} */ (value.data), Number).every((each) => Number.isInteger(each) && low <= each && each <= high);
      if (!whole) throw new InvalidValue('whole_dtype', { dtype });
    }
    return value;
  },
};
