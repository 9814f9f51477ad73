/**
 * @file The manifest in the page's language. In the contract a text may be given in several, such as {en: Age, fr: Âge}.
 *
 * @typedef {import('./runtime/types.js').Manifest} Manifest
 */

import { language } from './strings.js';
import { STRINGS } from './strings/index.js';

/** @param {Manifest} manifest @returns {Manifest} */
export function localised(manifest) {
  const { page, card, form, facts, examples } = manifest;
  const inOne = { page: one(page), card: one(card), form: one(form), facts: { ...one(facts), fields: facts.fields } };
  return { ...manifest, ...inOne, examples: examples.map((example) => ({ ...example, label: one(example.label) })) };
}

/** A copy with one text wherever there are several. @param {any} node @returns {any} */
function one(node) {
  if (Array.isArray(node)) return node.map(one);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node);
  const isText = entries.length > 0 && entries.every(([key, text]) => Object.hasOwn(STRINGS, key) && typeof text === 'string');
  return isText ? node[language] : Object.fromEntries(entries.map(([key, value]) => [key, one(value)]));
}
