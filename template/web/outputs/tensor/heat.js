/**
 * @file The last two dims of an array as a picture: the more, the lighter. Where the contract says so it lies over the picture that was given.
 *
 * @typedef {import('../../codec/types.js').Feed} Feed
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('../../codec/types.js').Row} Row
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { makeOverlay } from '../../media/overlay.js';
import { h } from '../../ui/dom.js';

export const READABLE = 64; // elements that are shown one by one: a single row or column of them needs no picture
const MAX_SQUARES = 200; // squares along a side: of more, evenly some

/** @param {Output} output @param {Context} context */
export function makeHeat({ label, over }, context) {
  const { t, format } = context;
  const canvas = h('canvas', { class: 'heat smooth', role: 'img' });
  const overlay = makeOverlay(canvas, over, context);
  const ends = h('p', { class: 'ends' });
  const element = h('div', {}, overlay.element, ends);
  return {
    element,
    /** @param {Feed} array @param {{low: number | bigint, high: number | bigint}} scale @param {Row} row */
    show({ dims, data }, { low, high }, row) {
      const [rows, columns] = [dims.at(-2) ?? 1, dims.at(-1) ?? 1];
      element.hidden = !(low < high) || (Math.min(rows, columns) === 1 && rows * columns <= READABLE);
      if (element.hidden) return;
      const [from, to] = [Number(low), Number(high)];
      const size = (/** @type {number} */ count) => Math.min(count, MAX_SQUARES);
      Object.assign(canvas, { width: size(columns), height: size(rows) });
      overlay.lay(row, Math.min(12, Math.max(0.75, columns / rows)));
      paint(canvas, (x, y) => {
        const at = Math.floor((y * rows) / size(rows)) * columns + Math.floor((x * columns) / size(columns));
        return (Number(data[at]) - from) / (to - from || 1);
      });
      const [least, most] = [format.number(low), format.number(high)];
      canvas.setAttribute('aria-label', t.tensor.heat(label, rows, columns, least, most));
      ends.replaceChildren(h('span', {}, least), h('span', { class: 'scale' }), h('span', {}, most));
    },
  };
}

/** A pixel for each share of 1; what is no number stays clear. @param {HTMLCanvasElement} canvas @param {(x: number, y: number) => number} share */
function paint(canvas, share) {
  const context = canvas.getContext('2d');
  if (!context) return;
  const picture = context.createImageData(canvas.width, canvas.height);
  for (let y = 0, at = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++, at += 4) {
      const value = share(x, y);
      if (Number.isFinite(value)) picture.data.set(colour(Math.min(1, Math.max(0, value))), at);
    }
  }
  context.putImageData(picture, 0, 0);
}

/** From dark blue over green to light yellow, ever lighter. @param {number} share @returns {number[]} */
function colour(share) {
  const [from, to] = share < 0.5 ? [[33, 28, 84], [36, 133, 126]] : [[36, 133, 126], [250, 230, 120]];
  const part = (share < 0.5 ? share : share - 0.5) * 2;
  return [...from.map((channel, index) => Math.round(channel + (to[index] - channel) * part)), 255];
}
