/**
 * @file The turns of a conversation before the present one, as JSON: `[["question", "answer"], …]`. Twin of mlweb/codec/kinds/conversation.py.
 *
 * @typedef {import('../kinds.js').Kind} Kind
 * @typedef {[question: string, answer: string]} Turn
 */

import { InvalidValue } from '../refusal.js';

/** @type {Kind} */
export const conversation = {
  isPrivate: true,
  /** The JSON as it was given, when it is that of a conversation. */
  element(_, value) {
    turnsOf(value);
    return /** @type {string} */ (value);
  },
};

/** Questions and answers, the oldest first; throws InvalidValue. @param {unknown} value @returns {Turn[]} */
export function turnsOf(value) {
  let given;
  try {
    given = typeof value === 'string' && JSON.parse(value);
  } catch {
    // it is none
  }
  const isTurn = (/** @type {unknown} */ turn) => Array.isArray(turn) && turn.length === 2 && turn.every((text) => typeof text === 'string');
  if (!Array.isArray(given) || !given.every(isTurn)) throw new InvalidValue('conversation');
  if (given.flat().some((text) => text.includes('\0'))) throw new InvalidValue('nul');
  return given;
}
