/**
 * @file A picture with its parts coloured by what they add to a result, a legend, and the strongest part in words.
 *
 * @typedef {import('../../codec/types.js').Feed} Feed
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../ui/numeric.js').TargetValue} TargetValue
 * @typedef {{across: number, down: number, shares: number[], base: number, asked: TargetValue}} Parts row by row; how much the result falls
 *   without each
 */

import { h } from '../../ui/dom.js';
import { preview } from '../../media/picture.js';

const ADDS = [217, 72, 15];
const TAKES = [24, 100, 171];
const STRONGEST = 190; // opacity of 255, through which the picture still shows

/** @param {Site} site */
export function makeOverlay({ t }) {
  const picture = h('canvas', { 'aria-hidden': 'true' });
  const colours = h('canvas', { class: 'colours', role: 'img' });
  const said = h('p', { class: 'headline', role: 'status' });
  const [low, high] = [h('span', {}), h('span', {})];
  const legend = h('p', { class: 'legend' }, low, h('span', { class: 'scale' }), high);
  const element = h('div', { class: 'overlay', hidden: true }, said, h('div', { class: 'picture' }, picture, colours), legend);

  /** @param {Feed} given @param {Parts} parts */
  function show(given, { across, down, shares, base, asked }) {
    const most = Math.max(0, ...shares.map(Math.abs).filter(Number.isFinite)); // a part without which the result is no number stays plain
    const image = new ImageData(across, down);
    shares.forEach((share, part) => {
      image.data.set([...(share < 0 ? TAKES : ADDS), most ? Math.round((STRONGEST * Math.abs(share)) / most) : 0], 4 * part);
    });
    Object.assign(colours, { width: across, height: down });
    colours.getContext('2d')?.putImageData(image, 0, 0);
    preview(picture, given);

    const strongest = shares.findIndex((share) => Math.abs(share) === most);
    const [column, row] = [(strongest % across) + 1, Math.floor(strongest / across) + 1];
    const without = asked.words(base - shares[strongest]);
    said.textContent = most ? t.occlusion.most(asked.name, asked.words(base), column, row, across, down, without) : t.occlusion.even(asked.name, asked.words(base));
    colours.setAttribute('aria-label', said.textContent);
    low.textContent = t.occlusion.takes(asked.words(most));
    high.textContent = t.occlusion.adds(asked.words(most));
    element.hidden = false;
  }
  return { element, show };
}
