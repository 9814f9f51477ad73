/**
 * @file The manifest in the page's language. In the contract a text may be given in several, such as {en: Age, fr: Âge}.
 *
 * @typedef {import('../runtime/types.js').Manifest} Manifest
 */

import { STRINGS } from '../strings/index.js';

/** @param {Manifest} manifest @param {string} language @returns {Manifest} */
export function localised(manifest, language) {
  const { page, card, form, facts, examples } = manifest;
  const inOne = (/** @type {any} */ part) => chosen(part, language);
  return {
    ...manifest,
    page: inOne(page),
    card: inOne(card),
    form: inOne(form),
    facts: { ...inOne(facts), fields: facts.fields },
    examples: examples.map((example) => ({ ...example, label: inOne(example.label) })),
  };
}

/** A copy with one text wherever there are several. @param {any} node @param {string} language @returns {any} */
function chosen(node, language) {
  if (Array.isArray(node)) return node.map((each) => chosen(each, language));
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node);
  const isText = entries.length > 0 && entries.every(([key, text]) => Object.hasOwn(STRINGS, key) && typeof text === 'string');
  return isText ? node[language] : Object.fromEntries(entries.map(([key, value]) => [key, chosen(value, language)]));
}
