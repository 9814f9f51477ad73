/**
 * @file Numbers above and below zero, such as what each value adds to a result or takes from it: a list with a bar each, from a common zero.
 *
 * @typedef {object} Part
 * @property {string} label
 * @property {string} [instead] the value, and the one it stands in place of
 * @property {number} share
 */

import { h } from './dom.js';

/** How the bars look, for the element that holds the list. */
export function barsStyle() {
  return h('link', { rel: 'stylesheet', href: new URL('signed-bars.css', import.meta.url).href });
}

/** @param {(share: number) => string} words */
export function bars(words) {
  /** @param {Part[]} parts */
  return (parts) => {
    const shares = parts.map(({ share }) => share);
    const [low, high] = [Math.min(0, ...shares), Math.max(0, ...shares)];
    const place = (/** @type {number} */ share) => (100 * (share - low)) / (high - low || 1);
    return parts.map(({ label, instead, share }) => {
      const bar = h('div', { class: share < 0 ? 'share less' : 'share' });
      bar.style.setProperty('--zero', `${place(0)}%`);
      bar.style.setProperty('--from', `${place(Math.min(0, share))}%`);
      bar.style.setProperty('--long', `${Math.abs(place(share) - place(0))}%`);
      const more = instead ? [' ', h('small', {}, instead)] : [];
      return h('li', {}, h('span', {}, label, ...more), ' ', h('data', { value: share }, words(share)), bar);
    });
  };
}
