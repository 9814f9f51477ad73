/**
 * @file A frame that a picture is moved and scaled in. Moving is the browser's own scrolling: wheel, touch, bars, arrow keys.
 *
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { button, h } from '../../ui/dom.js';

const [MIN_SCALE, MAX_SCALE] = [0.05, 4];
const LEGIBLE = 0.6; // a picture is not made smaller than this at first
const STEP = 1.3;
const DRAGGED = 4; // pixels from which a press of the mouse is no click any more

/** @param {SVGSVGElement} picture @param {number} width of it at its natural size @param {Context} context */
export function makeView(picture, width, { t, format }) {
  const shown = h('output', { class: 'scale' });
  const buttons = [
    button('−', 'zoom', () => zoom(1 / STEP)),
    button('+', 'zoom', () => zoom(STEP)),
    button(t.graph.fit, 'chip', fit),
  ];
  [t.graph.smaller, t.graph.larger].forEach((label, index) => buttons[index].setAttribute('aria-label', label));
  const frame = h('div', { class: 'frame', tabindex: 0, role: 'region', 'aria-label': t.graph.frame }, picture);
  let scale = 1;

  /** @param {number} wanted */
  function resize(wanted) {
    scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, wanted));
    picture.style.width = `${width * scale}px`;
    shown.value = t.graph.scale(format.number(Math.round(100 * scale)));
  }

  /** Scale by a factor around a point of the frame, its middle when none is given. @param {number} factor @param {{x: number, y: number}} [point] */
  function zoom(factor, point = { x: frame.clientWidth / 2, y: frame.clientHeight / 2 }) {
    const before = scale;
    resize(scale * factor);
    frame.scrollLeft = (frame.scrollLeft + point.x) * (scale / before) - point.x;
    frame.scrollTop = (frame.scrollTop + point.y) * (scale / before) - point.y;
  }

  function fit() {
    zoom(Math.min(1, frame.clientWidth / width) / scale);
  }

  frame.addEventListener('keydown', (event) => {
    const action = { '+': () => zoom(STEP), '=': () => zoom(STEP), '-': () => zoom(1 / STEP), 0: fit }[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  });
  frame.addEventListener('wheel', (event) => {
    if (!event.ctrlKey) return; // a pinch on a touchpad is told as a wheel with Ctrl as well
    event.preventDefault();
    const { left, top } = frame.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002)), { x: event.clientX - left, y: event.clientY - top });
  }, { passive: false });
  drag(frame);

  return {
    element: h('div', { class: 'viewer' }, h('div', { class: 'tools', role: 'group', 'aria-label': t.graph.size }, ...buttons, shown), frame),
    /** As large as is legible, from the top, with what is drawn there in the middle; to be called when it is on the page. */
    begin() {
      resize(Math.min(1, Math.max(LEGIBLE, frame.clientWidth / width)));
      const { left, bottom } = frame.getBoundingClientRect();
      const upper = [...picture.querySelectorAll('.node')].map((node) => node.getBoundingClientRect()).filter(({ top }) => top < bottom);
      const middle = upper.reduce((sum, box) => sum + (box.left + box.right) / 2, 0) / upper.length;
      frame.scrollLeft += middle - left - frame.clientWidth / 2;
    },
  };
}

/** Let the mouse move what a frame shows. @param {HTMLElement} frame */
function drag(frame) {
  /** @type {{x: number, y: number, moved: boolean} | undefined} */
  let drag;
  frame.addEventListener('pointerdown', ({ pointerType, button: which, clientX, clientY }) => {
    drag = pointerType === 'mouse' && which === 0 ? { x: clientX, y: clientY, moved: false } : undefined;
  });
  frame.addEventListener('pointermove', ({ buttons, clientX, clientY, pointerId }) => {
    if (!drag || !(buttons & 1)) return;
    if (!drag.moved && Math.hypot(clientX - drag.x, clientY - drag.y) < DRAGGED) return;
    if (!drag.moved) frame.setPointerCapture(pointerId); // so that the click at the end is no box's
    frame.scrollBy(drag.x - clientX, drag.y - clientY);
    drag = { x: clientX, y: clientY, moved: true };
  });
}
