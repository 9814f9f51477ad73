/**
 * @file The outline of a sound: the lowest and highest sample of each moment, as high as the loudest one.
 */

import { svg } from '../ui/dom.js';

const MOMENTS = 240;
const QUIETEST = 0.02; // a peak below this is drawn as quiet as it is
const THIN = 0.6; // half of what silence is drawn with, in percent

/** A picture that draws samples, and a line where they are being played. */
export function waveform() {
  const outline = svg('path');
  const cursor = svg('path', { class: 'cursor' });
  const element = svg('svg', { viewBox: `0 0 ${MOMENTS} 100`, preserveAspectRatio: 'none', class: 'waveform', role: 'img' });
  element.append(outline, cursor);
  return {
    element,
    /** @param {Float32Array} samples @param {string} words what is seen */
    draw(samples, words) {
      outline.setAttribute('d', shape(samples));
      element.setAttribute('aria-label', words);
    },
    /** @param {number} share of the sound that was played, from 0; 0 takes the line away */
    at(share) {
      cursor.setAttribute('d', share ? `M${share * MOMENTS} 0V100` : '');
    },
  };
}

/** @param {Float32Array} samples */
function shape(samples) {
  const count = Math.min(MOMENTS, samples.length);
  const [lows, highs] = [new Float32Array(count), new Float32Array(count)];
  for (let moment = 0; moment < count; moment++) {
    const end = Math.floor(((moment + 1) * samples.length) / count);
    for (let at = Math.floor((moment * samples.length) / count); at < end; at++) {
      if (samples[at] < lows[moment]) lows[moment] = samples[at];
      if (samples[at] > highs[moment]) highs[moment] = samples[at];
    }
  }
  const peak = highs.reduce((most, high, moment) => Math.max(most, high, -lows[moment]), QUIETEST);
  const x = (/** @type {number} */ moment) => ((moment + 0.5) * MOMENTS) / count;
  const point = (/** @type {number} */ moment, /** @type {number} */ level) => `${x(moment).toFixed(1)} ${(50 - 48 * level).toFixed(1)}`;
  const thin = THIN / 48;
  const above = Array.from(highs, (high, moment) => point(moment, high / peak + thin));
  const below = Array.from(lows, (low, moment) => point(moment, low / peak - thin)).reverse();
  return count ? `M${[...above, ...below].join('L')}Z` : '';
}
