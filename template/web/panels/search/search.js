/**
 * @file A list of the visitor's own in place of the contract's: its vectors are made in the page and kept, and its nearest texts follow what is
 * typed into the form. Everything stays on the device.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../ui/types.js').Panel} Panel
 * @typedef {import('../../codec/types.js').NearestResult} NearestResult
 * @typedef {import('./read.js').Table} Table
 * @typedef {{name: string, texts: string[], vectors: Float32Array, done: number, bytes: number}} Own `done`: how many texts have their vector;
 *   `bytes`: how many are kept, 0 for none
 */

import { ranked, similarities } from '../../codec/nearest.js';
import { UserFacingError } from '../../codec/user-facing-error.js';
import { makeSource } from '../../inputs/source.js';
import { best, makeRanking } from '../../outputs/nearest/ranking.js';
import { Superseded } from '../../runtime/client.js';
import { loadLibrary } from '../../runtime/library.js';
import { button, h } from '../../ui/dom.js';
import { onEnd } from '../../ui/lifetime.js';
import { wordsOf } from '../../ui/words.js';
import { columnOf, readTable, textsOf } from './read.js';
import { forget, keep, recall } from './storage.js';
import { makeVectors } from './vectors.js';

const REST_MS = 1000; // without a change: then a screen reader hears the nearest text

/** @param {Site} site @returns {Panel} */
export function search(site) {
  const { manifest, form, root, signal, t, format } = site;
  const style = h('link', { rel: 'stylesheet', href: new URL('search.css', import.meta.url).href });
  const heading = h('h2', {}, t.search.heading);
  const output = manifest.form.outputs.find(({ items }) => items);
  if (!output) return { element: h('section', { class: 'card search' }, style, heading, h('p', { class: 'note' }, t.search.none)) };
  const { name: target, top = 1 } = output;
  const model = manifest.files.model.sha256;
  const source = makeSource('search-file', '.csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain', t.search.about, take, site);
  const state = h('p', { class: 'note', role: 'status' });
  const work = h('div', { class: 'work' });
  const bar = h('progress', { 'aria-label': t.search.bar });
  const count = h('p', { class: 'state' });
  const progress = h('div', { class: 'progress', hidden: true }, bar, count, button(t.search.stop, 'chip', () => running?.abort()));
  const goOn = button(t.search.goOn, 'chip', () => own && make(own));
  const remove = button(t.search.remove, 'chip bad', drop);
  const ranking = makeRanking(site);
  const title = h('h3', {});
  const waiting = h('p', { class: 'help' }, t.search.waiting);
  const heard = h('p', { class: 'heard', role: 'status' });
  const found = h('div', { class: 'found', hidden: true }, title, waiting, ...ranking.parts, heard);
  const choices = h('div', { class: 'buttons' }, goOn, remove);
  /** @type {Own | undefined} */
  let own;
  /** What stops the computing, while it goes on. @type {AbortController | undefined} */
  let running;
  /** What the form gave last. @type {NearestResult | undefined} */
  let current = form.said && form.said.values === form.row ? /** @type {NearestResult} */ (form.said.results[target]) : undefined;
  let taken = 0;
  let timer = 0;

  /** Read a file, in place of the list before. @param {File} file */
  async function take(file) {
    const turn = ++taken;
    say(t.search.reading(file.name));
    work.replaceChildren();
    try {
      const Papa = await loadLibrary(manifest.libraries.papaparse, 'Papa', (t) => t.batch.library);
      const table = await readTable(Papa, file, format);
      if (turn !== taken || signal.aborted) return; // another file was taken meanwhile, or nobody waits any more
      const column = columnOf(table.columns);
      if (column < 0) choose(table, file.name);
      else await begin(file.name, textsOf(table, column, format));
    } catch (error) {
      if (turn === taken) trouble(error);
    }
  }

  /** Ask for the column. @param {Table} table @param {string} name */
  function choose(table, name) {
    const select = h('select', {}, ...table.columns.map((column, index) => h('option', { value: index }, column || t.batch.unnamed)));
    const use = button(t.search.use, 'chip', () => {
      try {
        const texts = textsOf(table, Number(select.value), format);
        work.replaceChildren();
        void begin(name, texts);
      } catch (error) {
        trouble(error);
      }
    });
    say(t.search.several(name));
    work.replaceChildren(h('label', {}, h('span', {}, t.search.column), select), use);
    select.focus();
  }

  /** Search these texts from now on. @param {string} name @param {string[]} texts */
  async function begin(name, texts) {
    running?.abort();
    const known = root === document ? await recall(model) : undefined;
    if (known?.isOfModel && known.texts.join('\n') === texts.join('\n')) return adopt({ ...known, name });
    await make((own = { name, texts, vectors: new Float32Array(0), done: 0, bytes: 0 }));
  }

  /** Take a list over whose vectors are there. @param {import('./storage.js').List} list */
  function adopt({ name, texts, vectors }) {
    own = { name, texts, vectors, done: texts.length, bytes: vectors.byteLength };
    update();
  }

  /** Make the vectors that a list still lacks. @param {Own} list */
  async function make(list) {
    const mine = (running = new AbortController());
    onEnd(signal, () => mine.abort());
    bar.max = list.texts.length;
    update();
    try {
      await makeVectors(list.texts.slice(list.done), target, mine.signal, (some, texts) => {
        const width = some.length / texts;
        if (!list.vectors.length) list.vectors = new Float32Array(list.texts.length * width);
        list.vectors.set(some, list.done * width);
        list.done += texts;
        if (list === own) update();
      }, site);
      if (list === own && list.done === list.texts.length && root === document) list.bytes = await keep(list, model);
    } catch (error) {
      if (!(error instanceof Superseded || signal.aborted)) site.showError(error);
    } finally {
      if (running === mine) running = undefined;
      if (list === own && !signal.aborted) update();
    }
  }

  async function drop() {
    running?.abort();
    own = undefined;
    await forget();
    update();
    source.target.focus(); // the button is gone
  }

  /** Show where everything stands. */
  function update() {
    const isWhole = own && own.done === own.texts.length;
    progress.hidden = !running || !own;
    found.hidden = choices.hidden = !own;
    goOn.hidden = Boolean(running || isWhole);
    if (!own) return say('');
    const [done, all] = [own.done, own.texts.length].map((each) => format.number(each));
    bar.value = own.done;
    count.textContent = t.search.progress(done, all);
    if (isWhole) say(`${t.search.ready(own.name, all)} ${own.bytes ? t.search.kept(format.bytes(own.bytes)) : t.search.notKept}`);
    else say(running ? t.search.making(own.name, all) : t.search.stopped(done, all));
    title.textContent = t.search.nearest(own.name);
    rank();
  }

  /** The texts that are nearest to what the form holds. */
  function rank() {
    if (!own) return;
    const alike = current && !current.invalid && own.done > 0 ? nearestOf(own) : [];
    waiting.hidden = Boolean(current);
    ranking.show(alike);
    heard.textContent = '';
    clearTimeout(timer);
    timer = setTimeout(() => { if (alike.length && own) heard.textContent = best(alike, site); }, REST_MS);
  }

  /** @param {Own} list */
  function nearestOf({ texts, vectors, done }) {
    const vector = /** @type {Float32Array} */ (current?.array.data);
    const found = similarities(vector, vectors.subarray(0, done * vector.length));
    return ranked(found, top).map((index) => ({ text: texts[index], index, similarity: found[index] }));
  }

  /** @param {string} words @param {boolean} [bad] */
  function say(words, bad = false) {
    if (state.textContent !== words) state.textContent = words; // a screen reader hears it anew each time
    state.classList.toggle('refusal', bad);
  }

  /** @param {unknown} error */
  function trouble(error) {
    if (!(error instanceof UserFacingError)) throw error;
    const { what, todo } = wordsOf(error, t);
    say(`${what} ${todo}`, true);
  }

  form.watch(() => { // a result of these values is still to come
    if (!form.row) current = undefined;
    rank();
  });
  root.addEventListener('result', (event) => {
    current = /** @type {CustomEvent} */ (event).detail.results[target];
    rank();
  }, { signal });
  onEnd(signal, () => clearTimeout(timer));
  update();
  return {
    element: h('section', { class: 'card search' }, style, heading, source.element, work, state, progress, found, choices),
    async start() {
      const kept = root === document && !own ? await recall(model) : undefined;
      if (!kept || own) return;
      if (kept.isOfModel) adopt(kept);
      else void make((own = { ...kept, vectors: new Float32Array(0), done: 0, bytes: 0 }));
    },
  };
}
