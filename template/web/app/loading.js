/**
 * @file How far the download is. The sizes are said before it starts. The page itself has a bar from its first moment, which goes on here.
 *
 * @typedef {import('../runtime/types.js').Manifest} Manifest
 * @typedef {import('../runtime/types.js').Progress} Progress
 * @typedef {import('../ui/types.js').Context} Context
 */

import { hubHosts, isSingleFile } from '../runtime/address.js';
import { totalBytes } from '../runtime/kept-files.js';
import { keptModel } from '../runtime/kept-model.js';
import { button, h } from '../ui/dom.js';

const DRAWN_EVERY_MS = 100;
const SLOW_START_MS = 30_000; // from the files being there until a person may start again
const ASKED_ABOVE_BYTES = 50_000_000; // a larger download waits for a person's word

/**
 * @param {Manifest} manifest @param {Pick<Context, 't' | 'format'>} context @param {() => void} restart what it is that starts
 * @param {HTMLElement} [element] the one that is there
 */
export function makeLoading(manifest, { t, format: { bytes } }, restart, element = h('div', { class: 'loading' })) {
  const { files } = manifest;
  const bar = h('progress', { 'aria-label': t.loading.heading });
  const state = h('p', { class: 'state', tabindex: -1 });
  const slow = h('p', { class: 'again', hidden: true }, t.loading.slow, ' ', button(t.loading.restart, 'chip', () => {
    restart();
    show();
    state.focus(); // the button is gone
  }));
  const sizes = h('p', { class: 'help' });
  const say = isSingleFile() ? t.loading.inside : t.loading.sizes;
  const hosts = hubHosts(manifest);
  const from = hosts.length ? [h('p', { class: 'help' }, t.loading.from(hosts.join(', ')))] : []; // said before anything is asked of them

  /** @type {Progress} */
  let latest;
  /** @type {number | undefined} */
  let timer;
  /** Offers to start again, where a start takes so long that it may never end. @type {number | undefined} */
  let patience;
  let isOver = false;

  /** Show how far it is, soon: to draw the page anew for every piece that arrives would take its time from a slow device. @param {Progress} progress */
  function update(progress) {
    if (isOver) return; // another runtime may come later, in place of one that failed: a result is there
    latest = progress;
    if (progress.loaded >= progress.total) show();
    else timer ??= setTimeout(show, DRAWN_EVERY_MS);
  }

  /** Which runtime is loaded, and so how much, may change on the way. */
  function show() {
    clearTimeout(timer);
    timer = undefined;
    const { loaded, total } = latest;
    bar.max = total;
    bar.value = loaded;
    state.textContent = loaded < total ? t.loading.progress(bytes(loaded), bytes(total)) : t.loading.starting;
    clearTimeout(patience);
    slow.hidden = true;
    if (loaded >= total) {
      bar.removeAttribute('value'); // nobody knows how long starting takes
      patience = setTimeout(offer, SLOW_START_MS);
    }
    sizes.textContent = say(bytes(files.model.bytes), bytes(total - files.model.bytes));
    tell(state.textContent, loaded / total);
  }
  latest = { loaded: 0, total: totalBytes(files) };
  show();
  element.replaceChildren(h('p', {}, h('strong', {}, t.loading.heading)), bar, state, h('div', { role: 'status' }, slow), sizes, ...from);

  function offer() {
    slow.hidden = false;
    tell(t.loading.slow);
  }

  /** Let others say it too, for a person may not see this. @param {string} text @param {number} [share] how much is there, 0 to 1 */
  function tell(text, share) {
    element.dispatchEvent(new CustomEvent('told', { detail: { text, share } }));
  }

  /**
   * Wait until a large download is wanted; at once for a small one, and for what an earlier visit has left of it.
   * @param {Element} place where to ask, if none of its panels shows the download
   * @returns {Promise<void>}
   */
  async function consent(place) {
    const left = latest.total - (await keptModel(manifest)).kept;
    if (left < ASKED_ABOVE_BYTES || isSingleFile()) return;
    if (!element.isConnected) place.prepend(element);
    const parts = [...element.childNodes];
    const asked = /** @type {Promise<void>} */ (new Promise((resolve) => {
      const heading = h('p', {}, h('strong', {}, t.loading.large(bytes(left))));
      const asker = button(t.loading.download(bytes(left)), 'ask', () => resolve());
      tell(t.loading.large(bytes(left)));
      element.replaceChildren(heading, h('p', { class: 'help' }, left < latest.total ? t.loading.again : t.loading.consent), ...from, asker);
    }));
    await asked;
    element.replaceChildren(...parts);
    show();
  }

  /** It is over, one way or the other. */
  function end() {
    isOver = true;
    clearTimeout(timer);
    clearTimeout(patience);
    element.remove();
  }
  return { element, update, consent, end };
}
