/**
 * @file A series of numbers, the latest last: typed or pasted, from a text or CSV file, or dragged in its chart.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../codec/types.js').Input} Input
 * @typedef {import('../../codec/types.js').Feed} Feed
 * @typedef {import('../../ui/types.js').Control} Control
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('./columns.js').Column} Column
 */

import { windowOf } from '../../codec/kinds/series.js';
import { sentence } from '../../codec/encode.js';
import { InvalidValue, Refusal } from '../../codec/refusal.js';
import { readSeries } from '../../codec/series.js';
import { button, h } from '../../ui/dom.js';
import { makeArrayControl } from '../array-control.js';
import { makeSource } from '../source.js';
import { readColumns } from './columns.js';
import { makePlot } from './plot.js';

/** @param {Field} field @param {string} id @param {Site} site @param {Input} input @returns {Control} */
export function series(field, id, site, input) {
  const { t, format, manifest: { form } } = site;
  const { decimal } = t.units;
  const wanted = windowOf(input);
  const source = makeSource(id, '.csv,.tsv,.txt', t.series.about, give, site);
  const box = h('textarea', { name: field.name, rows: 3, spellcheck: 'false', autocomplete: 'off', 'aria-label': t.series.typed(field.label) });
  const size = h('p', { class: 'size' });
  const select = h('select', {});
  const columns = h('label', { class: 'columns', hidden: true }, t.series.column, ' ', select);
  const plot = makePlot(field, site, draw);
  const start = button(t.series.start, 'quiet', () => {
    give(feed(Array.from({ length: wanted ?? 0 }, () => middle(field))));
    plot.focus();
  });
  const remove = button(t.series.remove, 'quiet', () => {
    give(undefined);
    source.target.focus();
  });
  const style = h('link', { rel: 'stylesheet', href: new URL('series.css', import.meta.url).href });
  source.ways.append(columns, start, remove);
  source.element.prepend(style, h('p', { class: 'help' }, t.series.takes(wanted === null ? '' : format.number(wanted))), plot.element, box, size);
  let isTyping = false;
  /** The file's columns, and the numbers of the one that was taken. @type {{columns: Column[], data: Float64Array} | undefined} */
  let table;

  const control = makeArrayControl(source.element, read, (given) => {
    const numbers = given ? Array.from(/** @type {ArrayLike<any>} */ (given.data), Number) : [];
    columns.hidden = !table || given?.data !== table.data;
    show(numbers);
    plot.show(numbers.slice(-(wanted ?? numbers.length)));
    if (!isTyping) box.value = written(numbers);
  }, source.say, site);

  /** @param {number[]} numbers */
  function show(numbers) {
    const [there, kept] = [numbers.length, wanted ?? Infinity];
    remove.hidden = size.hidden = !there;
    start.hidden = Boolean(there) || !wanted;
    size.textContent = there > kept ? t.series.kept(format.number(kept), format.number(there)) : t.series.count(format.number(there));
  }

  /** What a person gives here. @param {unknown} value */
  function give(value) {
    control.write(value);
    if (!(value instanceof Blob)) source.element.dispatchEvent(new Event('input', { bubbles: true }));
  }

  /** A person has moved a point of those that count. @param {number[]} kept */
  function draw(kept) {
    const given = /** @type {Feed} */ (control.read());
    const numbers = [...Array.from(/** @type {ArrayLike<any>} */ (given.data), Number).slice(0, -kept.length), ...kept];
    control.keep(feed(numbers));
    box.value = written(numbers);
    source.element.dispatchEvent(new Event('input', { bubbles: true }));
  }

  /** What a file holds; throws Refusal. One of the project has decimal points, one of a person's is in the page's language. @param {Blob} blob */
  async function read(blob) {
    try {
      const text = await blob.text();
      if (!(blob instanceof File)) return feed(readSeries(text, '.'));
      const found = await readColumns(text, decimal, site);
      if (!found) return feed(readSeries(text, decimal));
      const best = Math.max(found.findIndex(({ name }) => name === field.name || name === field.label), 0);
      return take(found, best);
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      throw new Refusal(error.code, () => why(error));
    }
  }

  /** @param {Column[]} found @param {number} index */
  function take(found, index) {
    const taken = feed(found[index].numbers);
    table = { columns: found, data: /** @type {Float64Array} */ (taken.data) };
    select.replaceChildren(...found.map(({ name }, each) => h('option', { value: each, selected: each === index }, name || t.series.unnamed)));
    return taken;
  }

  /** @param {InvalidValue} error */
  function why(error) {
    return sentence(form.sentences, field.label, error);
  }

  /** Numbers as one types them. @param {number[]} numbers */
  function written(numbers) {
    return numbers.map((number) => String(number).replace('.', decimal)).join('; ');
  }

  select.addEventListener('change', () => table && give(take(table.columns, Number(select.value))));
  for (const type of ['input', 'change']) columns.addEventListener(type, (event) => event.stopPropagation()); // what it chose is told by `give`
  box.addEventListener('input', () => {
    isTyping = true;
    try {
      control.write(box.value.trim() ? feed(readSeries(box.value, decimal)) : undefined);
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      control.write(undefined);
      source.say(why(error));
    }
    isTyping = false;
  });
  return { element: source.element, target: source.target, read: control.read, write: control.write };
}

/** @param {number[]} numbers @returns {Feed} */
function feed(numbers) {
  return { dtype: 'float64', dims: [numbers.length], data: Float64Array.from(numbers) };
}

/** Where a series starts that is to be drawn. @param {Field} field */
function middle({ min, max }) {
  return min !== undefined && max !== undefined ? (min + max) / 2 : min ?? max ?? 0;
}
