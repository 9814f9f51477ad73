/**
 * @file The camera: one picture, or a film whose frames come as fast as the model answers. Nothing is recorded.
 *
 * @typedef {import('../../codec/types.js').Feed} Feed
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { pixels } from '../../media/picture.js';
import { button, h } from '../../ui/dom.js';
import { onEnd } from '../../ui/lifetime.js';

const RESULT_TIMEOUT_MS = 500; // ms; a film goes on, too, when there is no result because another field is refused

/** Why there is no camera, by the name of the browser's error. @type {Record<string, 'refused' | 'none' | 'used'>} */
const WHY = { NotAllowedError: 'refused', NotFoundError: 'none', OverconstrainedError: 'none', NotReadableError: 'used' };

/**
 * The button that turns the camera on, and what it shows then.
 * @param {(frame: Feed) => void} take
 * @param {(sentence: string) => void} say
 * @param {Context} context
 */
export function makeCamera(take, say, { t, signal, showError }) {
  /** @type {MediaStream | undefined} */
  let stream;
  let isFilming = false;
  let starts = 0;
  const video = h('video', { playsinline: true, 'aria-label': t.camera.live });
  video.muted = true; // as an attribute it would come too late for browsers that play only silent films by themselves
  const start = button(t.camera.start, '', turnOn);
  const snap = button(t.camera.take, 'main', () => {
    grab();
    turnOff();
  });
  const film = button(t.camera.film, '', () => {
    isFilming = !isFilming;
    film.setAttribute('aria-pressed', String(isFilming));
    if (isFilming) roll().catch(showError);
  });
  film.setAttribute('aria-pressed', 'false');
  const stop = button(t.camera.stop, '', turnOff);
  const element = h('div', { class: 'camera', hidden: true }, video, h('div', { class: 'ways' }, snap, film, stop));

  async function turnOn() {
    say(navigator.mediaDevices ? '' : t.camera.insecure);
    if (!navigator.mediaDevices) return;
    const attempt = ++starts;
    try {
      const got = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      if (attempt !== starts || !element.isConnected) return release(got);
      stream = got;
      stream.getVideoTracks()[0].addEventListener('ended', () => {
        turnOff();
        say(t.camera.ended);
      });
      video.srcObject = stream;
      await video.play();
    } catch (error) {
      if (attempt !== starts) return; // turned off meanwhile
      turnOff();
      say(t.camera[WHY[/** @type {Error} */ (error).name] ?? 'broken']);
      return;
    }
    if (attempt !== starts) return;
    element.hidden = false;
    start.hidden = true;
    snap.focus();
  }

  function turnOff() {
    starts++;
    isFilming = false;
    film.setAttribute('aria-pressed', 'false');
    if (stream) release(stream);
    stream = undefined;
    video.srcObject = null;
    const hadFocus = element.contains(/** @type {ShadowRoot | Document} */ (element.getRootNode()).activeElement);
    element.hidden = true;
    start.hidden = false;
    if (hadFocus) start.focus();
  }

  function grab() {
    if (video.videoWidth) take(pixels(video, video.videoWidth, video.videoHeight));
  }

  /** A frame, and the next one when the model has answered. */
  async function roll() {
    const form = element.closest('form');
    while (isFilming) {
      await new Promise(requestAnimationFrame);
      if (!isFilming) return;
      const answered = new Promise((resolve) => {
        form?.addEventListener('result', resolve, { once: true });
        setTimeout(resolve, RESULT_TIMEOUT_MS);
      });
      grab();
      await answered;
    }
  }

  document.addEventListener('visibilitychange', () => {
    if (document.hidden && stream) turnOff();
  }, { signal });
  onEnd(signal, turnOff);
  const isShown = () => element.getClientRects().length > 0;
  const shown = new ResizeObserver(() => { // another view of the page may have been opened
    if (!element.hidden && !isShown()) turnOff();
  });
  shown.observe(element);
  onEnd(signal, () => shown.disconnect());
  video.addEventListener('pause', () => { // as browsers do with a film that is taken off the page
    if (!element.isConnected) turnOff();
  });
  return { start, element, turnOff };
}

/** @param {MediaStream} stream */
function release(stream) {
  for (const track of stream.getTracks()) track.stop();
}
