/**
 * @file Any array of numbers: its type and shape, what is in it, its last two dims as a picture, all of it as a file.
 *
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('../../codec/types.js').Feed} Feed
 * @typedef {import('../../codec/types.js').ArrayResult} ArrayResult
 * @typedef {import('../../ui/types.js').View} View
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { describe, writeNpy } from '../../media/npy.js';
import { button, h } from '../../ui/dom.js';
import { facts } from '../../ui/parts.js';
import { save } from '../../ui/save.js';
import { makeHeat } from './heat.js';
import { summary } from './summary.js';

const FIRST = 8;

/** @param {Output} output @param {Context} context @returns {View} */
export function tensor(output, context) {
  const { t, format } = context;
  const about = h('div', {});
  const heat = makeHeat(output.label, context);
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
        [t.tensor.type, describe(array, t)],
        ...(Number.isNaN(mean) ? [] : /** @type {[string, string][]} */ ([
          [t.tensor.range, t.result.interval(format.number(low), format.number(high))],
          [t.tensor.mean, format.number(mean)],
        ])),
        [t.tensor.odd, odd ? format.number(odd) : ''],
        [t.tensor.first, first(array, context)],
      ]));
    },
    /** @param {ArrayResult} result */
    text: (result) => `${describe(result.array, t)}: ${first(result.array, context)}`,
  };
}

/** The first elements. @param {Feed} array @param {Context} context */
function first({ dtype, data }, { t, format }) {
  const elements = Array.from(/** @type {ArrayLike<any>} */ (data.slice(0, FIRST)), (each) => {
    if (dtype === 'bool') return each ? t.result.yes : t.result.no;
    return typeof each === 'number' ? format.number(each, undefined, dtype) : String(each);
  });
  return elements.join(t.tensor.between) + (data.length > FIRST ? `${t.tensor.between}…` : '');
}
