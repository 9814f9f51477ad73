/**
 * @file A window of numbers [steps], the latest last. Twin of mlweb/codec/kinds/series.py.
 *
 * @typedef {import('../kinds.js').Kind} Kind
 * @typedef {import('../types.js').Input} Input
 */

import { FLOAT_MAX } from '../dtypes.js';
import { InvalidValue } from '../refusal.js';

/** @type {Kind} */
export const series = {
  rank: 1,
  size: (dims, t) => t.series.count(dims.join()),

  /** The last numbers, as many as the graph takes, or all; each a number within the field's limits. A column, where the graph takes one. */
  array({ min, max }, value, source) {
    if (!/^(u?int|float)/.test(value.dtype) || value.dims.length !== 1) throw new InvalidValue('series');
    const { dims: { length: rank }, dtype } = source;
    const wanted = windowOf(source) ?? 0;
    const all = Float64Array.from(/** @type {ArrayLike<any>} */ (value.data), Number);
    if (all.length < (wanted || 1)) throw new InvalidValue('series_short', { wanted: wanted || 1, given: all.length });
    const kept = all.slice(wanted ? -wanted : 0);
    kept.forEach((number, index) => {
      const at = all.length - kept.length + index + 1;
      if (!Number.isFinite(number)) throw new InvalidValue('series_nan', { at });
      if (Math.abs(number) > (FLOAT_MAX[dtype] ?? Infinity)) throw new InvalidValue('series_too_large', { at, value: number, dtype });
      if (min !== undefined && number < min) throw new InvalidValue('series_min', { at, value: number, min });
      if (max !== undefined && number > max) throw new InvalidValue('series_max', { at, value: number, max });
    });
    return { dtype: 'float64', dims: rank === 3 ? [kept.length, 1] : [kept.length], data: kept };
  },
};

/** How many numbers of a series the graph takes; null for any number. @param {Input} source */
export function windowOf({ dims }) {
  return (dims.length === 3 ? dims[1] : dims.at(-1)) ?? null;
}
