/**
 * @file Files of the site that the page keeps in its memory, for when it can fetch nothing any more.
 */

import { t } from '../strings.js';
import { Trouble } from './trouble.js';

/** Address on the site -> address in this page's memory. @type {Map<string, string>} */
const kept = new Map();

/** Where a file of the site is to be taken from. @param {string} url */
export function addressOf(url) {
  return kept.get(url) ?? url;
}

/** Fetch files of the site, so that they need no connection from now on; throws Trouble. @param {string[]} urls */
export async function keep(urls) {
  const missing = urls.filter((url) => !kept.has(url));
  await Promise.all(missing.map(async (url) => {
    const name = url.split(/[/#]/).at(-1) ?? url;
    const response = await fetch(url).catch((error) => { throw new Trouble(t.trouble.offline(name), error); });
    if (!response.ok) throw new Trouble(t.trouble.missing(name, response.status), url);
    kept.set(url, URL.createObjectURL(await response.blob()));
  }));
}
