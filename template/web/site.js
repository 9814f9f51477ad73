/**
 * @file Where this site is, and which deploy of it runs here.
 *
 * @typedef {import('./runtime/types.js').Manifest} Manifest
 */

/** The address of the site's page; '' for a page in one file whose project names none. @param {Manifest} manifest */
export function siteAddress({ project }) {
  const inOneFile = document.documentElement.hasAttribute('data-single-file');
  return inOneFile ? project.url : new URL('../', import.meta.url).href;
}

/** The digits that tell this deploy; '' where the page runs as it is written. */
export function buildOf() {
  return /app-(\w+)/.exec(import.meta.url)?.[1] ?? '';
}
