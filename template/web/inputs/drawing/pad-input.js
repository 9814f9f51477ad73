/**
 * @file What draws on a pad: mouse, finger or pen, and the keys.
 *
 * @typedef {import('./pad.js').Pad} Pad
 * @typedef {import('./pad.js').Point} Point
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { h } from '../../ui/dom.js';

const CELLS = 28; // the steps of the keys across a pad of many pixels

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** A pointer draws while it is pressed. @param {Pad} pad @param {() => void} changed */
export function drawByPointer(pad, changed) {
  const { canvas } = pad;
  /** @type {Point | undefined} */
  let last;

  /** @param {PointerEvent} event @returns {Point} */
  function at({ clientX, clientY }) {
    const box = canvas.getBoundingClientRect();
    return { x: ((clientX - box.left) / box.width) * canvas.width, y: ((clientY - box.top) / box.height) * canvas.height };
  }

  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    canvas.setPointerCapture(event.pointerId);
    pad.remember();
    last = at(event);
    pad.line(last, last);
    changed();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!last || !event.isPrimary) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const each of passed.length ? passed : [event]) {
      const next = at(each);
      pad.line(last, next);
      last = next;
    }
    changed();
  });
  for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => { last = undefined; });
}

/**
 * A cursor that the arrow keys move from cell to cell; the space bar puts its pen down and lifts it.
 * @param {Pad} pad @param {() => void} changed @param {Context} context
 * @returns {HTMLElement[]} what belongs over the pad
 */
export function drawByKeys(pad, changed, { t }) {
  const { canvas } = pad;
  const mark = h('div', { class: 'cursor' });
  const where = h('p', { class: 'help where', role: 'status' });
  const cell = { x: -1, y: -1 };
  let isDown = false;

  const step = () => ({ x: Math.max(1, Math.round(canvas.width / CELLS)), y: Math.max(1, Math.round(canvas.height / CELLS)) });
  const last = () => ({ x: Math.ceil(canvas.width / step().x) - 1, y: Math.ceil(canvas.height / step().y) - 1 });
  const center = () => ({ x: (cell.x + 0.5) * step().x, y: (cell.y + 0.5) * step().y });

  /** The cursor, kept on the pad. @param {number} right @param {number} down */
  function move(right, down) {
    cell.x = Math.min(last().x, Math.max(0, cell.x + right));
    cell.y = Math.min(last().y, Math.max(0, cell.y + down));
    mark.classList.toggle('down', isDown);
    for (const [side, share] of Object.entries({
      left: (cell.x * step().x) / canvas.width, width: step().x / canvas.width,
      top: (cell.y * step().y) / canvas.height, height: step().y / canvas.height,
    })) mark.style.setProperty(side, `${100 * share}%`);
    where.textContent = t.drawing.at(cell.x + 1, cell.y + 1, isDown);
  }

  canvas.addEventListener('focus', () => {
    if (cell.x < 0) Object.assign(cell, { x: Math.floor(last().x / 2), y: Math.floor(last().y / 2) });
    move(0, 0);
  });
  canvas.addEventListener('blur', () => { isDown = false; });
  canvas.addEventListener('keydown', (event) => {
    const arrow = ARROWS[event.key];
    if ((!arrow && event.key !== ' ') || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const from = center();
    if (!arrow) isDown = !isDown;
    if (!arrow && isDown) pad.remember();
    move(...(arrow ?? [0, 0]));
    if (!isDown) return;
    pad.line(arrow ? from : center(), center());
    changed();
  });
  return [mark, where];
}
