/**
 * @file The table of panels: what page.panels in metadata.yml may name. mlweb/contract/views.py reads it too, line by line.
 *
 * @typedef {import('../ui/types.js').Site} Site
 * @typedef {import('../ui/types.js').Panel} Panel
 */

import { OWN } from '../own/index.js';

/**
 * The standard views in their order, each with its panels in theirs: where a page that names no views has them.
 * @type {Record<string, Record<string, (site: Site) => Promise<Panel>>>}
 */
const VIEWS = {
  try: {
    predict: async (site) => (await import('./predict/predict.js')).predict(site),
    search: async (site) => (await import('./search/search.js')).search(site),
    feedback: async (site) => (await import('./feedback/feedback.js')).feedback(site),
  },
  explore: {
    'what-if': async (site) => (await import('./what-if/what-if.js')).whatIf(site),
    explain: async (site) => (await import('./explain/explain.js')).explain(site),
  },
  rows: {
    batch: async (site) => (await import('./batch/batch.js')).batch(site),
  },
  about: {
    card: async (site) => (await import('./card/card.js')).card(site),
    graph: async (site) => (await import('./graph/graph.js')).graph(site),
    privacy: async (site) => (await import('./privacy/privacy.js')).privacy(site),
  },
  use: {
    embed: async (site) => (await import('./embed/embed.js')).embed(site),
    about: async (site) => (await import('./about/about.js')).about(site),
    benchmark: async (site) => (await import('./benchmark/benchmark.js')).benchmark(site),
  },
};

/** Each is fetched only by a page that names it. @type {Record<string, (site: Site) => Promise<Panel>>} */
export const PANELS = Object.assign({}, ...Object.values(VIEWS), OWN);
