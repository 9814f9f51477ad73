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

  let looks = 0;
  let freed = 0; // bytes, until some are kept again

  async function look() {
    const turn = ++looks;
    const { kept, all } = await keptModel(manifest);
    if (signal.aborted || turn !== looks) return; // a later look knows better
    if (kept) freed = 0;
    const nothing = freed ? t.about.forgotten(bytes(freed)) : t.about.notKept;
    const some = kept < all ? t.about.partKept(bytes(kept), bytes(all)) : t.about.kept;
    state.textContent = kept ? some : nothing;
    press.textContent = t.about.forget(bytes(kept));
    press.hidden = !kept;
  }

  async function remove() {
    const { kept } = await keptModel(manifest);
    await forgetModel(manifest);
    freed ||= kept; // pressed twice, it frees once
    await look();
  }

  const worker = navigator.serviceWorker;
  void worker?.ready.then(look); // by then it has what it keeps
  worker?.addEventListener('message', ({ data }) => data === 'filled' && look(), { signal }); // or has it again
  return { element: part(t.about.device, state, press), look };
}
