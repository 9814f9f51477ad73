/**
 * @file Your own panels: no update touches this folder. Each has a line here and its name in page.panels of metadata.yml.
 *
 * @typedef {import('../runtime/types.js').Site} Site
 * @typedef {import('../runtime/types.js').Panel} Panel
 */

/** web/panels/card.js is a small one to begin with. @type {Record<string, (site: Site) => Promise<Panel>>} */
export const OWN = {
  // 'own/hello': async (site) => (await import('./hello.js')).hello(site),
};
