/**
 * @file A sound that the model makes: to hear, to see, to keep.
 *
 * @typedef {import('../runtime/types.js').Output} Output
 * @typedef {import('../runtime/types.js').ArrayResult} ArrayResult
 * @typedef {import('../runtime/types.js').View} View
 */

import { button, h } from '../dom.js';
import { save } from '../save.js';
import { clock, makePlayer } from '../sound.js';
import { t } from '../strings.js';
import { wav } from '../wav.js';

/** @param {Output} output @returns {View} */
export function audio(output) {
  const rate = output.rate ?? 16_000;
  const player = makePlayer(output.label);
  let samples = new Float32Array();
  const download = button(t.sound.download, 'quiet', () => save(wav(samples, rate), `${output.name}.wav`));
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  player.element.querySelector('.transport')?.append(download);
  return {
    element: h('div', { class: 'audio' }, h('h3', {}, output.label), player.element, ...help),
    /** @param {ArrayResult} result */
    show(result) {
      samples = samplesOf(result);
      player.show(samples, rate);
    },
    /** @param {ArrayResult} result */
    text: (result) => t.sound.text(clock(samplesOf(result).length / rate)),
  };
}

/** The samples of [samples] or [1, samples]; of several channels the first. @param {ArrayResult} result */
function samplesOf({ array: { dims, data } }) {
  return Float32Array.from(/** @type {ArrayLike<number>} */ (data.slice(0, dims.at(-1))));
}
