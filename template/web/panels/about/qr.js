/**
 * @file A QR code: black on white in the dark too, with the quiet margin that readers need.
 */

import { svg } from '../../ui/dom.js';

const MARGIN = 4; // modules, as ISO 18004 asks

/**
 * The code of a text as a picture; undefined when the text is too long.
 * @param {any} uqr the library @param {string} text
 */
export function qrCode(uqr, text) {
  const modules = modulesOf(uqr, text);
  if (!modules) return undefined;
  const dark = modules.flatMap((row, y) => row.flatMap((black, x) => (black ? [`M${x} ${y}h1v1h-1z`] : [])));
  const paper = svg('rect', { width: modules.length, height: modules.length, fill: '#fff' });
  const code = svg('path', { d: dark.join(''), fill: '#000' });
  return svg('svg', { class: 'qr', viewBox: `0 0 ${modules.length} ${modules.length}`, role: 'img', 'aria-label': text }, paper, code);
}

/** @param {any} uqr @param {string} text @returns {boolean[][] | undefined} */
function modulesOf(uqr, text) {
  try {
    return uqr.encode(text, { ecc: 'M', border: MARGIN }).data;
  } catch {
    return undefined;
  }
}
