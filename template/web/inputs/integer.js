/**
 * @file A whole number: as any number, with the keyboard of whole numbers.
 *
 * @typedef {import('../runtime/types.js').Field} Field
 */

import { number } from './number.js';

/** @param {Field} field @param {string} id */
export function integer(field, id) {
  return number(field, id, 'numeric');
}
