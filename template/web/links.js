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
 * The address of a new issue that is filled in already; '' where there is no repository on the web.
 * @param {string} repository @param {string} title @param {string} body
 */
export function issueUrl(repository, title, body) {
  const home = repositoryUrl(repository).replace(/(\.git)?\/*$/, '');
  if (!/^https?:\/\/[^/]+\/./.test(home)) return '';
  const gitlab = new URL(home).hostname.includes('gitlab');
  const url = new URL(home + (gitlab ? '/-/issues/new' : '/issues/new'));
  url.searchParams.set(gitlab ? 'issue[title]' : 'title', title);
  url.searchParams.set(gitlab ? 'issue[description]' : 'body', body);
  return url.href;
}

/** Whether only this machine knows a host by this name. @param {string} hostname */
export function local(hostname) {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
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
