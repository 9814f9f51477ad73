/**
 * @file What the result would be if one value of the form moved and the others stayed: a curve or bars for each field.
 *
 * All points of all fields are one run, in a lane of its own behind the form's. It waits as long as the last one took, so
 * a fast model follows every move of a slider and a slow one is asked only when the form has come to rest.
 *
 * @typedef {import('../runtime/types.js').Site} Site
 * @typedef {import('../runtime/types.js').Panel} Panel
 * @typedef {import('../runtime/types.js').Field} Field
 * @typedef {import('../runtime/types.js').Known} Known
 * @typedef {import('../runtime/types.js').Result} Result
 * @typedef {import('../runtime/types.js').Row} Row
 *
 * @typedef {import('./numeric.js').Asked & {ends: [number, number]}} Asked with the ends of the numbers' scale, the same for all charts
 *
 * @typedef {object} Chart
 * @property {HTMLElement} element
 * @property {(row: Row) => unknown[]} values what the field is given in turn
 * @property {(row: Row, values: unknown[], numbers: number[], asked: Asked) => void} show
 */

import { h } from '../dom.js';
import { Superseded } from '../runtime/client.js';
import { decode } from '../runtime/decode.js';
import { encode } from '../runtime/encode.js';
import { Trouble } from '../runtime/trouble.js';
import { t } from '../strings.js';
import { ask, numeric } from './numeric.js';
import { curve } from './what-if-curve.js';
import { options } from './what-if-options.js';
import { scale } from './what-if-scale.js';
import { surface } from './what-if-surface.js';

const LONGEST_PAUSE = 1000; // ms
const MOST = 30; // charts; every one costs 40 rows of all fields

/** What a kind of field is drawn as; text is not. @type {Record<string, (field: Field, known: Known) => Chart | undefined>} */
const CHARTS = { number: curve, integer: curve, choice: options, toggle: options };

/** @param {Site} site @returns {Panel} */
export function whatIf(site) {
  const { manifest: { form, facts }, client, form: watched } = site;
  const output = numeric(form);
  const fields = form.inputs.flatMap((input) => input.fields);
  const possible = fields.flatMap((field) => {
    const chart = CHARTS[field.kind]?.(field, facts.fields?.[field.name] ?? {});
    return chart ? [{ name: field.name, chart }] : [];
  });
  const drawn = possible.slice(0, MOST);
  const both = output && surface(site, output);
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
  if (both) element.append(both.element);
  /** @type {string | undefined} */
  let last = ''; // the form may run again on the same values
  let changes = 0;
  let took = 0;

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
      await new Promise((resolve) => setTimeout(resolve, Math.min(took, LONGEST_PAUSE)));
      if (change !== changes) return;
      const values = drawn.map(({ chart }) => chart.values(row));
      const rows = [row, ...drawn.flatMap(({ name }, index) => values[index].map((value) => ({ ...row, [name]: value })))];
      const begun = performance.now();
      const feeds = encode(form, rows);
      const encoding = performance.now() - begun;
      const { outputs, ms } = await client.run(feeds, 'what-if');
      took = encoding + ms;
      if (change === changes) draw(row, values, decode(form, outputs, rows.length).map((results) => results[shown.name]));
    } catch (error) {
      if (error instanceof Superseded || change !== changes) return;
      if (!(error instanceof Trouble)) throw error;
      say(`${error.message} ${error.todo}`);
    }
  }

  /** @param {Row} row @param {unknown[][]} values of each chart @param {Result[]} results of the row itself, then of all the values */
  function draw(row, values, results) {
    const asked = ask(shown, results[0]);
    const [, ...numbers] = results.map(asked.number);
    const ends = shown.kind === 'classes' ? /** @type {[number, number]} */ ([0, 1]) : scale(numbers);
    /** @type {Record<string, number>} */
    const effects = {};
    drawn.forEach(({ name, chart }, index) => {
      const own = numbers.splice(0, values[index].length);
      chart.show(row, values[index], own, { ...asked, ends });
      effects[name] = Math.max(...own) - Math.min(...own) || 0;
    });
    both?.show(row, asked, effects);
    const notes = [facts.fields && t.whatIf.shaded, possible.length > MOST && t.whatIf.first(MOST)];
    about.textContent = [t.whatIf.about(asked.name, shown.unit), ...notes].filter(Boolean).join(' ');
    say('');
  }

  /** Why there are no charts; '' when there are. Their place is kept, so that the page does not jump. @param {string} why */
  function say(why) {
    note.textContent = why;
    note.hidden = !why;
    about.hidden = charts.inert = Boolean(why);
    if (both) both.element.inert = Boolean(why);
    charts.removeAttribute('aria-busy');
  }

  watched.watch(update);
  return { element };
}
