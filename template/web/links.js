/**
 * @file Addresses in what people wrote.
 */

import { h } from './dom.js';

/**
 * The address of a repository given as owner/name or as an address; '' for none.
 * @param {string} repository
 */
export function repositoryUrl(repository) {
  return !repository || repository.includes('://') ? repository : `https://github.com/${repository}`;
}

/**
 * A text, whose web and mail addresses become links.
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function linked(text) {
  return text.split(/(https?:\/\/[^\s<>()]+[^\s<>().,;:!?]|[\w.+-]+@[\w-]+\.[\w.-]*\w)/).map((part, index) => {
    if (index % 2 === 0) return part;
    return h('a', { href: part.includes('://') ? part : `mailto:${part}` }, part);
  });
}
