/**
 * @file A picture: dropped, pasted, chosen, or from the camera; as it is, because the graph scales it itself.
 *
 * @typedef {import('../runtime/types.js').Field} Field
 * @typedef {import('../runtime/types.js').Control} Control
 * @typedef {import('../runtime/types.js').Feed} Feed
 */

import { button, h } from '../dom.js';
import { preview } from '../picture.js';
import { t } from '../strings.js';
import { makeCamera } from './camera.js';
import { makeHeld } from './held.js';
import { readImage } from './read-image.js';
import { makeSource } from './source.js';

/** @param {Field} field @param {string} id @returns {Control} */
export function image(field, id) {
  const source = makeSource(id, 'image/*', t.image.about, give);
  const camera = makeCamera(snap, source.say);
  const canvas = h('canvas', { role: 'img' });
  const size = h('figcaption', {});
  const picture = h('figure', { hidden: true }, canvas, size);
  const remove = button(t.image.remove, 'quiet', () => {
    give(undefined);
    source.target.focus();
  });
  source.ways.append(camera.start, remove);
  const style = h('link', { rel: 'stylesheet', href: new URL('image.css', import.meta.url).href });
  source.element.prepend(style, camera.element, picture);

  const held = makeHeld(source.element, readImage, (given) => {
    picture.hidden = remove.hidden = !given;
    if (!given) return;
    const [height, width] = given.dims;
    preview(canvas, given);
    canvas.setAttribute('aria-label', t.image.shown(field.label));
    size.textContent = t.image.size(width, height);
  }, source.say);

  /** What a person gives here. @param {unknown} value */
  function give(value) {
    camera.turnOff();
    held.write(value);
    if (!(value instanceof Blob)) tell();
  }

  /** A frame of the camera, which may go on. @param {Feed} frame */
  function snap(frame) {
    held.write(frame);
    tell();
  }

  function tell() {
    source.element.dispatchEvent(new Event('input', { bubbles: true }));
  }

  return {
    element: source.element,
    target: source.target,
    read: held.read,
    write(value) {
      camera.turnOff();
      held.write(value);
    },
  };
}
