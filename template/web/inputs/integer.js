/**
 * @file A whole number: as any number, with the keyboard of whole numbers.
 *
 * @typedef {import('../codec/types.js').Field} Field
 * @typedef {import('../ui/types.js').Context} Context
 */

import { number } from './number.js';

/** @param {Field} field @param {string} id @param {Context} context */
export function integer(field, id, context) {
  return number(field, id, context, 'numeric');
}
