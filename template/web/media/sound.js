/**
 * @file A sound as a person meets it: its outline, how long it is, a button that plays it.
 *
 * @typedef {import('../ui/types.js').Context} Context
 */

import { button, h } from '../ui/dom.js';
import { onEnd } from '../ui/lifetime.js';
import { wav } from './wav.js';
import { waveform } from './waveform.js';

/** A player, which is silent and hidden until it is shown a sound. @param {string} label of what it plays @param {Context} context */
export function makePlayer(label, context) {
  const { t, signal } = context;
  const picture = waveform();
  const play = button(t.sound.play, 'quiet', () => (audio.paused ? start() : stop()));
  play.setAttribute('aria-label', t.sound.playOf(label));
  const time = h('span', { class: 'time' });
  const said = h('p', { class: 'help', role: 'status' });
  const style = h('link', { rel: 'stylesheet', href: new URL('sound.css', import.meta.url).href });
  const element = h('div', { class: 'sound', hidden: true }, style, picture.element, h('div', { class: 'transport' }, play, time), said);
  const audio = new Audio();
  let file = new Blob();
  let url = '';

  async function start() {
    said.textContent = '';
    audio.src = url = URL.createObjectURL(file);
    try {
      await audio.play();
      follow();
    } catch {
      if (url) said.textContent = t.sound.silent; // else it was stopped before it began
    }
    name();
  }

  function stop() {
    audio.pause();
    URL.revokeObjectURL(url);
    url = '';
    picture.at(0);
    name();
  }

  function name() {
    play.textContent = audio.paused ? t.sound.play : t.sound.stop;
    play.setAttribute('aria-label', audio.paused ? t.sound.playOf(label) : t.sound.stopOf(label));
  }

  function follow() {
    if (audio.paused) return;
    picture.at(audio.currentTime / audio.duration || 0);
    requestAnimationFrame(follow);
  }

  audio.addEventListener('ended', stop);
  onEnd(signal, stop);
  return {
    element,
    stop,
    /** @param {Float32Array | undefined} samples @param {number} rate */
    show(samples, rate) {
      stop();
      element.hidden = !samples;
      if (!samples) return;
      file = wav(samples, rate);
      said.textContent = '';
      time.textContent = clock(samples.length / rate, context);
      picture.draw(samples, t.sound.outline(label, clock(samples.length / rate, context)));
    },
  };
}

/** A length of time: 2.50 s, or 1:05 from a minute on. @param {number} seconds @param {Context} context */
export function clock(seconds, { t, format }) {
  if (seconds < 60) return t.sound.seconds(format.number(seconds, 2));
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}
