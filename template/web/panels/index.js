/**
 * @file The table of panels: what page.panels in metadata.yml may name.
 *
 * @typedef {import('../runtime/types.js').Site} Site
 * @typedef {import('../runtime/types.js').Panel} Panel
 */

import { card } from './card.js';
import { predict } from './predict.js';

/** @type {Record<string, (site: Site) => Panel>} */
export const PANELS = { predict, card };
