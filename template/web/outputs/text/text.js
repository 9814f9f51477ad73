/**
 * @file A text of the model. It may be shown again and again while it grows: a screen reader hears it once, when it is finished.
 *
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('../../codec/types.js').TextResult} TextResult
 * @typedef {import('../../ui/types.js').View} View
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { copier } from '../../ui/copy.js';
import { h } from '../../ui/dom.js';
import { onEnd } from '../../ui/lifetime.js';

const REST = 1000; // ms without a change: then a text counts as finished
const HEARD = 5000; // ms after which what was said is taken out again, so that nobody reads the text twice

/** @param {Output} output @param {Context} context @returns {View} */
export function text(output, context) {
  const { t, signal, format: { number } } = context;
  const shown = h('p', { class: 'written', 'aria-live': 'off' });
  const count = h('p', { class: 'help', 'aria-live': 'off' });
  const heard = h('p', { class: 'heard', role: 'status' });
  const help = output.help ? [h('p', { class: 'help' }, output.help)] : [];
  const style = h('link', { rel: 'stylesheet', href: new URL('text.css', import.meta.url).href });
  const copy = copier({ [t.result.copyText]: () => shown.textContent ?? '' }, context);
  copy.hidden = true;
  let timer = 0;

  /** How long it is and how it came about, where its tokens are counted. @param {TextResult} result */
  function lengths({ tokens, context }) {
    if (tokens === undefined) return '';
    const length = t.result.tokens(number(tokens));
    if (!context) return length;
    const { prompt, size, omitted, done, parts } = context;
    const whole = done < parts ? t.result.part(number(done + 1), number(parts)) : t.result.parts(number(parts));
    return [
      length,
      (tokens + prompt < size ? t.result.context : t.result.full)(number(prompt), number(size)),
      omitted && t.result.leftOut(number(omitted)),
      parts > 1 && whole,
    ].filter(Boolean).join(' ');
  }
  onEnd(signal, () => clearTimeout(timer));
  return {
    element: h('div', { class: 'text' }, style, h('h3', {}, output.label), shown, heard, count, copy, ...help),
    /** @param {TextResult} result */
    show(result) {
      count.textContent = lengths(result);
      if (result.text === shown.textContent) return;
      shown.textContent = result.text;
      copy.hidden = !result.text;
      heard.textContent = '';
      clearTimeout(timer);
      timer = setTimeout(() => {
        heard.textContent = result.text || t.result.noText;
        timer = setTimeout(() => { heard.textContent = ''; }, HEARD);
      }, REST);
    },
    /** @param {TextResult} result */
    text: (result) => result.text,
  };
}
