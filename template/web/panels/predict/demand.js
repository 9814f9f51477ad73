/**
 * @file The button that asks for a result where one takes long, and stops it while it is made. Ctrl and Enter in the form do the same.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 */

import { button, h } from '../../ui/dom.js';

/**
 * @param {HTMLFormElement} form @param {() => void} ask @param {() => void} stop
 * @param {Site} site
 */
export function makeDemand(form, ask, stop, { t }) {
  let isBusy = false;
  const asker = button(t.form.write, 'ask', () => (isBusy ? stop() : ask()));
  form.querySelector('.fields > *')?.after(h('p', { class: 'asking' }, asker)); // beside what is written from; the rest are settings
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) ask();
  });
  return {
    /** @param {boolean} busy whether a result is being made */
    busy(busy) {
      isBusy = busy;
      asker.textContent = busy ? t.result.stop : t.form.write;
    },
  };
}
