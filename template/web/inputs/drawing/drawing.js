/**
 * @file A drawing, on a pad of the graph's size; or a picture in its place, which becomes as gray as Pillow makes it.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../codec/types.js').Input} Input
 * @typedef {import('../../ui/types.js').Control} Control
 * @typedef {import('../../ui/types.js').Context} Context
 * @typedef {import('../../codec/types.js').Feed} Feed
 */

import { gray } from '../../codec/kinds/picture.js';
import { readImage } from '../../media/read-image.js';
import { button, h } from '../../ui/dom.js';
import { makeArrayControl } from '../array-control.js';
import { makeSource } from '../source.js';
import { Pad } from './pad.js';
import { drawByKeys, drawByPointer } from './pad-input.js';

const SIDE = 280; // pixels, where the graph takes any size
const SMALL = 100; // pixels, up to which a person wants to see each of them

/** @param {Field} field @param {string} id @param {Context} context @param {Input} input @returns {Control} */
export function drawing(field, id, context, { dims }) {
  const { t } = context;
  const [height, width] = dims.length === 4 ? dims.slice(1) : dims; // of any other rank there is no batch
  const canvas = h('canvas', { tabindex: 0, role: 'application', 'aria-label': t.drawing.pad(field.label), 'aria-describedby': `${id}-keys` });
  const pad = new Pad(canvas);
  const source = makeSource(id, 'image/*', t.drawing.about, give, context);
  const note = h('p', { class: 'help scaled', role: 'status' });
  const sees = h('p', { class: 'help sees' });
  const keys = h('p', { class: 'help', id: `${id}-keys` }, t.drawing.keys);
  const eraser = button(t.drawing.eraser, '', () => {
    pad.isErasing = !pad.isErasing;
    eraser.setAttribute('aria-pressed', String(pad.isErasing));
  });
  eraser.setAttribute('aria-pressed', 'false');
  const undo = button(t.drawing.undo, '', () => step(() => pad.undo(), false));
  const invert = button(t.drawing.invert, '', () => step(() => pad.invert()));
  const clear = button(t.drawing.clear, '', () => step(() => pad.empty(width ?? SIDE, height ?? SIDE)));
  const tools = h('div', { class: 'ways' }, eraser, undo, invert, clear);
  const style = h('link', { rel: 'stylesheet', href: new URL('drawing.css', import.meta.url).href });
  const paper = h('div', { class: 'paper' }, canvas);
  source.element.prepend(style, paper, sees, note, tools);
  source.element.append(keys);

  const control = makeArrayControl(source.element, readDrawing, (given) => {
    pad.remember();
    if (given) pad.write(given.dims[2] === 3 ? flat(given) : given);
    else pad.empty(width ?? SIDE, height ?? SIDE);
    describe();
  }, (sentence) => {
    source.say(sentence);
    note.textContent = '';
  }, context);

  /** A picture in gray; scaled when the graph takes another size. @param {Blob} blob */
  async function readDrawing(blob) {
    const picture = flat(await readImage(blob));
    const [high, wide] = picture.dims;
    if ((height ?? high) === high && (width ?? wide) === wide) return picture;
    const other = new Pad(document.createElement('canvas'));
    other.empty(width ?? SIDE, height ?? SIDE);
    other.fit(picture);
    note.textContent = t.drawing.scaled(`${wide} × ${high}`, `${other.canvas.width} × ${other.canvas.height}`);
    return other.read() ?? picture;
  }

  /** A step that can be taken back. @param {() => void} action @param {boolean} [isNew] */
  function step(action, isNew = true) {
    if (isNew) pad.remember();
    action();
    changed();
  }

  function changed() {
    control.keep(pad.read());
    describe();
    source.element.dispatchEvent(new Event('input', { bubbles: true }));
  }

  function describe() {
    sees.textContent = t.drawing.sees(canvas.width, canvas.height);
    canvas.classList.toggle('small', Math.max(canvas.width, canvas.height) <= SMALL);
  }

  /** @param {File} file */
  function give(file) {
    control.write(file);
  }

  canvas.addEventListener('keydown', (event) => {
    if (event.key !== 'z' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    undo.click();
  });
  drawByPointer(pad, changed);
  paper.append(...drawByKeys(pad, changed, context));
  return { element: source.element, target: source.target, read: control.read, write: control.write };
}

/** A picture of three channels as one of gray. @param {Feed} picture @returns {Feed} */
function flat({ dtype, dims: [height, width], data }) {
  return { dtype, dims: [height, width, 1], data: gray(/** @type {Uint8Array} */ (data)) };
}
