/**
 * @file The form on the left, what the model says to it on the right, anew on every change.
 *
 * @typedef {import('../runtime/types.js').Site} Site
 * @typedef {import('../runtime/types.js').Panel} Panel
 * @typedef {import('../runtime/types.js').Result} Result
 * @typedef {import('../runtime/types.js').Row} Row
 */

import { button, h } from '../dom.js';
import { duration } from '../format.js';
import { addMap, makeField } from '../inputs/index.js';
import { makeView } from '../outputs/index.js';
import { Superseded } from '../runtime/client.js';
import { decode } from '../runtime/decode.js';
import { encode } from '../runtime/encode.js';
import { Refusals } from '../runtime/refusal.js';
import { asText, makeShare } from '../share.js';
import { t } from '../strings.js';
import { copier } from './copy.js';

const SLOW = 1000; // ms after which a run can be stopped

/** @param {Site} site @returns {Promise<Panel>} */
export async function predict({ manifest, client, form: watched, loading, alarm, calm, embedded = false }) {
  const { form } = manifest;
  const { element, fields, choose } = await makeForm(manifest);
  watched.fill = choose;
  const share = makeShare(element, fields, choose, embedded);
  const result = await makeResult(manifest, loading, share.link, stop);
  let runs = 0;
  let alarmed = false;

  async function update() {
    const run = ++runs;
    const checked = check();
    if (!checked) return;
    result.busy();
    try {
      const { outputs, ms } = await client.run(checked.feeds);
      const { backend, instead } = await client.ready;
      if (run !== runs) return; // the values have changed meanwhile, perhaps to something that was refused
      const [results] = decode(form, outputs);
      result.show(checked.row, results, run, t.result.badge(duration(ms), t.result[backend]), instead ? t.result.instead[instead] : '');
      element.dispatchEvent(new CustomEvent('result', { detail: { values: checked.row, results }, bubbles: true, composed: true }));
      if (alarmed) calm();
      alarmed = false;
    } catch (error) {
      if (error instanceof Superseded || run !== runs) return;
      result.none(t.result.failed);
      alarm(error);
      alarmed = true;
    }
  }

  function stop() {
    runs++;
    result.none(t.result.stopped);
    client.stop().catch(alarm);
  }

  /** What the form holds, and its feeds; undefined when something is refused, which is then said beside its field. */
  function check() {
    /** @type {Map<string, string>} */
    const refused = new Map();
    const row = Object.fromEntries(fields.map((field) => [field.name, field.read()]));
    let feeds;
    try {
      feeds = encode(form, [row]);
    } catch (error) {
      if (!(error instanceof Refusals)) throw error;
      for (const { field, message } of error.refusals) refused.set(field, message);
      const wrong = fields.filter((field) => refused.has(field.name) && !field.isWaiting()).length;
      result.none(wrong ? t.result.refused(wrong) : t.result.waiting);
    }
    for (const field of fields) field.refuse(refused.get(field.name) ?? '');
    watched.set(feeds && row);
    return feeds && { row, feeds };
  }

  element.addEventListener('input', update);
  client.ready.catch(() => result.none(t.result.failed));
  return {
    element: h('section', { class: 'predict' }, ...share.parts, element, result.element),
    async start() {
      await update();
      await update(); // the first run warms the runtime up: its time says nothing about the ones to come
    },
  };
}

/**
 * The form, with its examples, at its defaults. It fires `input` on every change.
 * @param {import('../runtime/types.js').Manifest} manifest
 */
async function makeForm({ form, examples, facts, page }) {
  const inputs = form.inputs.map((input) => Promise.all(input.fields.map((field) => makeField(field, facts.fields?.[field.name] ?? {}, input))));
  const own = await Promise.all(inputs);
  const fields = own.flat();
  const groups = form.inputs.map((input, index) => {
    const made = own[index];
    if (made.length === 1) return made[0].element;
    const help = input.help ? [h('p', { class: 'help' }, input.help)] : [];
    const legend = h('legend', {}, input.label ?? input.name.replaceAll('_', ' '));
    return h('fieldset', { class: 'group' }, legend, ...help, ...made.map((field) => field.element));
  });

  /** @param {Row} values those left out take their default */
  function fill(values) {
    for (const field of fields) field.write(Object.hasOwn(values, field.name) ? values[field.name] : field.initial);
  }
  fill({});

  const reset = button(t.form.reset, 'quiet', () => choose({}));
  const buttons = examples.map(({ label, values }) => button(label, 'chip', () => choose(values)));
  const element = h(
    'form',
    { autocomplete: 'off', novalidate: true },
    h('div', { class: 'heading' }, h('h2', {}, t.form.heading), reset),
    ...(examples.length ? [h('div', { class: 'examples', role: 'group', 'aria-label': t.form.examples }, ...buttons)] : []),
    h('div', { class: 'fields' }, ...groups),
  );
  if (page.map) await addMap(element, page.map, form, fields);

  /** @param {Row} values */
  function choose(values) {
    fill(values);
    element.dispatchEvent(new Event('input'));
  }
  element.addEventListener('submit', (event) => event.preventDefault());
  return { element, fields, choose };
}

/**
 * The result, which is either of what the form holds now, or not shown.
 * @param {import('../runtime/types.js').Manifest} manifest @param {HTMLElement} loading
 * @param {(row?: Row) => string} link to what the form holds, or to a row
 * @param {() => void} stop gives up the run that is computed
 */
async function makeResult(manifest, loading, link, stop) {
  const { outputs } = manifest.form;
  const views = await Promise.all(outputs.map(async (output) => ({ name: output.name, label: output.label, ...(await makeView(output)) })));
  const values = h('div', { class: 'values', hidden: true }, ...views.map((view) => view.element));
  const note = h('p', { class: 'note', hidden: true, tabindex: -1 });
  const badge = h('p', { class: 'badge', hidden: true });
  const live = h('div', { class: 'live', 'aria-live': 'polite' }, values, note);
  let text = '';
  const copies = copier({ [t.share.link]: () => link(), [t.share.result]: () => text });
  const [, copyResult] = copies.querySelectorAll('button');
  copyResult.hidden = true;
  const slow = h('p', { class: 'slow', hidden: true }, t.result.slow, ' ', button(t.result.stop, 'chip', giveUp));
  /** @type {number | undefined} */
  let patience;
  function giveUp() {
    stop();
    note.focus(); // the button is gone
  }
  const element = h('section', { class: 'result brief' }, h('h2', {}, t.result.heading), loading, slow, live, badge, copies);

  return {
    element,
    busy() {
      live.setAttribute('aria-busy', 'true');
      patience ??= setTimeout(() => { slow.hidden = false; }, SLOW);
    },
    /** @param {Row} row @param {Record<string, Result>} results @param {number} run @param {string} how @param {string} why not otherwise */
    show(row, results, run, how, why) {
      text = asText(manifest, row, views.map((view) => `${view.label}: ${view.text(results[view.name])}`), link(row));
      for (const view of views) view.show(results[view.name], row);
      badge.replaceChildren(how, ...(why ? [h('span', { class: 'why' }, why)] : []));
      this.settle(true);
      live.dataset.run = String(run);
    },
    /** @param {string} why */
    none(why) {
      note.textContent = why;
      this.settle(false);
      delete live.dataset.run;
    },
    /** @param {boolean} there */
    settle(there) {
      values.hidden = badge.hidden = copyResult.hidden = !there;
      note.hidden = there;
      live.removeAttribute('aria-busy');
      clearTimeout(patience);
      patience = undefined;
      slow.hidden = true;
      // Small enough to stay in sight on a phone while the form scrolls.
      element.classList.toggle('brief', element.offsetHeight < innerHeight / 3);
    },
  };
}
