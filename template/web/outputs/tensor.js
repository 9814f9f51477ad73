/**
 * @file Any array of numbers: its type and shape, what is in it, its last two dims as a picture, all of it as a file.
 *
 * @typedef {import('../runtime/types.js').Output} Output
 * @typedef {import('../runtime/types.js').Feed} Feed
 * @typedef {import('../runtime/types.js').ArrayResult} ArrayResult
 * @typedef {import('../runtime/types.js').View} View
 */

import { button, h } from '../dom.js';
import { number } from '../format.js';
import { describe, writeNpy } from '../npy.js';
import { facts } from '../panels/parts.js';
import { save } from '../save.js';
import { t } from '../strings.js';
import { makeHeat } from './heat.js';
import { summary } from './summary.js';

const FIRST = 8;

/** @param {Output} output @returns {View} */
export function tensor(output) {
  const about = h('div', {});
  const heat = makeHeat(output.label);
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  const style = h('link', { rel: 'stylesheet', href: new URL('tensor.css', import.meta.url).href });
  /** @type {Feed | undefined} */
  let array;
  const download = button(t.tensor.download, 'quiet', () => array && save(writeNpy(array), `${output.name}.npy`));
  return {
    element: h('div', { class: 'tensor' }, style, h('h3', {}, output.label), heat.element, about, download, ...help),
    /** @param {ArrayResult} result */
    show(result) {
      array = result.array;
      const found = summary(array);
      heat.show(array, found);
      const { low, high, mean, undefined: odd } = found;
      about.replaceChildren(facts([
        [t.tensor.type, describe(array)],
        ...(Number.isNaN(mean) ? [] : /** @type {[string, string][]} */ ([
          [t.tensor.range, t.result.interval(number(low), number(high))],
          [t.tensor.mean, number(mean)],
        ])),
        [t.tensor.odd, odd ? number(odd) : ''],
        [t.tensor.first, first(array)],
      ]));
    },
    /** @param {ArrayResult} result */
    text: (result) => `${describe(result.array)}: ${first(result.array)}`,
  };
}

/** The first elements. @param {Feed} array */
function first({ dtype, data }) {
  const elements = Array.from(/** @type {ArrayLike<any>} */ (data.slice(0, FIRST)), (each) => {
    if (dtype === 'bool') return each ? t.result.yes : t.result.no;
    return typeof each === 'number' ? number(each, undefined, dtype) : String(each);
  });
  return elements.join(t.tensor.between) + (data.length > FIRST ? `${t.tensor.between}…` : '');
}
