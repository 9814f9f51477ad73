/**
 * @file Sounds: float32 [samples] at the field's rate. Twin of mlweb/codec/kinds/audio.py.
 *
 * @typedef {import('../kinds.js').Kind} Kind
 */

import { InvalidValue } from '../refusal.js';

/** @type {Kind} */
export const audio = {
  rank: 1,

  /** The samples; where the graph takes a fixed number, cut at the end or filled up with silence. */
  array(_, value, source) {
    if (value.dtype !== 'float32' || value.dims.length !== 1) throw new InvalidValue('sound');
    const length = source.dims.at(-1);
    if (!length) return value;
    const data = new Float32Array(length);
    data.set(/** @type {Float32Array} */ (value.data).subarray(0, length));
    return { dtype: 'float32', dims: [length], data };
  },
};
