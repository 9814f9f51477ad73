/**
 * @file The context of a page, or of an element on a host page: how it speaks, where it lives and how long.
 *
 * @typedef {import('../ui/types.js').Context} Context
 */

import { speak } from '../strings/index.js';
import { makeFormat } from '../ui/format.js';

/**
 * @param {{languages: string[], wanted: readonly string[], root: Document | ShadowRoot, signal: AbortSignal,
 *   say: (error: unknown, t: import('../strings/index.js').Strings) => void}} given the languages offered, and those wanted, the best first; `say`
 *   shows an error
 * @returns {Promise<Context>}
 */
export async function makeContext({ languages, wanted, root, signal, say }) {
  const { language, t } = await speak(languages, wanted);
  return { language, t, format: makeFormat(language, t), root, signal, showError: (error) => say(error, t) };
}
