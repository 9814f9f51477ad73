/**
 * @file What is in an array, in some numbers.
 *
 * @typedef {import('../../codec/types.js').Feed} Feed
 */

/**
 * The least and the largest element as they are, the mean of the numbers in an array, and how many elements are no finite number; of text NaN.
 * @param {Feed} array
 */
export function summary({ data }) {
  /** @type {(number | bigint)[]} */
  let [low, high] = [Infinity, -Infinity];
  let [sum, count] = [0, 0];
  for (const element of data) {
    const value = typeof element === 'string' ? NaN : Number(element);
    if (typeof element === 'string' || !Number.isFinite(value)) continue;
    if (element < low) low = element;
    if (element > high) high = element;
    sum += value;
    count++;
  }
  return { low, high, mean: sum / count, undefined: typeof data[0] === 'string' ? 0 : data.length - count };
}
