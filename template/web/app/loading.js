/**
 * @file How far the download is. The sizes are said before it starts. The page itself has a bar from its first moment, which goes on here.
 *
 * @typedef {import('../runtime/types.js').Manifest} Manifest
 * @typedef {import('../runtime/types.js').Progress} Progress
 * @typedef {import('../ui/types.js').Context} Context
 */

import { MANIFEST, isSingleFile } from '../runtime/address.js';
import { totalBytes } from '../runtime/kept-files.js';
import { button, h } from '../ui/dom.js';

const DRAWN_EVERY_MS = 100;
const ASKED_ABOVE_BYTES = 50_000_000; // a larger download waits for a person's word

/** @param {Manifest['files']} files @param {Pick<Context, 't' | 'format'>} context @param {HTMLElement} [element] the one that is there */
export function makeLoading(files, { t, format: { bytes } }, element = h('div', { class: 'loading' })) {
  const bar = h('progress', { 'aria-label': t.loading.heading });
  const state = h('p', { class: 'state' });
  const sizes = h('p', { class: 'help' });
  const say = isSingleFile() ? t.loading.inside : t.loading.sizes;

  /** @type {Progress} */
  let latest;
  /** @type {number | undefined} */
  let timer;

  /** Show how far it is, soon: to draw the page anew for every piece that arrives would take its time from a slow device. @param {Progress} progress */
  function update(progress) {
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
    if (loaded >= total) bar.removeAttribute('value'); // nobody knows how long starting takes
    sizes.textContent = say(bytes(files.model.bytes), bytes(total - files.model.bytes));
  }
  latest = { loaded: 0, total: totalBytes(files) };
  show();
  element.replaceChildren(h('p', {}, h('strong', {}, t.loading.heading)), bar, state, sizes);

  /** Wait until a large download is wanted; at once for a small one, and for one that an earlier visit has kept. @returns {Promise<void>} */
  async function consent() {
    const { total } = latest;
    if (total < ASKED_ABOVE_BYTES || isSingleFile() || (await isKept(files.model))) return;
    const parts = [...element.childNodes];
    const asked = /** @type {Promise<void>} */ (new Promise((resolve) => {
      const heading = h('p', {}, h('strong', {}, t.loading.large(bytes(total))));
      const asker = button(t.loading.download(bytes(total)), 'ask', () => resolve());
      element.replaceChildren(heading, h('p', { class: 'help' }, t.loading.consent), asker);
    }));
    await asked;
    element.replaceChildren(...parts);
  }
  return { element, update, consent };
}

/** Whether a file is on this device already. @param {import('../runtime/types.js').File} file */
async function isKept({ url }) {
  return Boolean(await globalThis.caches?.match(new URL(url, MANIFEST).href).catch(() => undefined));
}
