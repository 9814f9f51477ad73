/**
 * @file Where values are on the axis of a chart or map, and where its ticks stand.
 *
 * @typedef {import('../codec/types.js').Field} Field
 * @typedef {{ends: [number, number], field: Field}} Axis
 */

import { kindOf } from '../codec/kinds.js';

const GAPS = 5; // between ticks, at most

/** Where on the axis a value is, from 0 to 1. @param {Pick<Axis, 'ends'>} axis @param {number} value */
export function place({ ends: [low, high] }, value) {
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

/** Round values along the axis. @param {{ends: [number, number], field: Pick<Field, 'kind'>}} axis */
export function ticks({ ends: [low, high], field }) {
  const least = (high - low) / GAPS;
  const power = 10 ** Math.floor(Math.log10(least));
  const fitting = power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
  const step = kindOf(field).isWhole ? Math.max(1, fitting) : fitting;
  const count = Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1;
  return Array.from({ length: count }, (_, index) => tidy((Math.ceil(low / step - 1e-9) + index) * step));
}

/** Without the last digits of a sum. @param {number} value */
export function tidy(value) {
  return Number(value.toPrecision(12)) + 0;
}
