/**
 * @file A picture: dropped, pasted, chosen, or from the camera; as it is, because the graph scales it itself.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../ui/types.js').Control} Control
 * @typedef {import('../../ui/types.js').Context} Context
 * @typedef {import('../../codec/types.js').Feed} Feed
 */

import { preview } from '../../media/picture.js';
import { readImage } from '../../media/read-image.js';
import { button, h } from '../../ui/dom.js';
import { makeArrayControl } from '../array-control.js';
import { makeSource } from '../source.js';
import { makeCamera } from './camera.js';

/** @param {Field} field @param {string} id @param {Context} context @returns {Control} */
export function image(field, id, context) {
  const { t } = context;
  const source = makeSource(id, 'image/*', t.image.about, give, context);
  const camera = makeCamera(snap, source.say, context);
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

  const control = makeArrayControl(source.element, readImage, (given) => {
    picture.hidden = remove.hidden = !given;
    if (!given) return;
    const [height, width] = given.dims;
    preview(canvas, given);
    canvas.setAttribute('aria-label', t.image.shown(field.label));
    size.textContent = t.image.size(width, height);
  }, source.say, context);

  /** What a person gives here. @param {unknown} value */
  function give(value) {
    camera.turnOff();
    control.write(value);
    if (!(value instanceof Blob)) tell();
  }

  /** A frame of the camera, which may go on. @param {Feed} frame */
  function snap(frame) {
    control.write(frame);
    tell();
  }

  function tell() {
    source.element.dispatchEvent(new Event('input', { bubbles: true }));
  }

  return {
    element: source.element,
    target: source.target,
    read: control.read,
    write(value) {
      camera.turnOff();
      control.write(value);
    },
  };
}
