/**
 * @file What is in an array, in some numbers.
 *
 * @typedef {import('../../codec/types.js').Feed} Feed
 */

/**
 * The least, the largest and the mean of the numbers in an array, and how many elements are no finite number; of text NaN.
 * @param {Feed} array
 */
export function summary({ data }) {
  let [low, high, sum, count] = [Infinity, -Infinity, 0, 0];
  for (const element of data) {
    const value = typeof element === 'string' ? NaN : Number(element);
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    sum += value;
    count++;
  }
  return { low, high, mean: sum / count, undefined: typeof data[0] === 'string' ? 0 : data.length - count };
}
