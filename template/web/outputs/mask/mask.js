/**
 * @file The class of each pixel, in the colours of the classes, over the picture that was given; and the share of each, which can be switched off.
 *
 * @typedef {import('../../codec/types.js').Area} Area
 * @typedef {import('../../codec/types.js').Feed} Feed
 * @typedef {import('../../codec/types.js').MaskResult} MaskResult
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('../../codec/types.js').Row} Row
 * @typedef {import('../../ui/types.js').View} View
 * @typedef {import('../../ui/types.js').Context} Context
 * @typedef {import('./colours.js').Colour} Colour
 */

import { writeNpy } from '../../media/npy.js';
import { makeOverlay } from '../../media/overlay.js';
import { preview } from '../../media/picture.js';
import { button, h } from '../../ui/dom.js';
import { table } from '../../ui/parts.js';
import { save } from '../../ui/save.js';
import { colourOf, readColour } from './colours.js';

const LEAST = 0.001; // share that is still written as a number
const BACKGROUND = /^(background|arrière-plan|fond)$/i;

/** @param {Output} output @param {Context} context @returns {View} */
export function mask(output, context) {
  const { t, format } = context;
  const canvas = h('canvas', { role: 'img' });
  const overlay = makeOverlay(canvas, output.over, context);
  const place = h('div', {});
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  const style = h('link', { rel: 'stylesheet', href: new URL('mask.css', import.meta.url).href });
  /** What a person chose of each class: whether it is painted. @type {Map<Area['number'], boolean>} */
  const chosen = new Map();
  /** @type {MaskResult | undefined} */
  let shown;
  const download = button(t.tensor.download, 'quiet', () => shown && save(writeNpy(shown.array), `${output.name}.npy`));

  /** Whether no class has the highest score, one of them being NaN. @param {Area} area */
  const isNone = ({ number }) => number === -1 && output.dtype.startsWith('float');
  const nameOf = (/** @type {Area} */ area) => (isNone(area) ? t.mask.none : area.label);
  const shareOf = (/** @type {Area} */ { share }) => (share < LEAST ? t.result.below(format.percent(LEAST)) : format.percent(share));
  const inWords = (/** @type {MaskResult} */ { classes }) => classes.map((area) => `${nameOf(area)} ${shareOf(area)}`).join(t.tensor.between);

  /** Whether a class is painted. @param {Area} area */
  function isPainted(area) {
    const isClear = output.colors ? output.colors[Number(area.number)] === null : BACKGROUND.test(area.label);
    return chosen.get(area.number) ?? !(isClear || isNone(area));
  }

  /** @param {Area} area @returns {Colour} */
  function colour({ number }) {
    const own = output.colors?.[Number(number)];
    return own ? readColour(own) : colourOf(Math.abs(Number(number)));
  }

  /** A line of the table. @param {Area} area */
  function line(area) {
    const box = h('input', { type: 'checkbox', checked: isPainted(area) });
    const swatch = h('span', { class: 'swatch' });
    swatch.style.setProperty('--mark', `rgb(${colour(area).join(' ')})`);
    box.addEventListener('input', (event) => {
      event.stopPropagation(); // the form has not changed
      chosen.set(area.number, box.checked);
      paint();
    });
    return [h('td', {}, h('label', {}, box, swatch, nameOf(area))), h('td', {}, h('data', { value: area.share }, shareOf(area)))];
  }

  function paint() {
    if (!shown) return;
    const { array, classes } = shown;
    const key = (/** @type {Area['number']} */ number) => (typeof array.data[0] === 'bigint' ? BigInt(number) : Number(number));
    const colours = new Map(classes.filter(isPainted).map((area) => [key(area.number), colour(area)]));
    preview(canvas, coloured(array, colours));
  }

  return {
    element: h('div', { class: 'mask' }, style, h('h3', {}, output.label), overlay.element, place, download, ...help),
    /** @param {MaskResult} result @param {Row} row */
    show(result, row) {
      shown = result;
      const [height, width] = result.array.dims;
      overlay.lay(row, width / height);
      paint();
      canvas.setAttribute('aria-label', t.mask.picture(output.label, inWords(result)));
      const head = [t.mask.class, t.mask.share].map((name) => h('th', { scope: 'col' }, name));
      place.replaceChildren(table(head, result.classes.map(line)));
    },
    /** @param {MaskResult} result */
    text: inWords,
  };
}

/** Four bytes a pixel, the last of them 0 where a class has no colour. @param {Feed} array @param {Map<any, Colour>} colours @returns {Feed} */
function coloured({ dims: [height, width], data }, colours) {
  const bytes = new Uint8Array(4 * height * width);
  for (let at = 0; at < data.length; at++) {
    const found = colours.get(data[at]);
    if (!found) continue;
    bytes.set(found, 4 * at);
    bytes[4 * at + 3] = 255;
  }
  return { dtype: 'uint8', dims: [height, width, 4], data: bytes };
}
