/**
 * @file Texts of a list with their similarity, the most alike first.
 *
 * @typedef {import('../../codec/types.js').Alike} Alike
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { h } from '../../ui/dom.js';

/** @param {Context} context */
export function makeRanking(context) {
  const list = h('ol', { class: 'alike' });
  return {
    parts: [h('link', { rel: 'stylesheet', href: new URL('nearest.css', import.meta.url).href }), list],
    /** @param {Alike[]} alike */
    show(alike) {
      list.replaceChildren(...alike.map(({ text, similarity }) => {
        const number = h('data', { value: String(similarity) }, said(similarity, context));
        return h('li', {}, h('span', {}, text), h('small', {}, `${context.t.nearest.similarity} `, number));
      }));
    },
  };
}

/** The best one in a line. @param {Alike[]} alike @param {Context} context */
export function best([{ text, similarity }], context) {
  return `${text} (${context.t.nearest.similarity} ${said(similarity, context)})`;
}

/** A similarity is no percentage: two digits, from -1 to 1. @param {number} similarity @param {Context} context */
function said(similarity, { format }) {
  return format.number(similarity, 2);
}
