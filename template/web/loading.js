/**
 * @file How far the download is. The sizes are said before it starts.
 *
 * @typedef {import('./runtime/types.js').Manifest} Manifest
 * @typedef {import('./runtime/types.js').Progress} Progress
 */

import { h } from './dom.js';
import { bytes } from './format.js';
import { t } from './strings.js';

/** @param {Manifest['files']} files */
export function makeLoading({ ort, wasm, model }) {
  const total = ort.bytes + wasm.bytes + model.bytes;
  const bar = h('progress', { max: total, value: 0, 'aria-label': t.loading.heading });
  const state = h('p', { class: 'state' }, t.loading.progress(bytes(0), bytes(total)));
  const sizes = h('p', { class: 'help' }, t.loading.sizes(bytes(model.bytes), bytes(ort.bytes + wasm.bytes)));
  return {
    element: h('div', { class: 'loading' }, h('p', {}, h('strong', {}, t.loading.heading)), bar, state, sizes),
    /** @param {Progress} progress */
    update({ loaded }) {
      bar.value = loaded;
      state.textContent = loaded < total ? t.loading.progress(bytes(loaded), bytes(total)) : t.loading.starting;
      if (loaded >= total) bar.removeAttribute('value'); // nobody knows how long starting takes
    },
  };
}
