/**
 * @file The ends of the axes of charts.
 *
 * @typedef {{min?: number, max?: number, slider?: [number, number]}} Limits
 */

const NOISE = 1e-5; // relative: less than that is rounding, not a change

/**
 * Round numbers around all of the numbers; those that are not finite do not count.
 * @param {number[]} numbers
 * @returns {[number, number]}
 */
export function scale(numbers) {
  const finite = numbers.filter(Number.isFinite);
  const [low, high] = finite.length ? [Math.min(...finite), Math.max(...finite)] : [0, 1];
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low <= NOISE * size) return size ? [low - size, high + size] : [-1, 1];
  const least = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
  return [Math.floor(low / step) * step, Math.ceil(high / step) * step];
}

/**
 * From where to where a number is drawn; undefined for one that could be any.
 * @param {Limits} field @param {Limits} known what training saw
 * @returns {[number, number] | undefined}
 */
export function limits(field, known) {
  const [least, most] = field.slider ?? [field.min ?? known.min, field.max ?? known.max];
  return least !== undefined && most !== undefined && least < most ? [least, most] : undefined;
}
