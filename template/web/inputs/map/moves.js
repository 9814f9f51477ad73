/**
 * @file How a person moves the point of a map: by mouse, pen, finger or arrow keys.
 *
 * A finger that goes down beside the point may be about to scroll the page, so it moves the point by a tap, and drags it only by itself.
 *
 * @typedef {import('./axis.js').Axis} Axis
 */

const LEAP = 10; // steps, with Shift
/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };

/**
 * @param {{sheet: HTMLElement, point: HTMLElement}} plane
 * @param {Axis[]} axes across and up
 * @param {() => number[]} values where the form stands; NaN for nowhere
 * @param {(wanted: (number | undefined)[]) => boolean} move writes the values, of which undefined stay; whether any has changed
 */
export function moves({ sheet, point }, axes, values, move) {
  let hasMoved = false;

  /** @param {(number | undefined)[]} wanted */
  function go(wanted) {
    hasMoved = move(wanted) || hasMoved;
  }

  /** @param {PointerEvent | MouseEvent} event */
  function follow(event) {
    const { left, bottom, width, height } = sheet.getBoundingClientRect();
    const shares = [(event.clientX - left) / width, (bottom - event.clientY) / height];
    go(axes.map(({ ends: [low, high] }, index) => low + shares[index] * (high - low)));
  }

  /** Whoever lets go may leave the page. */
  function end() {
    if (!hasMoved) return;
    hasMoved = false;
    sheet.dispatchEvent(new Event('change', { bubbles: true }));
  }

  sheet.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || (event.pointerType === 'touch' && event.target !== point)) return;
    sheet.setPointerCapture(event.pointerId);
    follow(event);
  });
  sheet.addEventListener('pointermove', (event) => {
    if (sheet.hasPointerCapture(event.pointerId)) follow(event);
  });
  sheet.addEventListener('pointerup', end);
  sheet.addEventListener('click', (event) => {
    follow(event);
    end();
  });
  sheet.addEventListener('keydown', (event) => {
    const key = KEYS[event.key];
    if (!key || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const now = values();
    const leap = event.shiftKey ? LEAP : 1;
    go(axes.map(({ ends: [low, high], step }, index) => {
      if (Number.isNaN(now[index])) return (low + high) / 2;
      return key[index] ? now[index] + key[index] * leap * step : undefined;
    }));
  });
  sheet.addEventListener('blur', end);
}
