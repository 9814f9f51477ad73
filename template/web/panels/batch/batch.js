/**
 * @file Many rows at once: a CSV file in, the same file with the model's results out. Everything stays on the device.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../ui/types.js').Panel} Panel
 */

import { h } from '../../ui/dom.js';
import { onEnd } from '../../ui/lifetime.js';
import { wordsOf } from '../../ui/words.js';
import { isArray } from '../../codec/arrays.js';
import { loadLibrary } from '../../runtime/library.js';
import { UserFacingError } from '../../codec/user-facing-error.js';
import { makeJob } from './job.js';
import { fitsTable } from './outputs.js';
import { readTable } from './read.js';
import { makeSource } from './source.js';

const LARGE = 10e6; // bytes: reading them takes a while

/** @param {Site} site @returns {Panel} */
export function batch(site) {
  const { t, signal } = site;
  const { inputs, outputs } = site.manifest.form;
  const fields = inputs.flatMap((input) => input.fields);
  const style = h('link', { rel: 'stylesheet', href: new URL('batch.css', import.meta.url).href });
  const heading = h('h2', {}, t.batch.heading);
  const never = fields.some(isArray) ? t.batch.onlyFiles : fitsTable(outputs) ? '' : t.batch.noColumn;
  if (never) return { element: h('section', { class: 'batch' }, style, heading, h('p', { class: 'note' }, never)) };
  const state = h('p', { class: 'note', role: 'status' });
  const work = h('div');
  /** @type {ReturnType<typeof makeJob> | undefined} */
  let job;
  let taken = 0;

  /** Read a file, in place of the one before. @param {Blob} file @param {string} name */
  async function take(file, name) {
    const turn = ++taken;
    job?.cancel();
    job = undefined;
    work.replaceChildren();
    say(t.batch.reading(name));
    let said = 0; // tenths
    try {
      const Papa = await loadLibrary(site.manifest.libraries.papaparse, 'Papa', (t) => t.batch.library);
      const table = await readTable(Papa, file, name, fields, (share) => {
        const tenth = Math.floor(10 * share);
        if (turn === taken && file.size > LARGE && tenth !== said) say(t.batch.readingShare(name, site.format.percent((said = tenth) / 10, 0)));
      }, site);
      if (turn !== taken || signal.aborted) return; // another file was taken meanwhile, or nobody waits any more
      say(describe(table, site));
      job = makeJob(table, site);
      work.replaceChildren(job.element);
    } catch (error) {
      if (turn !== taken || signal.aborted) return;
      if (!(error instanceof UserFacingError)) throw error;
      const { what, todo } = wordsOf(error, t);
      say(`${what} ${todo}`, true);
    }
  }

  /** @param {string} words @param {boolean} [bad] */
  function say(words, bad = false) {
    state.textContent = words;
    state.classList.toggle('refusal', bad);
  }

  site.form.watch(() => job?.update());
  onEnd(signal, () => job?.cancel());
  return { element: h('section', { class: 'batch' }, style, heading, makeSource(fields, take, site), state, work) };
}

/** What was read, in a sentence or more. @param {import('./read.js').Table} table @param {Site} site */
function describe({ name, count, columns, blank, encoding }, { t, format: { number } }) {
  const sentences = [t.batch.found(name, number(count), number(columns.length))];
  if (blank) sentences.push(t.batch.blank(blank));
  if (encoding === 'windows-1252') sentences.push(t.batch.encoding);
  return sentences.join(' ');
}
