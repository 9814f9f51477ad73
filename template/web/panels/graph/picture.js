/**
 * @file The graph as an SVG: boxes that can be chosen by a click or the keyboard, lines between them.
 *
 * One box at a time is in the order of the Tab key; the arrow keys lead from it to the others.
 *
 * @typedef {import('../../ui/types.js').Context} Context
 * @typedef {import('./graph.js').Box} Box
 * @typedef {import('./worker.js').Placed} Placed
 * @typedef {import('./worker.js').Point} Point
 */

import { svg } from '../../ui/dom.js';

const MAX_LINE_LENGTH = 26; // characters of a line in a box
const [WIDE, SMALL] = [8.2, 6.4]; // pixels of a character in the first and the second line, generously

/** The two lines in a box: what it is, and the type of what comes out of it. @param {Box} box @param {Context} context */
export function labels(box, { t }) {
  const ports = box.outputs ?? box.inputs ?? [];
  const many = ports.length > 1;
  const first = box.operator ?? (many ? t.graph.inputs(ports.length) : ports[0].name);
  const same = ports.every(({ type }) => type === ports[0].type);
  const more = box.operator && many ? ` +${ports.length - 1}` : '';
  return [first, same || more ? (ports[0]?.type ?? '') + more : ''];
}

/** How large its box must be. @param {Box} box @param {Context} context */
export function measure(box, context) {
  const [first, second] = labels(box, context).map(clip);
  const width = Math.max(72, 24 + Math.max(WIDE * first.length, SMALL * second.length));
  return { width: Math.round(width), height: second ? 44 : 30 };
}

/** @param {Box[]} boxes @param {Placed} placed @param {(box: Box) => void} choose @param {Context} context */
export function makePicture(boxes, { width, height, boxes: places, paths }, choose, context) {
  const nodes = boxes.map((box, index) => node(box, places[index], context));
  const loose = paths.filter((path) => path.loose);
  const laid = paths.filter((path) => !path.loose);
  const lines = laid.map(line);
  const long = svg('g', {}); // loose lines there can be thousands of, all over each other
  const tip = svg('marker', { id: 'graph-tip', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 9, markerHeight: 9, markerUnits: 'userSpaceOnUse', orient: 'auto' });
  tip.append(svg('path', { d: 'M0 0 8 4 0 8z' }));
  const element = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': context.t.graph.heading }, svg('defs', {}, tip));
  element.append(svg('g', { 'aria-hidden': true }, ...lines, long), ...nodes);
  const read = places.map((_, index) => index).sort((a, b) => places[a].y - places[b].y || places[a].x - places[b].x);
  let current = read[0];
  nodes[current]?.setAttribute('tabindex', '0');

  /** @param {number | undefined} index */
  function go(index) {
    if (index === undefined) return;
    nodes[current].setAttribute('tabindex', '-1');
    current = index;
    nodes[current].setAttribute('tabindex', '0');
    nodes[current].focus({ preventScroll: true });
    nodes[current].scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** @param {number} index */
  function select(index) {
    for (const each of nodes) each.removeAttribute('aria-current');
    nodes[index].setAttribute('aria-current', 'true');
    lines.forEach((each, number) => each.classList.toggle('near', laid[number].ends.includes(index)));
    long.replaceChildren(...loose.filter(({ ends }) => ends.includes(index)).map(line));
    choose(boxes[index]);
  }

  /** Where each key leads. @type {Record<string, () => number | undefined>} */
  const ways = {
    ArrowUp: () => paths.find(({ ends }) => ends[1] === current)?.ends[0],
    ArrowDown: () => paths.find(({ ends }) => ends[0] === current)?.ends[1],
    ArrowLeft: () => read[read.indexOf(current) - 1],
    ArrowRight: () => read[read.indexOf(current) + 1],
    Home: () => read[0],
    End: () => read[read.length - 1],
  };
  const at = (/** @type {Event} */ event) => nodes.indexOf(/** @type {any} */ (event.target).closest('.node'));
  element.addEventListener('click', (event) => {
    if (at(event) < 0) return;
    go(at(event));
    select(at(event));
  });
  element.addEventListener('keydown', (event) => {
    const { key, altKey, ctrlKey, metaKey } = event;
    if (at(event) < 0 || altKey || ctrlKey || metaKey) return;
    if (key === 'Enter' || key === ' ') select(at(event));
    else if (ways[key]) go(ways[key]());
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return { element, width };
}

/** @param {Box} box @param {import('./worker.js').Place} place @param {Context} context */
function node(box, { x, y, width, height }, context) {
  const [first, second] = labels(box, context);
  const name = [!box.operator && context.t.graph.kinds[box.kind], first, second].filter(Boolean).join(', ');
  const rect = svg('rect', { x: -width / 2, y: -height / 2, width, height, rx: box.operator ? 7 : height / 2 });
  const texts = [svg('text', { y: second ? -3 : 5 }, clip(first)), svg('text', { class: 'type', y: 13 }, clip(second))];
  const attributes = { class: `node ${box.kind}`, transform: `translate(${x} ${y})`, role: 'button', tabindex: -1, 'aria-label': name };
  return svg('g', attributes, rect, texts[0], ...(second ? [', '] : []), texts[1]); // the comma is only heard
}

/** @param {import('./worker.js').Path} path */
function line({ points, loose }) {
  return svg('path', { class: loose ? 'line loose near' : 'line', d: curve(points), 'marker-end': 'url(#graph-tip)' });
}

/** A soft line through points. @param {Point[]} points */
function curve([start, ...rest]) {
  const end = rest[rest.length - 1];
  const bends = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1];
    const to = next === end ? end : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${round(point)} ${round(to)}`;
  });
  return `M${round(start)}${bends.join('') || `L${round(end)}`}`;
}

/** @param {Point} point */
function round({ x, y }) {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

/** @param {string} text */
function clip(text) {
  return text.length > MAX_LINE_LENGTH ? `${text.slice(0, MAX_LINE_LENGTH - 1)}…` : text;
}
