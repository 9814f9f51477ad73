/**
 * @file What there is to say of one box, and of all operators together.
 *
 * @typedef {import('../../ui/types.js').Context} Context
 * @typedef {import('./graph.js').Box} Box
 * @typedef {import('./graph.js').Drawing} Drawing
 * @typedef {import('./graph.js').TensorInfo} TensorInfo
 */

import { h } from '../../ui/dom.js';
import { facts, table } from '../../ui/parts.js';
import { labels } from './picture.js';

/** @param {Box} box @param {Context} context */
export function details(box, context) {
  const { t } = context;
  const attributes = Object.entries(box.attributes ?? {});
  return [
    h('h3', {}, box.operator ?? labels(box, context)[0]),
    facts([
      [t.graph.kind, t.graph.kinds[box.kind]],
      [t.graph.domain, box.domain],
      [t.graph.name, box.name],
      [t.graph.takes, box.inputs && ports(box.inputs, context)],
      [t.graph.gives, box.outputs && ports(box.outputs, context)],
      [t.graph.attributes, attributes.length ? [h('ul', {}, ...attributes.map(([name, value]) => entry(name, value)))] : undefined],
    ]),
  ];
}

/** @param {TensorInfo[]} list @param {Context} context */
function ports(list, { t }) {
  const entries = list.map(({ name, type, stored }) => entry(name, [type || t.graph.untyped, stored && t.graph.stored].filter(Boolean).join(', ')));
  return list.length ? [h('ul', {}, ...entries)] : [t.graph.nothing];
}

/** @param {string} name @param {string} value */
function entry(name, value) {
  return h('li', {}, h('code', {}, name), ' ', h('small', {}, value));
}

/** All operators with how often they occur: the graph in words. @param {Drawing} drawing @param {Context} context */
export function operators({ operators: counted }, { t, format }) {
  const head = [t.graph.operator, t.graph.domain, t.graph.count].map((text) => h('th', { scope: 'col' }, text));
  const rows = counted.map(({ operator, domain, count }) => [
    h('th', { scope: 'row' }, operator),
    h('td', {}, domain),
    h('td', {}, format.number(count)),
  ]);
  return h('details', {}, h('summary', {}, t.graph.operators), table(head, rows));
}

/** What the colours mean that occur. @param {Drawing} drawing @param {Context} context */
export function legend({ boxes }, { t }) {
  const kinds = /** @type {Box['kind'][]} */ (Object.keys(t.graph.kinds)).filter((kind) => boxes.some((box) => box.kind === kind));
  return h('ul', { class: 'legend' }, ...kinds.map((kind) => h('li', { class: kind }, t.graph.kinds[kind])));
}
