/**
 * @file A sound: dropped, pasted, chosen, or from the microphone.
 *
 * @typedef {import('../runtime/types.js').Field} Field
 * @typedef {import('../runtime/types.js').Control} Control
 */

import { button, h } from '../dom.js';
import { number } from '../format.js';
import { makePlayer } from '../sound.js';
import { t } from '../strings.js';
import { makeHeld } from './held.js';
import { makeMicrophone } from './microphone.js';
import { readAudio } from './read-audio.js';
import { makeSource } from './source.js';

/** @param {Field} field @param {string} id @returns {Control} */
export function audio(field, id) {
  const rate = field.rate ?? 16_000;
  const source = makeSource(id, 'audio/*', t.sound.about(number(rate)), give);
  const microphone = makeMicrophone(field.seconds ?? Infinity, give, source.say);
  const player = makePlayer(field.label);
  const remove = button(t.sound.remove, 'quiet', () => {
    give(undefined);
    source.target.focus();
  });
  source.ways.append(microphone.start, remove);
  const style = h('link', { rel: 'stylesheet', href: new URL('audio.css', import.meta.url).href });
  source.element.prepend(style, player.element, microphone.element);

  const held = makeHeld(source.element, (blob) => readAudio(blob, field), (given) => {
    remove.hidden = !given;
    player.show(/** @type {Float32Array | undefined} */ (given?.data), rate);
  }, source.say);

  /** What a person gives here. @param {unknown} value */
  function give(value) {
    write(value);
    if (!(value instanceof Blob)) source.element.dispatchEvent(new Event('input', { bubbles: true }));
  }

  /** @param {unknown} value */
  function write(value) {
    microphone.turnOff();
    held.write(value);
  }
  return { element: source.element, target: source.target, read: held.read, write };
}
