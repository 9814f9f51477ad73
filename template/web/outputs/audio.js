/**
 * @file A sound that the model makes: to hear, to see, to keep.
 *
 * @typedef {import('../codec/types.js').Output} Output
 * @typedef {import('../codec/types.js').ArrayResult} ArrayResult
 * @typedef {import('../ui/types.js').View} View
 * @typedef {import('../ui/types.js').Context} Context
 */

import { clock, makePlayer } from '../media/sound.js';
import { wav } from '../media/wav.js';
import { button, h } from '../ui/dom.js';
import { save } from '../ui/save.js';

/** @param {Output} output @param {Context} context @returns {View} */
export function audio(output, context) {
  const { t } = context;
  const rate = output.rate ?? 16_000;
  const player = makePlayer(output.label, context);
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
    text: (result) => t.sound.text(clock(samplesOf(result).length / rate, context)),
  };
}

/** The samples of [samples] or [1, samples]; of several channels the first. @param {ArrayResult} result */
function samplesOf({ array: { dims, data } }) {
  return Float32Array.from(/** @type {ArrayLike<number>} */ (data.slice(0, dims.at(-1))));
}
