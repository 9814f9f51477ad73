/**
 * @file The result over two numbers of the form at once, as a picture of squares. Closed until asked for: then it costs a run of
 * about a thousand rows, in a lane of its own, whenever another value of the form has changed.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('../../codec/types.js').Result} Result
 * @typedef {import('../../codec/types.js').Row} Row
 * @typedef {import('../../ui/numeric.js').TargetValue} TargetValue
 * @typedef {import('./surface-axis.js').Axis} Axis
 */

import { h } from '../../ui/dom.js';
import { Superseded } from '../../runtime/client.js';
import { decode } from '../../codec/decode.js';
import { encodeColumns } from '../../codec/encode.js';
import { parsed } from '../../codec/scalars.js';
import { UserFacingError } from '../../codec/user-facing-error.js';
import { onEnd } from '../../ui/lifetime.js';
import { isProbable } from '../../ui/format-value.js';
import { wordsOf } from '../../ui/words.js';
import { limits, scale } from './scale.js';
import { axis } from './surface-axis.js';
import { makePlot } from './surface-plot.js';

const LONGEST_PAUSE = 1000; // ms

/** @param {Output} output @param {Site} site @returns the surface; nothing when the form has no two numbers with a range */
export function surface(output, site) {
  const { manifest: { form, facts }, client, form: watched, signal, showError, t } = site;
  const known = facts.fields ?? {};
  const fields = form.inputs.flatMap((input) => input.fields).flatMap((field) => {
    const ends = limits(field, known[field.name] ?? {});
    return ends ? [{ field, ends, seen: limits({}, known[field.name] ?? {}) }] : [];
  });
  if (fields.length < 2) return undefined;

  const plot = makePlot((across, up) => {
    if (now) watched.fill({ ...now.row, [chosen[0].field.name]: across, [chosen[1].field.name]: up });
  }, site);
  const selects = Object.entries({ across: t.surface.across, up: t.surface.up }).map(([name, label]) => {
    const id = `surface-${name}`;
    const select = h('select', { id }, ...fields.map(({ field }, index) => h('option', { value: index }, field.label)));
    return { select, element: h('div', { class: 'pick' }, h('label', { for: id }, label), select) };
  });
  const note = h('p', { class: 'note', hidden: true });
  const help = [t.surface.about, t.surface.ring, facts.fields && t.surface.outlined].filter(Boolean).join(' ');
  const style = h('link', { rel: 'stylesheet', href: new URL('surface.css', import.meta.url).href });
  const picks = h('div', { class: 'picks' }, ...selects.map(({ element }) => element));
  const element = h('details', { class: 'surface' }, style, h('summary', {}, t.surface.heading), h('p', { class: 'help' }, help), picks, note, plot.element);

  /** @type {{row: Row, asked: TargetValue, effects: Record<string, number>} | undefined} */
  let now;
  /** The two fields. @type {typeof fields} */
  let chosen = [];
  /** What the results were asked for. */
  let key = '';
  /** @type {Promise<Result[]>} */
  let results = Promise.resolve([]);
  let changes = 0;
  let took = 0;
  let timer = 0;
  onEnd(signal, () => clearTimeout(timer));

  async function update() {
    if (!now || !element.open) return;
    const change = ++changes;
    const { row, asked, effects } = now;
    if (!chosen.length) choose(fields.toSorted((a, b) => (effects[b.field.name] ?? 0) - (effects[a.field.name] ?? 0)));
    const [across, up] = chosen.map(({ field, ends, seen }) => axis(field, ends, seen, parsed(String(row[field.name] ?? ''))));
    const others = { ...row, [across.field.name]: undefined, [up.field.name]: undefined };
    const wanted = JSON.stringify([others, { ...across, at: 0 }, { ...up, at: 0 }]);
    if (wanted !== key) results = compute(row, across, up, wanted); // else only the ring has moved
    key = wanted;
    plot.element.setAttribute('aria-busy', 'true');
    try {
      const numbers = (await results).map(asked.number);
      if (change !== changes || signal.aborted) return;
      plot.show({ across, up, numbers, ends: bounded(scale(numbers)), asked });
      say('');
    } catch (error) {
      if (error instanceof Superseded || change !== changes || signal.aborted) return;
      key = '';
      if (!(error instanceof UserFacingError)) throw error;
      const { what, todo } = wordsOf(error, t);
      say(`${what} ${todo}`);
    }
  }

  /** Results row by row, from the bottom. @param {Row} row @param {Axis} across @param {Axis} up @param {string} wanted */
  async function compute(row, across, up, wanted) {
    clearTimeout(timer); // of the change before, which nobody waits for any more
    await new Promise((resolve) => { timer = setTimeout(resolve, Math.min(took, LONGEST_PAUSE)); });
    if (wanted !== key) throw new Superseded();
    const begun = performance.now();
    const [columns, rows] = [across.values.length, up.values.length];
    const feeds = encodeColumns(form, columns * rows, (name) => {
      if (name === up.field.name) return up.values.flatMap((high) => Array(columns).fill(high));
      return name === across.field.name ? up.values.flatMap(() => across.values) : Array(columns * rows).fill(row[name]);
    });
    const encoding = performance.now() - begun;
    const { outputs, ms } = await client.run(feeds, 'what-if-surface');
    took = encoding + ms;
    return decode(form, outputs, columns * rows).map((each) => each[output.name]);
  }

  /** Probabilities stay between 0 and 1. @param {[number, number]} ends @returns {[number, number]} */
  function bounded([low, high]) {
    return isProbable(output) ? [Math.max(0, low), Math.min(1, high)] : [low, high];
  }

  /** @param {typeof fields} wanted */
  function choose([across, up]) {
    chosen = [across, up];
    chosen.forEach((each, index) => { selects[index].select.value = String(fields.indexOf(each)); });
  }

  /** @param {string} why */
  function say(why) {
    note.textContent = why;
    note.hidden = !why;
    plot.element.hidden = Boolean(why);
    plot.element.removeAttribute('aria-busy');
  }

  element.addEventListener('toggle', update);
  selects.forEach(({ select }, index) =>
    select.addEventListener('change', () => {
      const picked = fields[Number(select.value)];
      const [one, other] = [picked, chosen[1 - index] === picked ? chosen[index] : chosen[1 - index]]; // the same twice: they change places
      choose(index === 0 ? [one, other] : [other, one]);
      update().catch(showError);
    }),
  );
  return {
    element,
    /** @param {Row} row @param {TargetValue} asked @param {Record<string, number>} effects how far each field alone moves the result */
    show(row, asked, effects) {
      now = { row, asked, effects };
      update().catch(showError);
    },
  };
}
