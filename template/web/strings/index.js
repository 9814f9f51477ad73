/**
 * @file The table of languages: what page.language in metadata.yml may name.
 *
 * @typedef {typeof import('./en.js').en} Strings
 */

/** Each is fetched only by a page that speaks it. @type {Record<string, () => Promise<Strings>>} */
export const STRINGS = {
  en: async () => (await import('./en.js')).en,
  fr: async () => (await import('./fr.js')).fr,
};

/**
 * The sentences of one of the languages offered: the first of those wanted, else the first offered.
 * @param {string[]} offered @param {readonly string[]} wanted such as fr-CA
 * @returns {Promise<{language: string, t: Strings}>}
 */
export async function speak(offered, wanted) {
  const language = wanted.map((each) => each.toLowerCase().split('-')[0]).find((each) => offered.includes(each)) ?? offered[0];
  return { language, t: await STRINGS[language]() };
}
