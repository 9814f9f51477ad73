/**
 * @file The microphone: a button that records and stops, with the time and the level in between. What was recorded is a WAV file at the
 * device's own rate, with every sample as it came: the reader of files converts it.
 *
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { clock } from '../../media/sound.js';
import { wav } from '../../media/wav.js';
import { button, h } from '../../ui/dom.js';
import { onEnd } from '../../ui/lifetime.js';

/** Without what makes speech nicer for people: the model is to get what the microphone hears. */
const RAW = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

/** Why there is no sound, by the name of the browser's error. @type {Record<string, 'refused' | 'none' | 'used'>} */
const WHY = { NotAllowedError: 'refused', NotFoundError: 'none', NotReadableError: 'used' };

/**
 * @param {number} longest seconds @param {(file: Blob) => void} take
 * @param {(sentence: string) => void} say @param {Context} context
 */
export function makeMicrophone(longest, take, say, context) {
  const { t, signal } = context;
  /** What is going on, until it is undone. @type {{close: () => void, finish?: () => void} | undefined} */
  let running;
  const start = button(t.microphone.start, '', () => (running?.finish ?? (running ? turnOff : turnOn))());
  const level = h('div', { class: 'meter', role: 'meter', 'aria-label': t.microphone.level, 'aria-valuemin': 0, 'aria-valuemax': 1 });
  const time = h('span', { class: 'time', role: 'timer' });
  const element = h('div', { class: 'recording', hidden: true }, level, time);

  async function turnOn() {
    say(navigator.mediaDevices ? '' : t.microphone.insecure);
    if (!navigator.mediaDevices) return;
    const audio = new AudioContext(); // at the rate of the device: not every browser converts
    /** @type {MediaStream | undefined} */
    let stream;
    const close = () => {
      stream?.getTracks().forEach((track) => track.stop());
      audio.close().catch(() => {}); // it may be closed already
    };
    const attempt = (running = { close });
    start.textContent = t.microphone.asking;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: RAW });
      await audio.audioWorklet.addModule(new URL('recorder.js', import.meta.url).href);
      await audio.resume();
      if (attempt !== running) return close(); // turned off meanwhile
      record(audio, stream);
    } catch (error) {
      if (attempt !== running) return close(); // for the stream may have come after it was turned off
      turnOff();
      say(t.microphone[WHY[/** @type {Error} */ (error).name] ?? 'broken']);
    }
  }

  /** @param {AudioContext} audio @param {MediaStream} stream */
  function record(audio, stream) {
    /** @type {Float32Array[]} */
    const parts = [];
    let length = 0;
    const most = Math.round(longest * audio.sampleRate);
    const attempt = /** @type {NonNullable<typeof running>} */ (running);

    const recorder = new AudioWorkletNode(audio, 'recorder', { channelCount: 1, channelCountMode: 'explicit' });
    recorder.port.onmessage = ({ data }) => {
      if (attempt !== running) return;
      if (!element.isConnected) return turnOff(); // taken off the page, as <ml-model> can be
      parts.push(data);
      length += data.length;
      show(Math.min(length, most) / audio.sampleRate, data);
      if (!element.getClientRects().length) return finish(); // another view of the page was opened
      if (length < most) return;
      finish();
      say(t.microphone.longest(clock(longest, context)));
    };
    audio.createMediaStreamSource(stream).connect(recorder);
    recorder.connect(audio.destination); // where it gives silence: some browsers run only what leads there
    stream.getAudioTracks()[0].addEventListener('ended', () => attempt === running && finish());

    function finish() {
      const samples = new Float32Array(length);
      parts.reduce((at, part) => (samples.set(part, at), at + part.length), 0);
      turnOff();
      take(wav(samples.subarray(0, most), audio.sampleRate));
    }
    attempt.finish = finish;
    start.textContent = t.microphone.stop;
    start.setAttribute('aria-pressed', 'true');
    show(0, new Float32Array());
    element.hidden = false;
  }

  /** @param {number} seconds so far @param {Float32Array} part the last samples */
  function show(seconds, part) {
    const peak = part.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    level.style.setProperty('--share', `${Math.min(1, peak) * 100}%`);
    level.setAttribute('aria-valuenow', String(Math.min(1, peak)));
    time.textContent = Number.isFinite(longest) ? t.microphone.elapsed(clock(seconds, context), clock(longest, context)) : clock(seconds, context);
  }

  function turnOff() {
    running?.close();
    running = undefined;
    element.hidden = true;
    start.textContent = t.microphone.start;
    start.removeAttribute('aria-pressed');
  }

  onEnd(signal, turnOff);
  return { start, element, turnOff };
}
