/**
 * @file In which languages the page can be read, and which one a visitor gets.
 *
 * A language that was chosen by hand is in the address, as ?lang=fr: so it stays on reload, in bookmarks and in links, and nothing
 * has to be stored on the device.
 */

import { h } from '../ui/dom.js';

/** What each language calls itself. @type {Record<string, string>} */
const NAMES = { en: 'English', fr: 'Français' };

/** The languages that the build wrote into the page, the first one first. */
export function offered() {
  return (document.documentElement.dataset.languages ?? 'en').split(' ');
}

/** What the visitor wants to read, the best first: the choice in the address, then what the browser says. */
export function wanted() {
  const chosen = new URLSearchParams(location.search).get('lang');
  return [...(chosen ? [chosen] : []), ...navigator.languages];
}

/**
 * Links to the page in each language, which keep what the form holds; nothing where there is but one language.
 * @param {string} language in which the page is now @param {import('../strings/index.js').Strings} t
 */
export function languageMenu(language, t) {
  const links = offered().map((each) => {
    const link = h('a', { href: addressIn(each), lang: each, hreflang: each, 'aria-current': each === language && 'true' }, NAMES[each]);
    link.addEventListener('click', () => { link.href = addressIn(each); });
    return h('li', {}, link);
  });
  return links.length > 1 ? [h('nav', { class: 'languages', 'aria-label': t.languages.menu }, h('ul', {}, ...links))] : [];
}

/** This page, with what the form holds, in a language. @param {string} chosen */
function addressIn(chosen) {
  const url = new URL(location.href);
  url.searchParams.set('lang', chosen);
  return url.href;
}
