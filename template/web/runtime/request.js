/**
 * @file Asks the server for a file, and says in words what kind of answer is none.
 *
 * @typedef {import('../strings/index.js').Strings} Strings
 * @typedef {string | ((t: Strings) => string)} FileName a file in sentences
 */

import { UserFacingError } from '../codec/user-facing-error.js';

/** A file in a sentence. @param {FileName} name @param {Strings} t */
export function named(name, t) {
  return typeof name === 'string' ? name : name(t);
}

/**
 * The answer of the server, when it is a good one; throws UserFacingError, or the signal's reason.
 * @param {string} url @param {FileName} name @param {AbortSignal} [signal]
 * @param {Pick<RequestInit, 'cache' | 'priority' | 'headers'>} [how]
 */
export async function request(url, name, signal, how) {
  let response;
  try {
    response = await fetch(url, { ...how, signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new UserFacingError('offline', (t) => t.trouble.offline(named(name, t)), `${url} ${error}`);
  }
  const { ok, status } = response;
  const lost = (/** @type {Strings} */ t) => (typeof name === 'string' ? t.trouble.part(name) : t.trouble.missing(name(t), status));
  if (!ok) throw new UserFacingError('missing', lost, url);
  return response;
}
