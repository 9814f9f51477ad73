/**
 * @file Any array of numbers: its type and shape, what is in it, its last two dims as a picture, perhaps over the one that was given, all of it as a file.
 *
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('../../codec/types.js').Feed} Feed
 * @typedef {import('../../codec/types.js').ArrayResult} ArrayResult
 * @typedef {import('../../codec/types.js').Row} Row
 * @typedef {import('../../ui/types.js').View} View
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { describe, writeNpy } from '../../media/npy.js';
import { button, h } from '../../ui/dom.js';
import { facts } from '../../ui/parts.js';
import { save } from '../../ui/save.js';
import { makeHeat, READABLE } from './heat.js';
import { summary } from './summary.js';

const FIRST = 8; // elements that are shown of an array with too many

/** @param {Output} output @param {Context} context @returns {View} */
export function tensor(output, context) {
  const { t, format } = context;
  const about = h('div', {});
  const heat = makeHeat(output, context);
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  const style = h('link', { rel: 'stylesheet', href: new URL('tensor.css', import.meta.url).href });
  /** @type {Feed | undefined} */
  let array;
  const download = button(t.tensor.download, 'quiet', () => array && save(writeNpy(array), `${output.name}.npy`));
  return {
    element: h('div', { class: 'tensor' }, style, h('h3', {}, output.label), heat.element, about, download, ...help),
    /** @param {ArrayResult} result @param {Row} row */
    show(result, row) {
      array = result.array;
      const found = summary(array);
      heat.show(array, found, row);
      const { low, high, mean, undefined: odd } = found;
      about.replaceChildren(facts([
        [t.tensor.type, describe(array, t)],
        ...(Number.isNaN(mean) ? [] : /** @type {[string, string][]} */ ([
          [t.tensor.range, t.result.interval(format.number(low), format.number(high))],
          [t.tensor.mean, format.number(mean)],
        ])),
        [t.tensor.odd, odd ? format.number(odd) : ''],
        [array.data.length > READABLE ? t.tensor.first : t.tensor.elements, rows(array, context)],
      ]));
    },
    /** @param {ArrayResult} result */
    text: (result) => `${describe(result.array, t)}: ${said(result.array, context)}`,
  };
}

/** All elements of a small array, a line for each row of its last dim; else the first ones. @param {Feed} array @param {Context} context */
function rows(array, context) {
  const { dtype, dims, data } = array;
  const width = dims.at(-1) || 1;
  if (data.length > READABLE || data.length === width) return said(array, context);
  const count = data.length / width;
  return Array.from({ length: count }, (_, row) => h('div', {}, said({ dtype, dims, data: data.slice(row * width, (row + 1) * width) }, context)));
}

/** The elements in words; of many the first. @param {Feed} array @param {Context} context */
function said({ dtype, data }, { t, format }) {
  const isLong = data.length > READABLE;
  const elements = Array.from(/** @type {ArrayLike<any>} */ (isLong ? data.slice(0, FIRST) : data), (each) => {
    if (dtype === 'bool') return each ? t.result.yes : t.result.no;
    return typeof each === 'number' ? format.number(each, undefined, dtype) : String(each);
  });
  return elements.join(t.tensor.between) + (isLong ? `${t.tensor.between}…` : '');
}
