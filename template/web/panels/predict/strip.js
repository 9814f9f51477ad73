/**
 * @file The result in a line at the lower edge of a narrow screen, for as long as the result itself is out of sight.
 *
 * It is the sighted visitor's, who scrolls: what it says, the result announces where it stands, and the keyboard comes there after the form.
 *
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { h } from '../../ui/dom.js';
import { onEnd } from '../../ui/lifetime.js';

const HIDDEN = '0px 0px -120px'; // by what stands at the lower edge
const LONGEST = 200; // characters, more than any screen has room for

/**
 * A strip that leads to the result. On a host page there is none: the edge of the screen is not ours there.
 * @param {HTMLElement} result the first of its outputs @param {Context} context
 */
export function makeStrip(result, { root, signal }) {
  const label = h('span', { class: 'strip-label' });
  const words = h('strong', {});
  const element = h('button', { type: 'button', class: 'strip', tabindex: -1, hidden: root !== document }, label, words);
  element.addEventListener('click', () => result.scrollIntoView({ block: 'center' }));
  if (root === document) {
    const seen = new IntersectionObserver(([entry]) => element.classList.toggle('seen', entry.isIntersecting), { threshold: 0.5, rootMargin: HIDDEN });
    seen.observe(result);
    onEnd(signal, () => seen.disconnect());
  }
  return {
    element,
    /** @param {string} about what it is @param {string} text */
    say(about, text) {
      label.textContent = about;
      words.textContent = text.slice(0, LONGEST);
      label.hidden = words.hidden = !text; // neither moves aside when the other comes
      element.ariaLabel = text ? null : about;
    },
  };
}
