/**
 * @file A sound: dropped, pasted, chosen, or from the microphone.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../ui/types.js').Control} Control
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { readAudio } from '../../media/read-audio.js';
import { makePlayer } from '../../media/sound.js';
import { button, h } from '../../ui/dom.js';
import { makeArrayControl } from '../array-control.js';
import { makeSource } from '../source.js';
import { makeMicrophone } from './microphone.js';

/** @param {Field} field @param {string} id @param {Context} context @returns {Control} */
export function audio(field, id, context) {
  const { t, format } = context;
  const rate = field.rate ?? 16_000;
  const source = makeSource(id, 'audio/*', t.sound.about(format.number(rate)), give, context);
  const microphone = makeMicrophone(field.seconds ?? Infinity, give, source.say, context);
  const player = makePlayer(field.label, context);
  const remove = button(t.sound.remove, 'quiet', () => {
    give(undefined);
    source.target.focus();
  });
  source.ways.append(microphone.start, remove);
  const style = h('link', { rel: 'stylesheet', href: new URL('audio.css', import.meta.url).href });
  source.element.prepend(style, player.element, microphone.element);

  const control = makeArrayControl(source.element, (blob) => readAudio(blob, field), (given) => {
    remove.hidden = !given;
    player.show(/** @type {Float32Array | undefined} */ (given?.data), rate);
  }, source.say, context);

  /** What a person gives here. @param {unknown} value */
  function give(value) {
    write(value);
    if (!(value instanceof Blob)) source.element.dispatchEvent(new Event('input', { bubbles: true }));
  }

  /** @param {unknown} value */
  function write(value) {
    microphone.turnOff();
    control.write(value);
  }
  return { element: source.element, target: source.target, read: control.read, write };
}
