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
