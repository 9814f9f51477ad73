/**
 * @file Numbers one after another as a chart, behind the series that they go on from, in the band that they may lie in; the same as a table
 * and as a file.
 *
 * @typedef {import('../../codec/types.js').Input} Input
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('../../codec/types.js').Row} Row
 * @typedef {import('../../codec/types.js').SeriesResult} SeriesResult
 * @typedef {import('../../ui/chart.js').Spot} Spot
 * @typedef {import('../../ui/types.js').View} View
 * @typedef {import('../../ui/types.js').Site} Site
 */

import { ArrayValue } from '../../codec/array-value.js';
import { windowOf } from '../../codec/kinds/series.js';
import { makeChart } from '../../ui/chart.js';
import { cell, inert } from '../../ui/csv-cell.js';
import { button, h } from '../../ui/dom.js';
import { formatResult, withUnit } from '../../ui/format-value.js';
import { table } from '../../ui/parts.js';
import { save } from '../../ui/save.js';

/** @param {Output} output @param {Site} site @returns {View} */
export function series(output, site) {
  const { t, format, manifest: { form } } = site;
  const before = form.inputs.find(({ fields: [field] }) => field.name === output.after);
  const { label: across = t.series.step, step = 1 } = output.time ?? {};
  const chart = makeChart([across, output.unit ? `${output.label} (${output.unit})` : output.label], ['before', 'line'], site);
  const named = (/** @type {string} */ look, /** @type {string} */ text) => h('li', { class: look }, text);
  const [ofBefore, ofBand] = [before && named('before', before.fields[0].label), output.interval && named('band', t.series.band)];
  const meaning = [ofBefore, named('line', output.label), ofBand].filter((each) => each !== undefined);
  const place = h('div', {});
  const details = h('details', {}, h('summary', {}, t.series.table), place);
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  const style = h('link', { rel: 'stylesheet', href: new URL('series.css', import.meta.url).href });
  /** @type {SeriesResult | undefined} */
  let shown;
  const download = button(t.series.download, 'quiet', () => shown && save(asFile(shown), `${output.name}.csv`));

  /** @param {number} index of a number, 0 for the first of the result, -1 for the last one before it */
  const at = (index) => (index + 1) * step;

  /** The numbers of a result, each with the ends of its interval: a line of the table or of the file for each. @param {SeriesResult} result */
  const lines = ({ values, interval = [] }) => values.map((value, index) => [value, ...interval.map((ends) => ends[index])]);

  /** @param {SeriesResult} result */
  function asFile(result) {
    const names = [across, output.name, ...(output.interval ?? [])].map((name) => quoted(inert(name)));
    const rows = lines(result).map((numbers, index) => [String(at(index)), ...numbers.map((number) => cell(number, output.dtype))]);
    return new Blob(['\ufeff', [names, ...rows].map((cells) => `${cells.join(',')}\r\n`).join('')], { type: 'text/csv;charset=utf-8' });
  }

  return {
    element: h('div', { class: 'series' }, style, h('h3', {}, output.label), chart.element, h('ul', { class: 'key' }, ...meaning), details, download, ...help),
    /** @param {SeriesResult} result @param {Row} row */
    show(result, row) {
      shown = result;
      const past = before ? lastOf(row[before.fields[0].name], before) : [];
      const behind = past.map((value, index) => /** @type {Spot} */ ([at(index - past.length), value]));
      const ahead = (/** @type {number[]} */ values) => values.map((value, index) => /** @type {Spot} */ ([at(index), value]));
      const [low = [], high = []] = result.interval ?? [];
      const { values } = result;
      const ends = /** @type {[string, string]} */ ([values[0], values[values.length - 1]].map((value) => withUnit(output, value, site)));
      const said = t.series.forecast(output.label, format.number(values.length), ...ends);
      chart.show([behind, [...behind.slice(-1), ...ahead(values)]], said, [ahead(low), ahead(high)]);
      const head = [across, output.label, ...(output.interval ? [t.series.low, t.series.high] : [])].map((name) => h('th', { scope: 'col' }, name));
      const rows = lines(result).map((numbers, index) => [
        h('td', {}, format.number(at(index))),
        ...numbers.map((number) => h('td', {}, h('data', { value: String(number) }, formatResult(output, number, site)))),
      ]);
      place.replaceChildren(table(head, rows));
    },
    /** @param {SeriesResult} result */
    text: ({ values }) => values.map((value) => formatResult(output, value, site)).join(t.tensor.between) + (output.unit ? ` ${output.unit}` : ''),
  };
}

/** The numbers of a series that the graph takes. @param {unknown} given @param {Input} input */
function lastOf(given, input) {
  if (!(given instanceof ArrayValue)) return [];
  return Array.from(/** @type {ArrayLike<any>} */ (given.data), Number).slice(-(windowOf(input) ?? given.data.length));
}

/** A name as a cell of a CSV file. @param {string} name */
function quoted(name) {
  return /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
