/**
 * @file A picture that the model made: to look at, to compare with the one that was given, and to keep.
 *
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('../../codec/types.js').ArrayResult} ArrayResult
 * @typedef {import('../../codec/types.js').Feed} Feed
 * @typedef {import('../../codec/types.js').Row} Row
 * @typedef {import('../../ui/types.js').View} View
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { isPicture, paint } from '../../media/picture.js';
import { button, h } from '../../ui/dom.js';
import { save } from '../../ui/save.js';

/** @param {Output} output @param {Context} context @returns {View} */
export function image(output, { t }) {
  const made = h('canvas', { role: 'img', 'aria-label': output.label });
  const given = h('canvas', { 'aria-hidden': 'true' });
  const picture = h('div', { class: 'picture' }, made, given);
  const slider = h('input', { type: 'range', min: 0, max: 100, value: 0, 'aria-label': t.shownImage.compare });
  const compare = h('div', { class: 'compare' }, h('span', {}, t.shownImage.after), slider, h('span', {}, t.shownImage.before));
  const size = h('p', { class: 'help' });
  const download = button(t.shownImage.download, '', () => made.toBlob((blob) => blob && save(blob, `${output.name}.png`)));
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  const style = h('link', { rel: 'stylesheet', href: new URL('image.css', import.meta.url).href });
  const uncover = () => given.style.setProperty('clip-path', `inset(0 ${100 - Number(slider.value)}% 0 0)`);
  slider.addEventListener('input', (event) => {
    event.stopPropagation(); // the form has not changed
    uncover();
  });
  uncover();

  return {
    element: h('div', { class: 'shown-image' }, style, h('h3', {}, output.label), picture, compare, h('div', { class: 'below' }, size, download), ...help),
    /** @param {ArrayResult} result @param {Row} row */
    show({ array }, row) {
      const shown = shaped(array);
      const [height, width] = shown.dims;
      paint(made, shown);
      size.textContent = t.shownImage.size(width, height);
      picture.style.setProperty('--shape', String(width / height));
      const before = Object.values(row).find((value) => isPicture(value) && value.dims[0] === height && value.dims[1] === width);
      given.hidden = compare.hidden = !before;
      if (before) paint(given, /** @type {Feed} */ (before));
    },
    /** @param {ArrayResult} result */
    text: ({ array }) => {
      const [height, width] = shaped(array).dims;
      return t.shownImage.size(width, height);
    },
  };
}

/** [height, width, channels] of a picture with or without a batch dim, or without channels. @param {Feed} array @returns {Feed} */
function shaped({ dtype, dims, data }) {
  const [height, width, channels = 1] = dims.length === 4 ? dims.slice(1) : dims;
  return { dtype, dims: [height, width, channels], data };
}
