/**
 * @file What was found in the picture: a box around each, and a list with the same colours, the surest first.
 *
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('../../codec/types.js').Box} Box
 * @typedef {import('../../codec/types.js').BoxesResult} BoxesResult
 * @typedef {import('../../codec/types.js').Row} Row
 * @typedef {import('../../ui/types.js').View} View
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { isPicture, preview } from '../../media/picture.js';
import { h } from '../../ui/dom.js';

const COLOURS = 8; // that boxes.css has
const CROWD = 12; // boxes whose names fit on the picture

/** @param {Output} output @param {Context} context @returns {View} */
export function boxes(output, context) {
  const { t, format } = context;
  const canvas = h('canvas', { role: 'img', 'aria-label': t.boxes.picture });
  const layer = h('div', { class: 'layer' });
  const picture = h('div', { class: 'picture' }, canvas, layer);
  const counts = h('p', { class: 'counts' });
  const list = h('ol', { class: 'found' });
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  const style = h('link', { rel: 'stylesheet', href: new URL('boxes.css', import.meta.url).href });
  /** @type {unknown} */
  let painted;

  return {
    element: h('div', { class: 'boxes' }, style, h('h3', {}, output.label), picture, counts, list, ...help),
    /** @param {BoxesResult} result @param {Row} row */
    show({ boxes: found }, row) {
      const given = Object.values(row).find(isPicture);
      picture.hidden = !given;
      if (given && given !== painted) preview(canvas, given);
      painted = given;
      const [height, width] = given?.dims ?? [1, 1];
      picture.style.setProperty('--shape', String(width / height));

      const labels = [...new Set(found.map(({ label }) => label))];
      const colour = (/** @type {string} */ label) => `colour-${(output.classes?.indexOf(label) ?? (Number(label) || labels.indexOf(label))) % COLOURS}`;
      const frames = found.map((box) => frame(box, colour(box.label), width, height, context));
      layer.classList.toggle('crowd', found.length > CROWD);
      layer.replaceChildren(...frames);
      list.replaceChildren(...found.map((box, index) => entry(box, colour(box.label), frames[index], context)));
      const times = (/** @type {string} */ label) => found.filter((box) => box.label === label).length;
      counts.replaceChildren(...(found.length
        ? labels.map((label) => h('span', { class: `count ${colour(label)}` }, t.boxes.count(label, times(label))))
        : [t.boxes.none]));
    },
    /** @param {BoxesResult} result */
    text: ({ boxes: found }) => found.map(({ label, score }) => `${label} ${format.percent(score)}`).join(', ') || t.boxes.none,
  };
}

/** @param {Box} found @param {string} colour @param {number} width @param {number} height of the picture @param {Context} context */
function frame({ label, score, box: [left, top, right, bottom] }, colour, width, height, { format }) {
  const side = left + right > width ? ' late' : ''; // where its name has more room
  const element = h('div', { class: `frame ${colour}${side}` }, h('span', {}, `${label} ${format.percent(score)}`));
  const within = (/** @type {number} */ share) => `${100 * Math.min(1, Math.max(0, share))}%`;
  element.style.setProperty('left', within(left / width));
  element.style.setProperty('top', within(top / height));
  element.style.setProperty('right', within(1 - right / width));
  element.style.setProperty('bottom', within(1 - bottom / height));
  return element;
}

/** A line of the list, which brings its box out. @param {Box} found @param {string} colour @param {HTMLElement} itsFrame @param {Context} context */
function entry({ label, score }, colour, itsFrame, { format }) {
  const share = h('data', { value: score }, format.percent(score));
  const pick = h('button', { type: 'button', class: colour, 'aria-pressed': 'false' }, h('span', {}, label), share);
  let isPinned = false;
  const bring = (/** @type {boolean} */ isOut) => itsFrame.classList.toggle('out', isOut || isPinned);
  pick.addEventListener('click', () => {
    isPinned = !isPinned;
    pick.setAttribute('aria-pressed', String(isPinned));
    bring(isPinned);
  });
  for (const type of ['pointerenter', 'focus']) pick.addEventListener(type, () => bring(true));
  for (const type of ['pointerleave', 'blur']) pick.addEventListener(type, () => bring(false));
  return h('li', {}, pick);
}
