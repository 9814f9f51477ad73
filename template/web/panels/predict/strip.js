/**
 * @file The result in a line at the lower edge of a narrow screen, for as long as the result itself is out of sight; before it, how far the download is.
 *
 * It is the sighted visitor's, who scrolls: what it says, the result announces where it stands, and the keyboard comes there after the form.
 *
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { h } from '../../ui/dom.js';
import { onEnd } from '../../ui/lifetime.js';

const HIDDEN = '0px 0px -120px'; // by what stands at the lower edge
const LONGEST = 200; // characters, more than any screen has room for
const SENTENCE = 30; // characters from which a text is set as one, not as a figure

/**
 * A strip that leads to the result, or to what is said of its download. On a host page there is none: the edge of the screen is not ours there.
 * @param {HTMLElement} result the first of its outputs @param {HTMLElement} loading in its place before @param {Context} context
 */
export function makeStrip(result, loading, { root, signal }) {
  const label = h('span', { class: 'strip-label' });
  const words = h('strong', {});
  const waiting = h('span', { class: 'waiting', hidden: true });
  const element = h('button', { type: 'button', class: 'strip', tabindex: -1, hidden: root !== document }, waiting, label, words);
  element.addEventListener('click', () => (loading.isConnected ? loading : result).scrollIntoView({ block: 'center' }));
  if (root === document) {
    const inSight = new Set();
    const look = (/** @type {IntersectionObserverEntry[]} */ entries) => {
      for (const { target, isIntersecting } of entries) inSight[isIntersecting ? 'add' : 'delete'](target);
      element.classList.toggle('seen', inSight.size > 0);
    };
    const seen = new IntersectionObserver(look, { threshold: 0.5, rootMargin: HIDDEN });
    seen.observe(result);
    seen.observe(loading);
    onEnd(signal, () => seen.disconnect());
  }
  return {
    element,
    /** What is waited for, in place of a result. @param {string} text @param {number} [share] how much of a download is there, 0 to 1 */
    wait(text, share = 1) {
      element.style.setProperty('--share', String(share));
      waiting.textContent = text;
      waiting.hidden = !text;
    },
    /** @param {string} about what it is @param {string} text */
    say(about, text) {
      this.wait('');
      label.textContent = about;
      words.textContent = text.slice(0, LONGEST);
      words.classList.toggle('sentence', text.length > SENTENCE);
      label.hidden = words.hidden = !text; // neither moves aside when the other comes
      element.ariaLabel = text ? null : about;
    },
  };
}
