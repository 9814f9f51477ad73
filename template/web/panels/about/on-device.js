/**
 * @file What this browser keeps of the model, and a button that deletes it: what it frees is said before and after.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 */

import { forgetModel, keptModel } from '../../runtime/kept-model.js';
import { button, h } from '../../ui/dom.js';
import { part } from '../../ui/parts.js';

/** `look` looks again at what is kept. @param {Site} site */
export function keptPart({ manifest, signal, t, format: { bytes } }) {
  const state = h('p', { class: 'help', role: 'status' });
  const press = button('', 'chip bad', remove);
  press.hidden = true;

  async function look() {
    const { kept, all } = await keptModel(manifest);
    if (signal.aborted) return;
    state.textContent = !kept ? t.about.notKept : kept < all ? t.about.partKept(bytes(kept), bytes(all)) : t.about.kept;
    press.textContent = t.about.forget(bytes(kept));
    press.hidden = !kept;
  }

  async function remove() {
    const { kept } = await keptModel(manifest);
    await forgetModel(manifest);
    await look();
    if (press.hidden) state.textContent = t.about.forgotten(bytes(kept));
  }
  const worker = navigator.serviceWorker;
  void worker?.ready.then(look); // by then it has what it keeps
  worker?.addEventListener('message', ({ data }) => data === 'filled' && look(), { signal }); // or has it again
  return { element: part(t.about.device, state, press), look };
}
