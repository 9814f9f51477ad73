/**
 * @file The chart of a series, whose points can be moved: by mouse, pen, finger or arrow keys.
 *
 * One point at a time is the handle. A finger that goes down beside it may be about to scroll the page, so it chooses a point by a tap, and
 * drags only the handle.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../ui/chart.js').Ends} Ends
 * @typedef {import('../../ui/chart.js').Spot} Spot
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { tidy } from '../../ui/axis.js';
import { makeChart, share } from '../../ui/chart.js';
import { h } from '../../ui/dom.js';

const FINE = 100; // steps that a number can be moved by, from the lowest to the highest
const LEAP = 10; // steps, with Shift
/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], Home: [-Infinity, 0], End: [Infinity, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };

/** @param {Field} field @param {Context} context @param {(numbers: number[]) => void} move called with all numbers when one was moved */
export function makePlot(field, context, move) {
  const { t, format } = context;
  const { label: across = t.series.step, step = 1 } = field.time ?? {};
  const { min = -Infinity, max = Infinity } = field;
  const chart = makeChart([across, field.unit ? `${field.label} (${field.unit})` : field.label], ['line'], context);
  const { ground } = chart;
  const handle = h('div', { class: 'handle', role: 'slider', tabindex: 0, 'aria-orientation': 'vertical', 'aria-label': t.series.point(field.label) });
  const spot = h('p', { class: 'spot', 'aria-hidden': true });
  const element = h('div', { class: 'movable', hidden: true }, chart.element, spot);
  ground.append(handle);

  /** @type {number[]} */
  let numbers = [];
  let chosen = Infinity; // the latest, until another is
  /** Of the axes, as drawn last. @type {{wide: Ends, high: Ends}} */
  let ends = { wide: [0, 1], high: [0, 1] };
  let isDragging = false;
  let isTap = true; // what is clicked: no pointer went down before it that has already chosen its point
  let hasMoved = false;

  const time = (/** @type {number} */ index) => (index - numbers.length + 1) * step;

  /** @param {Ends} [fixed] ends of the axis that goes up: it stays as it is under a pointer that is down */
  function draw(fixed) {
    element.hidden = !numbers.length;
    if (element.hidden) return;
    chosen = Math.min(chosen, numbers.length - 1);
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)].map((number) => format.number(number));
    const spots = numbers.map((number, index) => /** @type {Spot} */ ([time(index), number]));
    ends = chart.show([spots], t.series.chart(field.label, format.number(numbers.length), low, high), undefined, fixed);
    const at = [`${across} ${format.number(time(chosen))}`, [format.number(numbers[chosen]), field.unit].filter(Boolean).join(' ')].join(t.series.colon);
    handle.style.setProperty('--x', `${100 * share(ends.wide, time(chosen))}%`);
    handle.style.setProperty('--y', `${100 * share(ends.high, numbers[chosen])}%`);
    spot.textContent = at;
    const [from, to] = ends.high;
    const said = { valuemin: Math.max(from, min), valuemax: Math.min(to, max), valuenow: numbers[chosen], valuetext: at };
    for (const [name, value] of Object.entries(said)) handle.setAttribute(`aria-${name}`, String(value));
  }

  /** By how much a number is moved at least: whole numbers stay whole. */
  function fine() {
    const power = 10 ** Math.floor(Math.log10((ends.high[1] - ends.high[0]) / FINE));
    return numbers.every(Number.isInteger) ? Math.max(1, power) : power;
  }

  /** Move the chosen point. @param {number} wanted @param {Ends} [fixed] */
  function put(wanted, fixed) {
    const number = Math.min(max, Math.max(min, tidy(Math.round(wanted / fine()) * fine())));
    if (number === numbers[chosen]) return;
    numbers = numbers.with(chosen, number);
    hasMoved = true;
    draw(fixed);
    move(numbers);
  }

  /** @param {PointerEvent | MouseEvent} event where on both axes it is, from 0 to 1 */
  function shares(event) {
    const { left, bottom, width, height } = ground.getBoundingClientRect();
    return [(event.clientX - left) / width, (bottom - event.clientY) / height];
  }

  /** @param {number[]} at */
  function choose([x]) {
    const [low, high] = ends.wide;
    chosen = Math.min(numbers.length - 1, Math.max(0, Math.round((low + x * (high - low)) / step) + numbers.length - 1));
    draw();
  }

  /** Whoever lets go may leave the page. */
  function end() {
    if (!hasMoved) return;
    hasMoved = false;
    draw();
    ground.dispatchEvent(new Event('change', { bubbles: true }));
  }

  ground.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || (event.pointerType === 'touch' && event.target !== handle)) return;
    ground.setPointerCapture(event.pointerId);
    if (event.target !== handle) choose(shares(event));
    isDragging = true;
    isTap = false;
  });
  ground.addEventListener('pointermove', (event) => {
    if (!isDragging || !ground.hasPointerCapture(event.pointerId)) return;
    const [low, high] = ends.high;
    put(low + shares(event)[1] * (high - low), ends.high);
  });
  for (const type of ['pointerup', 'pointercancel']) {
    ground.addEventListener(type, () => {
      isDragging = false;
      end();
    });
  }
  ground.addEventListener('click', (event) => {
    if (isTap && event.target !== handle) choose(shares(event));
    isTap = true;
    handle.focus({ preventScroll: true });
  });
  handle.addEventListener('keydown', (event) => {
    const key = KEYS[event.key];
    if (!key || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const [aside, up] = key;
    if (up) return put(numbers[chosen] + up * (event.shiftKey ? LEAP : 1) * fine());
    chosen = Math.min(numbers.length - 1, Math.max(0, chosen + aside * (event.shiftKey ? LEAP : 1)));
    draw();
  });
  handle.addEventListener('blur', end);

  return {
    element,
    /** @param {number[]} given */
    show(given) {
      numbers = given;
      draw();
    },
    focus: () => handle.focus(),
  };
}
