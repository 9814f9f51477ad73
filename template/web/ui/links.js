/**
 * @file Addresses in what people wrote.
 */

import { h } from './dom.js';

/**
 * How the hosts of repositories take a new issue that is filled in: path, and the names of title and body.
 * @type {[RegExp, string, string, string][]}
 */
const TRACKERS = [
  [/gitlab/, '/-/issues/new', 'issue[title]', 'issue[description]'],
  [/^huggingface/, '/discussions/new', 'title', 'description'],
  [/./, '/issues/new', 'title', 'body'],
];

/**
 * The address of a new issue that is filled in already; '' where there is no repository on the web.
 * @param {string} repository its address @param {string} title @param {string} body
 */
export function issueUrl(repository, title, body) {
  const home = repository.replace(/(\.git)?\/*$/, '');
  if (!/^https?:\/\/[^/]+\/./.test(home)) return '';
  const { hostname } = new URL(home);
  const [, path, titled, said] = TRACKERS.find(([host]) => host.test(hostname)) ?? TRACKERS[0];
  const url = new URL(home + path);
  url.searchParams.set(titled, title);
  url.searchParams.set(said, body);
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
