/**
 * @file How far the download is. The sizes are said before it starts. The page itself has a bar from its first moment, which goes on here.
 *
 * @typedef {import('../runtime/types.js').Manifest} Manifest
 * @typedef {import('../runtime/types.js').Progress} Progress
 * @typedef {import('../ui/types.js').Context} Context
 */

import { h } from '../ui/dom.js';

const DRAWN_EVERY_MS = 100;

/** @param {Manifest['files']} files @param {Pick<Context, 't' | 'format'>} context @param {HTMLElement} [element] the one that is there */
export function makeLoading({ ort, wasm, model }, { t, format: { bytes } }, element = h('div', { class: 'loading' })) {
  const bar = h('progress', { 'aria-label': t.loading.heading });
  const state = h('p', { class: 'state' });
  const sizes = h('p', { class: 'help' });

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
    sizes.textContent = t.loading.sizes(bytes(model.bytes), bytes(total - model.bytes));
  }
  latest = { loaded: 0, total: ort.bytes + wasm.bytes + model.bytes };
  show();
  element.replaceChildren(h('p', {}, h('strong', {}, t.loading.heading)), bar, state, sizes);
  return { element, update };
}
