/**
 * @file Nested lists as JSON -> an array of numbers, texts or truth values.
 *
 * @typedef {import('../codec/types.js').Feed} Feed
 */

import { Refusal } from '../codec/refusal.js';

const DTYPES = new Map([['number', 'float64'], ['string', 'string'], ['boolean', 'bool']]);

/**
 * The array that a text holds; null among numbers is NaN, which JSON has no word for. Throws Refusal.
 * @param {string} text
 * @returns {Feed}
 */
export function parseNested(text) {
  let root;
  try {
    root = JSON.parse(text);
  } catch {
    throw new Refusal('syntax', (t) => t.tensor.syntax);
  }
  /** @type {number[]} */
  const dims = [];
  for (let node = root; Array.isArray(node); node = node[0]) dims.push(node.length);
  /** @type {any[]} */
  const elements = [];
  collect(root, dims, [], elements);
  const kinds = new Set(elements.filter((element) => element !== null).map((element) => typeof element));
  const [kind = 'number'] = kinds;
  const dtype = DTYPES.get(kind);
  const isPure = kinds.size < 2 && (kind === 'number' || !elements.includes(null));
  if (!dtype) throw new Refusal('object', (t) => t.tensor.object);
  if (!isPure) throw new Refusal('mixed', (t) => t.tensor.mixed);
  if (dtype === 'string') return { dtype, dims, data: elements };
  const data = dtype === 'bool' ? Uint8Array.from(elements, Number) : Float64Array.from(elements, (element) => element ?? NaN);
  return { dtype, dims, data };
}

/**
 * All elements in order; throws Refusal where a list is longer or shorter, or deeper, than the first of its level.
 * @param {any} node @param {number[]} dims that it must have @param {number[]} path to it @param {any[]} elements
 */
function collect(node, dims, path, elements) {
  const [wanted] = dims;
  const length = Array.isArray(node) ? node.length : undefined;
  if (length !== wanted) {
    const place = path.map((index) => `[${index}]`).join('');
    throw new Refusal('ragged', (t) => t.tensor.ragged(place, length, wanted));
  }
  if (length === undefined) elements.push(node);
  else node.forEach((/** @type {any} */ each, /** @type {number} */ index) => collect(each, dims.slice(1), [...path, index], elements));
}
