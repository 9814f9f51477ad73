/**
 * @file What an error says to people.
 *
 * @typedef {import('../strings/index.js').Strings} Strings
 */

import { UserFacingError } from '../codec/user-facing-error.js';

/** How browsers say that a module could not be loaded; Safari does not tell which. */
const LOST = /dynamically imported module: \S*?([^/\s]+)$|Importing a module script failed/;

/**
 * What happened, what to do about it, and the technical message behind it; for any error, whether somebody put it into words or not.
 * @param {unknown} error @param {Strings} t
 */
export function wordsOf(error, t) {
  if (error instanceof UserFacingError) return { ...error.words(t), detail: error.detail };
  const lost = LOST.exec(String(error));
  const words = lost ? t.trouble.part(lost[1] ?? 'JavaScript') : t.trouble.unexpected;
  return { ...words, detail: error instanceof Error ? `${error}\n${error.stack}` : String(error) };
}
