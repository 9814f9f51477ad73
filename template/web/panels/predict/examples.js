/**
 * @file The examples, as buttons; where the form takes a picture, each shows its own.
 *
 * @typedef {import('../../codec/types.js').Row} Row
 * @typedef {import('../../ui/types.js').Site} Site
 */

import { kindOf } from '../../codec/kinds.js';
import { MANIFEST } from '../../runtime/address.js';
import { resolveUrl } from '../../runtime/blob-cache.js';
import { button, h } from '../../ui/dom.js';

/** @param {Site} site @param {(values: Row) => void} choose @returns {HTMLElement[]} the row of them; none where there are no examples */
export function makeExamples({ manifest: { form, examples }, client, t }, choose) {
  if (!examples.length) return [];
  const pictured = form.inputs.flatMap(({ fields }) => fields).find((field) => kindOf(field).isPicture);
  const buttons = examples.map(({ label, values }) => {
    const element = button(label, 'chip', () => choose(values));
    const url = pictured && values[pictured.name];
    if (typeof url === 'string') element.prepend(thumbnail(url, client.ready));
    return element;
  });
  return [h('div', { class: 'examples', role: 'group', 'aria-label': t.form.examples }, ...buttons)];
}

/** A sample in small, once the runtime, which matters more, has come. @param {string} url relative to the manifest's @param {Promise<unknown>} ready */
function thumbnail(url, ready) {
  const element = h('img', { alt: '', width: 32, height: 32, crossorigin: 'anonymous' });
  const remove = () => element.remove();
  element.addEventListener('error', remove); // a host page may allow no pictures
  ready.then(() => { element.src = resolveUrl(new URL(url, MANIFEST).href); }, remove);
  return element;
}
