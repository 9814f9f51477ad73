/**
 * @file Draws what is in sight at once, and all else when nothing has changed for a while: the charts of a hundred fields are more than a
 * screen holds, and drawing them takes longer than a person needs to type the next letter.
 */

import { onEnd } from '../../ui/lifetime.js';

const REST_MS = 400; // after the last change
const AROUND = '200px'; // what scrolls into sight is there already

/**
 * Takes what draws each of some elements, in place of what was to draw it before. An element that is not as it should be yet is `aria-busy`.
 * @param {HTMLElement[]} elements @param {AbortSignal} signal
 * @returns {(drawings: (() => void)[]) => void} one for each element
 */
export function makeDrawing(elements, signal) {
  /** @type {Set<Element>} */
  const seen = new Set();
  /** @type {Set<Element>} */
  const drawn = new Set();
  /** @type {Map<Element, () => void>} */
  const waiting = new Map();
  let timer = 0;

  /** @param {Element} element */
  function draw(element) {
    waiting.get(element)?.();
    waiting.delete(element);
    drawn.add(element);
    element.removeAttribute('aria-busy');
  }

  /** One at a time, so that the page takes what people do. */
  function drawNext() {
    const [element] = waiting.keys();
    if (!element) return;
    draw(element);
    timer = setTimeout(drawNext);
  }

  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) seen.delete(target);
      else {
        seen.add(target);
        draw(target);
      }
    }
  }, { rootMargin: AROUND });
  for (const element of elements) observer.observe(element);
  addEventListener('beforeprint', () => [...waiting.keys()].forEach(draw), { signal });
  onEnd(signal, () => {
    observer.disconnect();
    clearTimeout(timer);
  });

  return (drawings) => {
    clearTimeout(timer);
    elements.forEach((element, index) => {
      waiting.set(element, drawings[index]);
      if (seen.has(element) || !drawn.has(element)) draw(element); // the first time all, so that nothing jumps
      else element.setAttribute('aria-busy', 'true');
    });
    timer = setTimeout(drawNext, REST_MS);
  };
}
