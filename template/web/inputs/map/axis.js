/**
 * @file One of the two numbers of a map: its ends, and the steps it takes.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {{field: Field, ends: [number, number], step: number}} Axis
 */

import { stepOf } from '../number.js';

/** @param {Field} field one with both ends, as the build has checked @returns {Axis} */
export function axis(field) {
  const { min = 0, max = 1 } = field;
  return { field, ends: [min, max], step: stepOf(field, min, max) };
}

/** The nearest value that the map offers. @param {Axis} axis @param {number} value */
export function snap({ ends: [low, high], step }, value) {
  const most = Math.floor((high - low) / step + 1e-6);
  const count = Math.min(most, Math.max(0, Math.round((value - low) / step)));
  return Number((low + count * step).toPrecision(12)) + 0;
}
