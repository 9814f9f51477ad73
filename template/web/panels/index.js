/**
 * @file The table of panels: what page.panels in metadata.yml may name.
 *
 * @typedef {import('../ui/types.js').Site} Site
 * @typedef {import('../ui/types.js').Panel} Panel
 */

import { OWN } from '../own/index.js';

/** Each is fetched only by a page that names it. @type {Record<string, (site: Site) => Promise<Panel>>} */
export const PANELS = {
  predict: async (site) => (await import('./predict/predict.js')).predict(site),
  benchmark: async (site) => (await import('./benchmark/benchmark.js')).benchmark(site),
  'what-if': async (site) => (await import('./what-if/what-if.js')).whatIf(site),
  explain: async (site) => (await import('./explain/explain.js')).explain(site),
  batch: async (site) => (await import('./batch/batch.js')).batch(site),
  graph: async (site) => (await import('./graph/graph.js')).graph(site),
  embed: async (site) => (await import('./embed/embed.js')).embed(site),
  card: async (site) => (await import('./card/card.js')).card(site),
  feedback: async (site) => (await import('./feedback/feedback.js')).feedback(site),
  privacy: async (site) => (await import('./privacy/privacy.js')).privacy(site),
  about: async (site) => (await import('./about/about.js')).about(site),
  ...OWN,
};
