/**
 * @file What the result would be if one value of the form moved and the others stayed: a curve or bars for each field.
 *
 * All points of all fields are one run, in a lane of its own behind the form's. It waits as long as the last one took, so
 * a fast model follows every move of a slider and a slow one is asked only when the form has come to rest.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../ui/types.js').Panel} Panel
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../runtime/types.js').Known} Known
 * @typedef {import('../../codec/types.js').Result} Result
 * @typedef {import('../../codec/types.js').Row} Row
 *
 * @typedef {import('../../ui/numeric.js').TargetValue & {ends: [number, number]}} TargetValue with the ends of the numbers' scale, the same for all charts
 *
 * @typedef {object} Chart
 * @property {HTMLElement} element
 * @property {(row: Row) => unknown[]} values what the field is given in turn
 * @property {(row: Row, values: unknown[], numbers: number[], asked: TargetValue) => void} show
 */

import { h } from '../../ui/dom.js';
import { Superseded } from '../../runtime/client.js';
import { decode } from '../../codec/decode.js';
import { encodeColumns } from '../../codec/encode.js';
import { kindOf } from '../../codec/kinds.js';
import { UserFacingError } from '../../codec/user-facing-error.js';
import { onEnd } from '../../ui/lifetime.js';
import { wordsOf } from '../../ui/words.js';
import { invalidity, isProbable } from '../../ui/format-value.js';
import { ask, numeric } from '../../ui/numeric.js';
import { curve } from './curve.js';
import { makeDrawing } from './in-sight.js';
import { options } from './options.js';
import { scale } from './scale.js';
import { surface } from './surface.js';

const LONGEST_PAUSE = 1000; // ms
const MAX_CHARTS = 30; // charts; every one costs 40 rows of all fields

/** @param {Site} site @returns {Panel} */
export function whatIf(site) {
  const { manifest: { form, facts }, client, form: watched, signal, t } = site;
  const output = numeric(form);
  const fields = form.inputs.flatMap((input) => input.fields);
  const possible = fields.flatMap((field) => {
    const chart = chartOf(field, facts.fields?.[field.name] ?? {}, site);
    return chart ? [{ name: field.name, chart }] : [];
  });
  const drawn = possible.slice(0, MAX_CHARTS);
  const both = output && surface(output, site);
  const about = h('p', { class: 'help' });
  const note = h('p', { class: 'note' });
  const charts = h('div', { class: 'charts' }, ...drawn.map(({ chart }) => chart.element));
  const style = h('link', { rel: 'stylesheet', href: new URL('what-if.css', import.meta.url).href });
  const element = h('section', { class: 'what-if' }, style, h('h2', {}, t.whatIf.heading), about, note, charts);
  if (!output || !drawn.length || !form.batch) {
    say(t.whatIf.impossible);
    return { element };
  }
  const shown = output;
  element.style.setProperty('--drawn', String(drawn.length)); // how high it will be beside the form
  if (both) element.append(both.element);
  hide(true); // until there is something to see
  const drawInSight = makeDrawing(drawn.map(({ chart }) => chart.element), signal);
  /** @type {string | undefined} */
  let last = ''; // the form may run again on the same values
  let changes = 0;
  let took = 0;
  let timer = 0;
  onEnd(signal, () => clearTimeout(timer));

  /** @param {Row | undefined} row */
  async function update(row) {
    const given = JSON.stringify(row);
    if (given === last) return;
    last = given;
    const change = ++changes;
    if (!row) return say(t.whatIf.none);
    charts.setAttribute('aria-busy', 'true');
    try {
      await client.ready;
      clearTimeout(timer); // of the change before, which nobody waits for any more
      await new Promise((resolve) => { timer = setTimeout(resolve, Math.min(took, LONGEST_PAUSE)); });
      if (change !== changes || signal.aborted) return;
      const values = drawn.map(({ chart }) => chart.values(row));
      const begun = performance.now();
      const { count, columnOf } = around(row, values);
      const feeds = encodeColumns(form, count, columnOf);
      const encoding = performance.now() - begun;
      const { outputs, ms } = await client.run(feeds, 'what-if');
      took = encoding + ms;
      if (change === changes && !signal.aborted) draw(row, values, decode(form, outputs, count).map((results) => results[shown.name]));
    } catch (error) {
      if (error instanceof Superseded || change !== changes || signal.aborted) return;
      if (!(error instanceof UserFacingError)) throw error;
      const { what, todo } = wordsOf(error, t);
      say(`${what} ${todo}`);
    }
  }

  /** The row itself, then all values of each chart in its place: what each field has, one after the other. @param {Row} row @param {unknown[][]} values */
  function around(row, values) {
    /** Where the values of a field begin, and they. @type {Map<string, [number, unknown[]]>} */
    const places = new Map();
    let count = 1;
    drawn.forEach(({ name }, index) => {
      places.set(name, [count, values[index]]);
      count += values[index].length;
    });
    const columnOf = (/** @type {string} */ name) => {
      const [start, own] = places.get(name) ?? [0, []];
      const column = Array(count).fill(row[name]);
      column.splice(start, own.length, ...own);
      return column;
    };
    return { count, columnOf };
  }

  /** @param {Row} row @param {unknown[][]} values of each chart @param {Result[]} results of the row itself, then of all the values */
  function draw(row, values, results) {
    const why = invalidity(results[0], site);
    if (why) return say(why);
    const asked = ask(shown, results[0], site);
    const [, ...numbers] = results.map(asked.number);
    const ends = isProbable(shown) ? /** @type {[number, number]} */ ([0, 1]) : scale(numbers);
    /** @type {Record<string, number>} */
    const effects = {};
    const drawings = drawn.map(({ name, chart }, index) => {
      const own = numbers.splice(0, values[index].length);
      effects[name] = Math.max(...own) - Math.min(...own) || 0;
      return () => chart.show(row, values[index], own, { ...asked, ends });
    });
    drawInSight(drawings);
    both?.show(row, asked, effects);
    const notes = [facts.fields && t.whatIf.shaded, possible.length > MAX_CHARTS && t.whatIf.first(MAX_CHARTS)];
    about.textContent = [t.whatIf.about(asked.name, shown.unit), ...notes].filter(Boolean).join(' ');
    say('');
  }

  /** Why there are no charts; '' when there are. Their place is kept, so that the page does not jump. @param {string} why */
  function say(why) {
    note.textContent = why;
    note.hidden = !why;
    hide(Boolean(why));
    charts.removeAttribute('aria-busy');
  }

  /** @param {boolean} isHidden */
  function hide(isHidden) {
    about.hidden = charts.inert = isHidden;
    if (both) both.element.inert = isHidden;
  }

  watched.watch(update);
  return { element };
}

/** What a field is drawn as; text is not. @param {Field} field @param {Known} known @param {Site} site @returns {Chart | undefined} */
function chartOf(field, known, site) {
  const kind = kindOf(field);
  if (kind.isNumeric) return curve(field, known, site);
  return kind.options && options(field, known, site);
}
