/**
 * @file One axis of the surface: which values of a field its squares stand for, and where its ticks are.
 *
 * @typedef {import('../runtime/types.js').Field} Field
 *
 * @typedef {object} Axis
 * @property {Field} field
 * @property {[number, number] | undefined} seen in training
 * @property {[number, number]} ends of the drawn part
 * @property {number[]} values of the squares, evenly from end to end
 * @property {number} at where the form stands; NaN for nowhere
 */

const SQUARES = 32;
const GAPS = 5; // between ticks, at most

/**
 * @param {Field} field @param {[number, number]} limits @param {[number, number] | undefined} seen @param {number} at
 * @returns {Axis}
 */
export function axis(field, limits, seen, at) {
  const all = [...limits, at].filter((value) => !Number.isNaN(value)); // a value beyond what training saw is shown too
  const [low, high] = [Math.min(...all), Math.max(...all)];
  if (field.kind === 'integer' && high - low < SQUARES) {
    const values = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, index) => Math.ceil(low) + index);
    return { field, seen, at, values, ends: [values[0] - 0.5, values[values.length - 1] + 0.5] };
  }
  const side = (high - low) / SQUARES;
  const values = Array.from({ length: SQUARES }, (_, index) => snap(low + (index + 0.5) * side, field, side));
  return { field, seen, at, values, ends: [low, high] };
}

/** Where on the axis a value is, from 0 to 1. @param {Pick<Axis, 'ends'>} axis @param {number} value */
export function place({ ends: [low, high] }, value) {
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

/** Round values along the axis. @param {Pick<Axis, 'ends' | 'field'>} axis */
export function ticks({ ends: [low, high], field }) {
  const least = (high - low) / GAPS;
  const power = 10 ** Math.floor(Math.log10(least));
  const fitting = power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
  const step = field.kind === 'integer' ? Math.max(1, fitting) : fitting;
  const count = Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1;
  return Array.from({ length: count }, (_, index) => tidy((Math.ceil(low / step - 1e-9) + index) * step));
}

/** The nearest value that a person would give: on the field's steps, or with as many digits as the squares need. */
function snap(/** @type {number} */ value, /** @type {Field} */ { kind, step, min = 0 }, /** @type {number} */ side) {
  if (kind === 'integer') return Math.round(value);
  if (step !== undefined && step <= side) return tidy(min + Math.round((value - min) / step) * step);
  return Number(value.toFixed(Math.min(100, Math.max(0, 1 - Math.floor(Math.log10(side))))));
}

/** Without the last digits of a sum. @param {number} value */
function tidy(value) {
  return Number(value.toPrecision(12)) + 0;
}
