/**
 * @file Where a file comes in: dropped, chosen or pasted.
 */

import { h } from '../dom.js';
import { hear } from '../hear.js';
import { t } from '../strings.js';

/**
 * Every zone of the page, with what it accepts: a file pasted elsewhere goes to the only one for its type.
 * @type {Map<WeakRef<HTMLElement>, string>}
 */
const zones = new Map();

for (const type of /** @type {('dragover' | 'drop')[]} */ (['dragover', 'drop'])) {
  document.addEventListener(type, (event) => {
    const { dataTransfer, defaultPrevented } = event;
    const [target] = event.composedPath();
    if (defaultPrevented || target instanceof HTMLInputElement || !dataTransfer?.types.includes('Files')) return;
    event.preventDefault(); // a file that misses its zone would open in place of the page, and take with it what was entered
    dataTransfer.dropEffect = 'none';
  });
}

/**
 * A zone that hands over each file it gets, whatever that is: the reader says what is wrong with it.
 * @param {string} id of the file button, the zone's `target`
 * @param {string} accept what the file dialog offers, such as 'image/*'
 * @param {string} about what the zone takes, in a sentence
 * @param {(file: File) => void} take
 */
export function makeSource(id, accept, about, take) {
  const target = h('input', { type: 'file', id, accept });
  const choose = h('label', { class: 'choose' }, target, h('span', {}, t.source.choose));
  const ways = h('div', { class: 'ways' }, choose);
  const says = h('p', { class: 'says', role: 'alert' });
  const style = h('link', { rel: 'stylesheet', href: new URL('source.css', import.meta.url).href });
  const element = h('div', { class: 'source' }, style, ways, h('p', { class: 'help' }, about), says);
  for (const zone of zones.keys()) if (!zone.deref()) zones.delete(zone);
  zones.set(new WeakRef(element), accept);

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
  hear(element, document, 'paste', (/** @type {ClipboardEvent} */ event) => {
    const [file] = event.clipboardData?.files ?? [];
    if (!file || event.defaultPrevented || !isOurs(element, accept, event.composedPath())) return;
    event.preventDefault();
    take(file);
  });

  /** Say why something could not be taken; '' when all is well. @param {string} sentence */
  function say(sentence) {
    says.textContent = sentence;
  }
  return { element, target, ways, say };
}

/**
 * Whether a paste is for this zone: it happened inside, or where no other would take it.
 * @param {HTMLElement} zone @param {string} accept @param {EventTarget[]} path
 */
function isOurs(zone, accept, path) {
  if (path.includes(zone)) return true;
  const there = [...zones].flatMap(([held, accepted]) => ({ other: held.deref(), accepted }));
  const rivals = there.filter(({ other, accepted }) => other?.isConnected && accepted === accept);
  const within = path[0] === document.body || path.includes(/** @type {Node} */ (zone.closest('form')));
  return zone.isConnected && within && rivals.length === 1 && !there.some(({ other }) => other && path.includes(other));
}
