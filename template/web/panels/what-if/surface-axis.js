/**
 * @file One axis of the surface: which values of a field its squares stand for, and where its ticks are.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 *
 * @typedef {object} Axis
 * @property {Field} field
 * @property {[number, number] | undefined} seen in training
 * @property {[number, number]} ends of the drawn part
 * @property {number[]} values of the squares, evenly from end to end
 * @property {number} at where the form stands; NaN for nowhere
 */

import { kindOf } from '../../codec/kinds.js';
import { tidy } from '../../ui/axis.js';

const SQUARES = 32;

/**
 * @param {Field} field @param {[number, number]} limits @param {[number, number] | undefined} seen @param {number} at
 * @returns {Axis}
 */
export function axis(field, limits, seen, at) {
  const all = [...limits, at].filter((value) => !Number.isNaN(value)); // a value beyond what training saw is shown too
  const [low, high] = [Math.min(...all), Math.max(...all)];
  if (kindOf(field).isWhole && high - low < SQUARES) {
    const values = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, index) => Math.ceil(low) + index);
    return { field, seen, at, values, ends: [values[0] - 0.5, values[values.length - 1] + 0.5] };
  }
  const side = (high - low) / SQUARES;
  const values = Array.from({ length: SQUARES }, (_, index) => snap(low + (index + 0.5) * side, field, side));
  return { field, seen, at, values, ends: [low, high] };
}

/** The nearest value that a person would give: on the field's steps, or with as many digits as the squares need. */
function snap(/** @type {number} */ value, /** @type {Field} */ field, /** @type {number} */ side) {
  const { step, min = 0 } = field;
  if (kindOf(field).isWhole) return Math.round(value);
  if (step !== undefined && step <= side) return tidy(min + Math.round((value - min) / step) * step);
  return Number(value.toFixed(Math.min(100, Math.max(0, 1 - Math.floor(Math.log10(side))))));
}
