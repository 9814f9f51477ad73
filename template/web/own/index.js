/**
 * @file Your own panels: no update touches this folder. Each has a line here and its name in page.panels of metadata.yml.
 *
 * A panel imports from ../api.js alone, which goes on giving what it gives.
 *
 * @typedef {import('../api.js').Site} Site
 * @typedef {import('../api.js').Panel} Panel
 */

/** web/panels/card/card.js is a small one to begin with. @type {Record<string, (site: Site) => Promise<Panel>>} */
export const OWN = {
  // 'own/hello': async (site) => (await import('./hello.js')).hello(site),
};
