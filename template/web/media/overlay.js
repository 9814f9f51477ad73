/**
 * @file What a model says of each place of a picture, painted over that picture, which shows through as much as a person likes.
 *
 * @typedef {import('../codec/types.js').Row} Row
 * @typedef {import('../ui/types.js').Context} Context
 */

import { h } from '../ui/dom.js';
import { isPicture, preview } from './picture.js';

/**
 * @param {HTMLCanvasElement} canvas what is painted
 * @param {string | undefined} over name of the field with the picture; none where it stands alone
 * @param {Context} context
 */
export function makeOverlay(canvas, over, { t }) {
  const ground = h('canvas', { class: 'ground', 'aria-hidden': 'true', hidden: true });
  const strength = h('input', { type: 'range', min: 0, max: 100, value: 60 });
  const blend = h('label', { class: 'blend', hidden: true }, h('span', {}, t.tensor.strength), strength);
  const layers = h('div', { class: 'layers' }, ...(over ? [ground] : []), canvas);
  const style = h('link', { rel: 'stylesheet', href: new URL('overlay.css', import.meta.url).href });
  const mix = () => canvas.style.setProperty('opacity', ground.hidden ? '1' : String(Number(strength.value) / 100));
  strength.addEventListener('input', (event) => {
    event.stopPropagation(); // the form has not changed
    mix();
  });
  return {
    element: h('figure', { class: 'overlay' }, style, layers, ...(over ? [blend] : [])),
    /** Lay it over the picture of a row, or show it alone. @param {Row} row @param {number} wide as it is by itself, height being 1 */
    lay(row, wide) {
      const given = over === undefined ? undefined : row[over];
      const picture = isPicture(given) ? given : undefined;
      ground.hidden = blend.hidden = !picture;
      layers.classList.toggle('over', Boolean(picture));
      if (picture) preview(ground, picture);
      layers.style.setProperty('--wide', String(picture ? picture.dims[1] / picture.dims[0] : wide));
      mix();
    },
  };
}
