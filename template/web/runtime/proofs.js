/**
 * @file What proofs on this device have found of WebGPU, for this visit, and for later ones where the browser keeps something: once for each
 * deploy, browser and graphics card.
 *
 * @typedef {import('./types.js').Manifest} Manifest
 * @typedef {import('./types.js').Report} Report
 */

import { buildOf } from './address.js';
import { browserOf } from './device.js';

/** What this visit has found: where it was, and the report as JSON. @type {Map<string, string>} */
const found = new Map();

/** What was found of a card; undefined where nothing was. @param {Manifest} manifest @param {string} card @returns {Report | undefined} */
export function recall(manifest, card) {
  const kept = JSON.parse(found.get(placeOf(manifest)) ?? stored(placeOf(manifest)) ?? 'null');
  return kept?.of === identityOf(manifest, card) ? kept.report : undefined;
}

/** Keep what was found of a card in place of what was known before. @param {Manifest} manifest @param {Report} report */
export function remember(manifest, report) {
  const text = JSON.stringify({ of: identityOf(manifest, report.device.card ?? ''), report });
  found.set(placeOf(manifest), text);
  try {
    localStorage.setItem(placeOf(manifest), text);
  } catch {
    // private windows and sandboxes keep nothing: the next visit proves it again
  }
}

/** @param {Manifest} manifest */
function placeOf({ files }) {
  return `mlweb proof ${files.model.sha256.slice(0, 12)}`;
}

/** @param {Manifest} manifest @param {string} card */
function identityOf({ cases, webgpu }, card) {
  return [buildOf(), cases?.sha256, webgpu?.files.wasm.sha256, browserOf(), card].join(' ');
}

/** Valid JSON that the browser kept at a place. @param {string} place */
function stored(place) {
  try {
    const text = localStorage.getItem(place);
    JSON.parse(text ?? '');
    return text;
  } catch {
    return null;
  }
}
