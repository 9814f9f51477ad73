/**
 * @file What a field of pictures, sounds or tensors holds: read from a file or a sample, which takes time, or set at once.
 *
 * @typedef {import('../codec/types.js').Feed} Feed
 * @typedef {import('../ui/types.js').Context} Context
 */

import { ArrayValue } from '../codec/array-value.js';
import { Refusal } from '../codec/refusal.js';
import { MANIFEST } from '../runtime/address.js';
import { resolveUrl } from '../runtime/blob-cache.js';

/**
 * `read` and `write` as every control has them. The latest write wins, also over one that is still being read; what can't be read is said,
 * and what was there before stays.
 * @param {HTMLElement} element of the control: hears `input` when something was read, and is aria-busy until then
 * @param {(blob: Blob) => Promise<Feed>} read throws Refusal
 * @param {(given: ArrayValue | undefined) => void} show
 * @param {(sentence: string) => void} say why something was not taken; '' when all is well
 * @param {Context} context
 */
export function makeArrayControl(element, read, show, say, { t, signal, showError }) {
  /** @type {ArrayValue | undefined} */
  let current;
  let writes = 0;

  /** @param {ArrayValue | undefined} given */
  function hold(given) {
    current = given;
    show(given);
  }

  /** @param {() => Promise<Feed>} load @param {string} source */
  async function later(load, source) {
    const write = writes;
    const isWanted = () => write === writes && !signal.aborted;
    element.setAttribute('aria-busy', 'true');
    try {
      const array = await load();
      if (isWanted()) hold(new ArrayValue(array, source));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refusal)) throw error;
      if (isWanted()) say(error.sentence(t));
    } finally {
      if (isWanted()) element.removeAttribute('aria-busy');
    }
    if (isWanted()) element.dispatchEvent(new Event('input', { bubbles: true }));
  }

  /** @param {unknown} value nothing, an array, a file, or the url of a sample relative to the manifest's */
  function write(value) {
    writes++;
    element.removeAttribute('aria-busy');
    say('');
    if (value instanceof Blob) {
      later(() => read(value), '').catch(showError);
    } else if (typeof value === 'string' && value) {
      hold(undefined);
      later(async () => read(await sample(value, signal)), value).catch(showError);
    } else {
      hold(value ? new ArrayValue(/** @type {Feed} */ (value), value instanceof ArrayValue ? value.source : '') : undefined);
    }
  }

  /** What the person makes here and sees already. @param {Feed | undefined} array */
  function keep(array) {
    writes++;
    element.removeAttribute('aria-busy');
    say('');
    current = array && new ArrayValue(array);
  }

  return { read: () => current, write, keep };
}

/** A file of the site, or of another that allows it; throws Refusal. @param {string} url relative to the manifest's @param {AbortSignal} signal */
export async function sample(url, signal) {
  try {
    const response = await fetch(resolveUrl(new URL(url, MANIFEST).href), { signal });
    if (response.ok) return await response.blob();
  } catch {
    signal.throwIfAborted();
  }
  throw new Refusal('sample', (t) => t.source.sample(url));
}
