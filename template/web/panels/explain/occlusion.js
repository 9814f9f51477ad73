/**
 * @file Which parts of a picture the result rests on: one after the other is covered, and the model asked again.
 *
 * That takes many runs, so it starts by a button. A part is covered with the picture's mean colour, on a drawing with paper.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('../../codec/types.js').Result} Result
 * @typedef {import('../../codec/types.js').Feed} Feed
 * @typedef {import('../../codec/types.js').Row} Row
 * @typedef {import('./explain.js').Explainer} Explainer
 * @typedef {(rows: Row[]) => Promise<Result[]>} Run
 */

import { button, h } from '../../ui/dom.js';
import { Superseded } from '../../runtime/client.js';
import { kindOf } from '../../codec/kinds.js';
import { UserFacingError } from '../../codec/user-facing-error.js';
import { wordsOf } from '../../ui/words.js';
import { invalidity } from '../../ui/format-value.js';
import { makeOverlay } from './overlay.js';
import { ask } from '../../ui/numeric.js';

const PARTS = 49; // about as many, nearly square

/** @param {Output} output @param {Site} site @returns {Explainer} */
export function byOcclusion(output, site) {
  const { manifest: { form }, signal, t } = site;
  const field = form.inputs.flatMap(({ fields }) => fields).find((each) => kindOf(each).isPicture);
  const { name = '', kind = '' } = field ?? {};
  const overlay = makeOverlay(site);
  const state = h('p', { class: 'note', role: 'status' });
  const bar = h('progress', { 'aria-label': t.occlusion.progress });
  /** @type {(() => void) | undefined} */
  let begin;
  let runs = 0;
  const start = button(t.occlusion.start, '', () => begin?.());
  const cancel = button(t.occlusion.cancel, '', () => {
    rest();
    start.focus();
  });
  const working = h('div', { class: 'working', hidden: true }, bar, cancel);
  const style = h('link', { rel: 'stylesheet', href: new URL('occlusion.css', import.meta.url).href });
  const element = h('div', { class: 'occlusion' }, style, h('p', { class: 'help' }, t.occlusion.about), start, working, state, overlay.element);

  /** Nothing is computed, and nothing shown. */
  function rest() {
    runs++;
    state.textContent = '';
    start.hidden = false;
    working.hidden = overlay.element.hidden = true;
  }

  /** @param {Row} row @param {Run} run */
  async function compute(row, run) {
    rest();
    const ours = runs;
    const hadFocus = start.matches(':focus');
    start.hidden = true;
    working.hidden = false;
    if (hadFocus) cancel.focus();
    try {
      const given = /** @type {Feed} */ (row[name]);
      const [now] = await run([row]);
      const why = invalidity(now, site);
      if (why) {
        rest();
        state.textContent = why;
        return;
      }
      const asked = ask(output, now, site);
      const base = asked.number(now);
      const { across, down, covered } = cover(given, kind === 'drawing' ? [0] : mean(given));
      /** @type {number[]} */
      const shares = [];
      bar.max = across * down;
      for (let part = 0; part < across * down; part++) {
        bar.value = part;
        const [result] = await run([{ ...row, [name]: covered(part) }]);
        if (ours !== runs) return;
        shares.push(base - asked.number(result));
      }
      overlay.show(given, { across, down, shares, base, asked });
      working.hidden = true;
      start.hidden = false;
      if (cancel.matches(':focus')) start.focus();
    } catch (error) {
      if (ours !== runs || error instanceof Superseded || signal.aborted) return; // cancelled, or the form has changed and is explained anew
      rest();
      if (!(error instanceof UserFacingError)) throw error;
      const { what, todo } = wordsOf(error, t);
      state.textContent = `${what} ${todo}`;
    }
  }

  return {
    element,
    async explain(row, run) {
      rest();
      begin = () => compute(row, run);
      return '';
    },
  };
}

/** The mean of each channel. @param {Feed} picture */
function mean({ dims, data }) {
  const channels = dims[2];
  const sums = Array(channels).fill(0);
  data.forEach((/** @type {any} */ byte, /** @type {number} */ index) => { sums[index % channels] += byte; });
  return sums.map((sum) => Math.round((sum * channels) / data.length));
}

/**
 * The parts of a picture, row by row, and the picture with one of them covered.
 * @param {Feed} picture @param {number[]} colour
 */
function cover({ dtype, dims, data }, colour) {
  const [height, width, channels] = dims;
  const across = Math.min(width, Math.max(1, Math.round(Math.sqrt((PARTS * width) / height))));
  const down = Math.min(height, Math.max(1, Math.round(PARTS / across)));
  const edge = (/** @type {number} */ index, /** @type {number} */ count, /** @type {number} */ size) => Math.floor((index * size) / count);

  /** @param {number} part @returns {Feed} */
  function covered(part) {
    const [column, row] = [part % across, Math.floor(part / across)];
    const pixels = Uint8Array.from(/** @type {Uint8Array} */ (data));
    for (let y = edge(row, down, height); y < edge(row + 1, down, height); y++) {
      for (let x = edge(column, across, width); x < edge(column + 1, across, width); x++) {
        for (let channel = 0; channel < channels; channel++) pixels[(y * width + x) * channels + channel] = colour[channel % colour.length];
      }
    }
    return { dtype, dims, data: pixels };
  }
  return { across, down, covered };
}
