/**
 * @file How far the download is. The sizes are said before it starts.
 *
 * @typedef {import('../runtime/types.js').Manifest} Manifest
 * @typedef {import('../runtime/types.js').Progress} Progress
 * @typedef {import('../ui/types.js').Context} Context
 */

import { h } from '../ui/dom.js';

/** @param {Manifest['files']} files @param {Pick<Context, 't' | 'format'>} context */
export function makeLoading({ ort, wasm, model }, { t, format: { bytes } }) {
  const bar = h('progress', { 'aria-label': t.loading.heading });
  const state = h('p', { class: 'state' });
  const sizes = h('p', { class: 'help' });

  /** Which runtime is loaded, and so how much, may change on the way. @param {Progress} progress */
  function update({ loaded, total }) {
    bar.max = total;
    bar.value = loaded;
    state.textContent = loaded < total ? t.loading.progress(bytes(loaded), bytes(total)) : t.loading.starting;
    if (loaded >= total) bar.removeAttribute('value'); // nobody knows how long starting takes
    sizes.textContent = t.loading.sizes(bytes(model.bytes), bytes(total - model.bytes));
  }
  update({ loaded: 0, total: ort.bytes + wasm.bytes + model.bytes });
  return { element: h('div', { class: 'loading' }, h('p', {}, h('strong', {}, t.loading.heading)), bar, state, sizes), update };
}
