/**
 * @file Texts that come from outside, and may be of any length, in sentences. Twin of mlweb/codec/shorten.py.
 */

/**
 * The beginning of a text that is longer than `most` characters; anything else as it is.
 * @template T
 * @param {T} value @param {number} [most]
 * @returns {T | string}
 */
export function shortened(value, most = 100) {
  if (typeof value !== 'string' || value.length <= most) return value;
  const characters = Array.from(value.slice(0, 2 * most + 2)); // as Python counts them: an emoji is one
  return characters.length <= most ? value : `${characters.slice(0, most).join('')}…`;
}
