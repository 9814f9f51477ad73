/**
 * @file Two numbers as a point on a plane, over those of held-out rows where export kept them; the same as numbers, and as a table.
 *
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('../../codec/types.js').ValuesResult} ValuesResult
 * @typedef {import('../../ui/types.js').View} View
 * @typedef {import('../../ui/types.js').Site} Site
 */

import { h } from '../../ui/dom.js';
import { formatResult } from '../../ui/format-value.js';
import { table } from '../../ui/parts.js';
import { makeQuantities, quantities } from '../../ui/quantities.js';
import { makePlane } from './plane.js';

/** @param {Output} output @param {Site} site @returns {View} */
export function point(output, site) {
  const { t, manifest: { facts } } = site;
  const others = facts.points?.[output.name] ?? [];
  const axes = quantities(output);
  const plane = makePlane(/** @type {[string, string]} */ (axes.map(({ label, unit }) => (unit ? `${label} (${unit})` : label))), others, site);
  const numbers = makeQuantities(output, site);
  const place = h('div', {});
  const details = h('details', {}, h('summary', {}, t.point.table), place);
  details.addEventListener('toggle', () => { // of hundreds of rows, which few people open
    const rows = others.map((each) => axes.map((axis, index) => h('td', {}, formatResult(axis, each[index], site))));
    if (!place.hasChildNodes()) place.append(table(axes.map(({ label }) => h('th', { scope: 'col' }, label)), rows));
  });
  const behind = others.length ? [h('p', { class: 'help' }, t.point.others(others.length)), details] : [];
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  const style = h('link', { rel: 'stylesheet', href: new URL('point.css', import.meta.url).href });
  return {
    element: h('div', { class: 'scatter' }, style, h('h3', {}, output.label), plane.element, ...numbers.parts, ...behind, ...help),
    /** @param {ValuesResult} result */
    show(result) {
      numbers.show(result);
      const [x, y] = result.values.map(({ value }) => Number(value));
      plane.show([x, y], numbers.text(result));
    },
    text: numbers.text,
  };
}
