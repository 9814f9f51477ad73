/**
 * @file Where this deploy lies, and which one it is.
 *
 * @typedef {import('./types.js').Manifest} Manifest
 */

/** The address of the manifest; what its urls are relative to. */
export const MANIFEST = new URL('../manifest.json', import.meta.url).href;

/** Whether the page is one file, with all that it needs in it. */
export function isSingleFile() {
  return Boolean(globalThis.document?.documentElement.hasAttribute('data-single-file')); // a worker has none
}

/** The address of the site's page, or of a file beside it; not for a page in one file. @param {string} [file] */
export function siteUrl(file = '') {
  return new URL(`../../${file}`, import.meta.url).href;
}

/** The address of the site's page; '' for a page in one file whose project names none. @param {Manifest} manifest */
export function siteAddress({ project }) {
  return isSingleFile() ? project.url : siteUrl();
}

/** The name of the deploy's folder. */
export function appFolder() {
  return import.meta.url.split('/').at(-3) ?? '';
}

/** The digits that tell this deploy; '' where the page runs as it is written. */
export function buildOf() {
  return /app-(\w+)/.exec(import.meta.url)?.[1] ?? '';
}

/** The servers that the model comes from, where it is not on the site. @param {Manifest} manifest */
export function hubHosts({ hub }) {
  return (hub?.origins ?? []).map((origin) => new URL(origin).host);
}

/** Whether a file is a hub's, not the site's. @param {import('./types.js').File} file */
export function isOfHub({ url }) {
  return /^https?:/.test(url);
}
