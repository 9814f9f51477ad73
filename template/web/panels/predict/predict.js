/**
 * @file The form on the left, what the model says to it on the right, anew on every change.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../ui/types.js').Panel} Panel
 * @typedef {import('../../codec/types.js').Result} Result
 * @typedef {import('../../codec/types.js').Row} Row
 */

import { button, h } from '../../ui/dom.js';
import { addMap, makeField } from '../../inputs/index.js';
import { makeView } from '../../outputs/index.js';
import { Superseded } from '../../runtime/client.js';
import { isOfInput } from '../../runtime/session.js';
import { decode } from '../../codec/decode.js';
import { encode } from '../../codec/encode.js';
import { ValidationErrors } from '../../codec/refusal.js';
import { asText, makeShare } from '../../ui/share.js';
import { copier } from '../../ui/copy.js';
import { onEnd } from '../../ui/lifetime.js';
import { scroller } from '../../ui/scroller.js';
import { wordsOf } from '../../ui/words.js';
import { makeExamples } from './examples.js';
import { linesOf } from './hold.js';
import { makeDemand } from './demand.js';
import { makeReply } from './reply.js';
import { proven, provenHere } from './proven.js';
import { makeStrip } from './strip.js';

const SLOW_AFTER_MS = 1000; // ms after which a run can be stopped
const MOVE = { duration: 180, easing: 'ease-out' }; // ms; a changed result comes to rest

/** @param {Site} site @returns {Promise<Panel>} */
export async function predict(site) {
  const { manifest, client, form: state, showError, clearError, signal, t, format: { duration, rounded } } = site;
  const { form } = manifest;
  const { element, fields, choose } = await makeForm(site);
  state.fill = choose;
  const share = makeShare(element, fields, choose, site);
  state.remember = share.remember;
  const result = await makeResult(site, share.link, () => stop());
  const demand = client.onDemand ? makeDemand(element, update, () => stop(), site) : undefined;
  const reply = makeReply(element, fields, site);
  if (reply) result.values.append(reply.element);
  let runs = 0;
  let failed = false;

  async function update() {
    const run = ++runs;
    const checked = check();
    if (!checked) return;
    result.busy();
    reply?.show(undefined);
    demand?.busy(true);
    try {
      const onpart = (/** @type {Parameters<typeof decode>[1]} */ outputs) => run === runs && result.part(checked.row, decode(form, outputs)[0]);
      const { outputs, ms, backend, fallback } = await client.run(checked.feeds, 'form', 1, onpart);
      if (run !== runs) return; // the values have changed meanwhile, perhaps to something that was refused
      const [results] = decode(form, outputs);
      const how = [t.result.badge(duration(ms), t.result[backend]), ...speeds(results, ms)].join(' · ');
      result.show(checked.row, results, run, backend, how, fallback ? t.result.instead[fallback] : '');
      state.said = { values: checked.row, results };
      reply?.show(results);
      element.dispatchEvent(new CustomEvent('result', { detail: state.said, bubbles: true, composed: true }));
      if (failed) clearError();
      failed = false;
    } catch (error) {
      if (error instanceof Superseded || run !== runs || signal.aborted) return;
      const { what, todo } = wordsOf(error, t);
      if (isOfInput(error)) return result.none(`${what} ${todo}`);
      result.none(t.result.failed);
      showError(error);
      failed = true;
    } finally {
      if (run === runs) demand?.busy(false);
    }
  }

  /** How many tokens of a text came in a second. @param {Record<string, Result>} results @param {number} ms */
  function speeds(results, ms) {
    const each = Object.values(results).flatMap((result) => ('tokens' in result && result.tokens ? [(1000 * result.tokens) / ms] : []));
    return each.map((speed) => t.result.speed(rounded(Number(speed.toPrecision(2)))));
  }

  function stop(why = demand ? t.result.ended : t.result.stopped) {
    runs++;
    demand?.busy(false);
    result.none(why, why === t.result.ended);
    client.stop().catch(showError);
  }

  /** The values have changed, and a person is to ask for the result of these: the last one is of others. */
  function wait() {
    if (check()) stop(t.result.ask);
  }

  /**
   * What the form holds, and its feeds; undefined when something is refused, which is then said beside its field.
   * @param {(why: string) => void} [say] says that there is no result
   */
  function check(say = (why) => result.none(why)) {
    /** @type {Map<string, string>} */
    const refused = new Map();
    const row = Object.fromEntries(fields.map((field) => [field.name, field.read()]));
    let feeds;
    try {
      feeds = encode(form, [row]);
    } catch (error) {
      if (!(error instanceof ValidationErrors)) throw error;
      for (const { field, message } of error.refusals) refused.set(field, message);
      const wrong = fields.filter((field) => refused.has(field.name) && !field.isWaiting()).length;
      say(wrong ? t.result.refused(wrong) : t.result.waiting);
    }
    for (const field of fields) field.refuse(refused.get(field.name) ?? '');
    state.set(feeds && row);
    return feeds && { row, feeds };
  }

  element.addEventListener('input', demand ? wait : update);
  client.onProof(() => void (client.proof?.passed || update()), signal); // WebAssembly may compute from now on
  check(() => {}); // what the runtime is not needed for: other panels know the values, and each field says what it wants
  client.ready.then(() => result.ready(!demand), () => result.none(t.result.failed)); // what is asked for has a button to stop it already
  return {
    element: h('section', { class: 'predict' }, ...share.parts, element, result.element, result.strip),
    async start() {
      await update();
      if (!demand) await update(); // the first run warms the runtime up: its time says nothing about the ones to come
    },
  };
}

/**
 * The form, with its examples, at its defaults. It fires `input` on every change.
 * @param {Site} site
 */
async function makeForm(site) {
  const { manifest: { form, facts, page }, t } = site;
  const inputs = form.inputs.map((input) => Promise.all(input.fields.map((field) => makeField(field, facts.fields?.[field.name] ?? {}, input, site))));
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
  const element = h(
    'form',
    { autocomplete: 'off', novalidate: true },
    h('div', { class: 'heading' }, h('h2', {}, t.form.heading), reset),
    ...makeExamples(site, choose),
    h('div', { class: 'fields' }, ...groups),
  );
  if (page.map) await addMap(element, page.map, form, fields, site);

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
 * @param {Site} site
 * @param {(row?: Row) => string} link to what the form holds, or to a row
 * @param {() => void} stop gives up the run that is computed
 */
async function makeResult(site, link, stop) {
  const { manifest, loading, signal, t } = site;
  const { outputs } = manifest.form;
  const views = await Promise.all(outputs.map(async (output) => ({ name: output.name, label: output.label, ...(await makeView(output, site)) })));
  const values = h('div', { class: 'values', hidden: true }, ...views.map((view) => view.element));
  const note = h('p', { class: 'note', hidden: true, tabindex: -1 });
  const badge = h('p', { class: 'badge', hidden: true });
  const here = provenHere(site);
  const proof = proven(site);
  const live = h('div', { class: 'live', 'aria-live': 'polite' }, values, note);
  let text = '';
  const copies = copier({ [t.share.link]: () => link(), [t.share.result]: () => text }, site);
  const [, copyResult] = copies.querySelectorAll('button');
  copyResult.hidden = true;
  const slow = h('p', { class: 'slow', hidden: true }, t.result.slow, ' ', button(t.result.stop, 'chip', giveUp));
  let isReady = false;
  /** Offers to stop, a while after a run has begun. @type {number | undefined} */
  let timer;
  function giveUp() {
    stop();
    note.focus(); // the button is gone
  }
  const parts = [loading, h('div', { role: 'status' }, slow), live, badge, ...proof, copies];
  const element = scroller(h('section', { class: 'result' }, h('h2', {}, t.result.heading), ...parts));
  element.style.setProperty('--hold', String(linesOf(outputs)));
  const strip = makeStrip(views[0].element, loading, site);
  strip.say(views[0].label, '');
  loading.addEventListener('told', (event) => {
    const { text: said, share } = /** @type {CustomEvent<{text: string, share?: number}>} */ (event).detail;
    strip.wait(said && `${t.loading.heading} · ${said}`, share);
  }, { signal });
  for (const each of [...proof, copies]) each.hidden = true; // until there is something above, which they would be moved by
  onEnd(signal, () => clearTimeout(timer));

  /** What takes time before the model is there is no run: that can't be stopped. */
  function offerStop() {
    if (isReady) timer ??= setTimeout(() => { slow.hidden = false; }, SLOW_AFTER_MS);
  }

  return {
    element,
    values,
    strip: strip.element,
    busy() {
      live.setAttribute('aria-busy', 'true');
      offerStop();
    },
    /** @param {boolean} canStop */
    ready(canStop) {
      isReady = canStop;
      strip.wait('');
      if (live.hasAttribute('aria-busy')) offerStop();
    },
    /** What there is of a result, while it grows. @param {Row} row @param {Record<string, Result>} results */
    part(row, results) {
      for (const view of views) view.show(results[view.name], row);
      values.hidden = false;
      values.classList.add('growing');
      note.hidden = badge.hidden = copyResult.hidden = true;
    },
    /**
     * @param {Row} row @param {Record<string, Result>} results @param {number} run @param {'wasm' | 'webgpu'} backend @param {string} how
     * @param {string} why not otherwise
     */
    show(row, results, run, backend, how, why) {
      const before = text;
      text = asText(manifest, row, views.map((view) => `${view.label}: ${view.text(results[view.name])}`), link(row), site);
      for (const view of views) view.show(results[view.name], row);
      const [first] = views;
      strip.say(first.label, (first.short ?? first.text)(results[first.name]));
      here.show(backend);
      badge.replaceChildren(how, here.element, ...(why ? [h('span', { class: 'why' }, why)] : []));
      this.settle(true);
      const isNew = live.dataset.run !== undefined && text !== before;
      if (isNew && matchMedia('(prefers-reduced-motion: no-preference)').matches) values.animate({ translate: ['0 3px', '0 0'] }, MOVE);
      live.dataset.run = String(run);
    },
    /** @param {string} why @param {boolean} [isEnded] whether what has grown so far stays: it was stopped where it is */
    none(why, isEnded = false) {
      const left = isEnded && values.classList.contains('growing');
      note.textContent = why;
      strip.say(views[0].label, why);
      this.settle(false);
      values.hidden = !left;
      delete live.dataset.run;
    },
    /** @param {boolean} there */
    settle(there) {
      values.classList.remove('growing');
      values.hidden = badge.hidden = copyResult.hidden = !there;
      note.hidden = there;
      for (const each of proof) each.hidden = !there;
      live.removeAttribute('aria-busy');
      clearTimeout(timer);
      timer = undefined;
      slow.hidden = true;
      copies.hidden = false;
    },
  };
}
