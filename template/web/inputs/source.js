/**
 * @file Where a file comes in: dropped, chosen or pasted.
 *
 * @typedef {import('../ui/types.js').Context} Context
 */

import { h } from '../ui/dom.js';

/**
 * A zone that hands over each file it gets, whatever that is: the reader says what is wrong with it.
 * @param {string} id of the file button, the zone's `target`
 * @param {string} accept what the file dialog offers, such as 'image/*'
 * @param {string} about what the zone takes, in a sentence
 * @param {(file: File) => void} take
 * @param {Context} context
 */
export function makeSource(id, accept, about, take, { t, signal, root }) {
  const target = h('input', { type: 'file', id, accept });
  const choose = h('label', { class: 'choose' }, target, h('span', {}, t.source.choose));
  const ways = h('div', { class: 'ways' }, choose);
  const says = h('p', { class: 'says', role: 'alert' });
  const style = h('link', { rel: 'stylesheet', href: new URL('source.css', import.meta.url).href });
  const element = h('div', { class: 'source', 'data-accept': accept }, style, ways, h('p', { class: 'help' }, about), says);

  target.addEventListener('change', (event) => {
    event.stopPropagation();
    if (target.files?.length) take(target.files[0]);
    target.value = ''; // the same file may be chosen again, after a change
  });
  target.addEventListener('input', (event) => event.stopPropagation()); // what it held counts once it is read
  element.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault(); // else the browser opens the file in place of the page
    element.classList.add('over');
  });
  element.addEventListener('dragleave', (event) => {
    if (!element.contains(/** @type {Node | null} */ (event.relatedTarget))) element.classList.remove('over');
  });
  element.addEventListener('drop', (event) => {
    event.preventDefault();
    element.classList.remove('over');
    const [file] = event.dataTransfer?.files ?? [];
    if (file) take(file);
    else say(t.source.none);
  });
  root.addEventListener('paste', (/** @type {any} */ event) => {
    const [file] = event.clipboardData?.files ?? [];
    if (!file || event.defaultPrevented || !isOurs(element, event.composedPath(), root)) return;
    event.preventDefault();
    take(file);
  }, { signal });

  /** Say why something could not be taken; '' when all is well. @param {string} sentence */
  function say(sentence) {
    says.textContent = sentence;
  }
  return { element, target, ways, say };
}

/**
 * Whether a paste is for this zone: it happened inside, or where no other would take it. What is pasted on the body, with the focus
 * nowhere, is ours on our own page; from a host page only what happens in our element gets here.
 * @param {HTMLElement} zone @param {EventTarget[]} path @param {Document | ShadowRoot} root
 */
function isOurs(zone, path, root) {
  if (path.includes(zone)) return true;
  const zones = /** @type {HTMLElement[]} */ ([...root.querySelectorAll('.source[data-accept]')]);
  if (zones.some((other) => path.includes(other))) return false;
  const [only, ...rivals] = zones.filter(({ dataset }) => dataset.accept === zone.dataset.accept);
  const isWithin = path.includes(/** @type {Node} */ (zone.closest('form'))) || (root === document && path[0] === document.body);
  return isWithin && only === zone && !rivals.length;
}
