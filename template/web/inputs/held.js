/**
 * @file What a field of pictures, sounds or tensors holds: read from a file or a sample, which takes time, or set at once.
 *
 * @typedef {import('../runtime/types.js').Feed} Feed
 */

import { addressOf } from '../runtime/kept.js';
import { Refusal } from '../runtime/refusal.js';
import { t } from '../strings.js';
import { Given } from './given.js';

const MANIFEST = new URL('../manifest.json', import.meta.url);

/**
 * `read` and `write` as every control has them. The latest write wins, also over one that is still being read; what can't be read is said,
 * and what was there before stays.
 * @param {HTMLElement} element of the control: hears `input` when something was read, and is aria-busy until then
 * @param {(blob: Blob) => Promise<Feed>} read throws Refusal
 * @param {(given: Given | undefined) => void} show
 * @param {(sentence: string) => void} say why something was not taken; '' when all is well
 */
export function makeHeld(element, read, show, say) {
  /** @type {Given | undefined} */
  let held;
  let writes = 0;

  /** @param {Given | undefined} given */
  function hold(given) {
    held = given;
    show(given);
  }

  /** @param {() => Promise<Feed>} load @param {string} source */
  async function later(load, source) {
    const write = writes;
    element.setAttribute('aria-busy', 'true');
    try {
      const array = await load();
      if (write === writes) hold(new Given(array, source));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (write === writes) say(error.message);
    } finally {
      if (write === writes) element.removeAttribute('aria-busy');
    }
    if (write === writes) element.dispatchEvent(new Event('input', { bubbles: true }));
  }

  /** @param {unknown} value nothing, an array, a file, or the url of a sample relative to the manifest's */
  function write(value) {
    writes++;
    element.removeAttribute('aria-busy');
    say('');
    if (value instanceof Blob) {
      later(() => read(value), '');
    } else if (typeof value === 'string' && value) {
      hold(undefined);
      later(async () => read(await sample(value)), value);
    } else {
      hold(value ? new Given(/** @type {Feed} */ (value), value instanceof Given ? value.source : '') : undefined);
    }
  }
  /** What the person makes here and sees already. @param {Feed | undefined} array */
  function keep(array) {
    writes++;
    element.removeAttribute('aria-busy');
    say('');
    held = array && new Given(array);
  }

  return { read: () => held, write, keep };
}

/** A file of the site, or of another that allows it; throws Refusal. @param {string} url relative to the manifest's */
export async function sample(url) {
  try {
    const response = await fetch(addressOf(new URL(url, MANIFEST).href));
    if (response.ok) return await response.blob();
  } catch { /* said below */ }
  throw new Refusal(t.source.sample(url));
}
