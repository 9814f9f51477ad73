/**
 * @file The sentences of the page, in its language.
 */

import { STRINGS } from './strings/index.js';

/** The table of the page's language; empty until `speak` has fetched it. @type {import('./strings/index.js').Strings} */
export const t = /** @type {any} */ ({});

/** The page's language. */
export let language = 'en';

/** @type {Promise<void> | undefined} */
let spoken;

/**
 * Fetch the sentences of one of the languages offered: the first of those wanted, else the first offered. One page speaks one
 * language: once it speaks, this changes nothing.
 * @param {string[]} offered @param {readonly string[]} wanted such as fr-CA
 */
export function speak(offered, wanted) {
  const chosen = wanted.map((each) => each.toLowerCase().split('-')[0]).find((each) => offered.includes(each)) ?? offered[0];
  spoken ??= fetchTable(chosen).catch((error) => {
    spoken = undefined; // who asks again may have more luck
    throw error;
  });
  return spoken;
}

/** @param {string} chosen */
async function fetchTable(chosen) {
  Object.assign(t, await STRINGS[chosen]());
  language = chosen;
}
