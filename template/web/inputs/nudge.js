/**
 * @file A number moved by steps: by the arrow keys in its box, and by dragging its label sideways.
 *
 * @typedef {import('../codec/types.js').Field} Field
 */

import { parsed } from '../codec/scalars.js';
import { tidy } from '../ui/axis.js';

const LEAP = 10; // steps, with Shift
const PIXELS = 5; // of dragging, a step
const SLACK = 3; // pixels, up to which a press is a click

/** @type {Record<string, number>} */
const KEYS = { ArrowUp: 1, ArrowDown: -1, PageUp: LEAP, PageDown: -LEAP };

/**
 * Lets the arrow keys move what is in a box; the function returned does the same for a label that is dragged.
 * @param {HTMLInputElement} box @param {(value: number) => void} write into the box @param {Field} field @param {number} step
 * @returns {(label: HTMLElement) => void}
 */
export function nudged(box, write, { min = -Infinity, max = Infinity }, step) {
  /** @param {number} from where it stood @param {number} steps */
  function move(from, steps) {
    const wanted = tidy(Math.round((from + steps * step) / step) * step);
    write(Math.min(max, Math.max(min, wanted)));
    box.dispatchEvent(new Event('input', { bubbles: true }));
  }

  box.addEventListener('keydown', (event) => {
    const from = parsed(box.value);
    if (!Object.hasOwn(KEYS, event.key) || event.altKey || event.ctrlKey || event.metaKey || Number.isNaN(from)) return;
    event.preventDefault();
    move(from, KEYS[event.key] * (event.shiftKey ? LEAP : 1));
  });

  return (label) => {
    label.classList.add('drags');
    label.addEventListener('pointerdown', (event) => {
      const from = parsed(box.value);
      if (event.button !== 0 || event.pointerType === 'touch' || Number.isNaN(from)) return; // a finger scrolls the page
      event.preventDefault(); // no text is selected on the way
      label.setPointerCapture(event.pointerId);
      let hasMoved = false;
      label.onpointermove = (/** @type {PointerEvent} */ { clientX, shiftKey }) => {
        const apart = clientX - event.clientX;
        hasMoved ||= Math.abs(apart) > SLACK;
        if (hasMoved) move(from, Math.round(apart / PIXELS) * (shiftKey ? LEAP : 1));
      };
      label.onpointerup = label.onpointercancel = () => {
        label.onpointermove = null;
        if (hasMoved) box.dispatchEvent(new Event('change', { bubbles: true }));
      };
      label.onclick = (/** @type {MouseEvent} */ click) => {
        if (hasMoved) click.preventDefault(); // else it would focus the box
      };
    });
  };
}
