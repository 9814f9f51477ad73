/**
 * @file Many rows at once: a CSV file in, the same file with the model's results out. Everything stays on the device.
 *
 * @typedef {import('../runtime/types.js').Site} Site
 * @typedef {import('../runtime/types.js').Panel} Panel
 */

import { h } from '../dom.js';
import { number } from '../format.js';
import { isArray } from '../runtime/arrays.js';
import { loadLibrary } from '../runtime/library.js';
import { Trouble } from '../runtime/trouble.js';
import { t } from '../strings.js';
import { makeJob } from './batch-job.js';
import { fitsTable } from './batch-outputs.js';
import { readTable } from './batch-read.js';
import { makeSource } from './batch-source.js';

/** @param {Site} site @returns {Panel} */
export function batch(site) {
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
    try {
      const Papa = await loadLibrary(site.manifest.libraries.papaparse, 'Papa', t.batch.library);
      const table = await readTable(Papa, file, name, fields);
      if (turn !== taken) return; // another file was taken meanwhile
      say(describe(table));
      job = makeJob(site, Papa, table);
      work.replaceChildren(job.element);
    } catch (error) {
      if (turn !== taken) return;
      if (!(error instanceof Trouble)) throw error;
      say(`${error.message} ${error.todo}`, true);
    }
  }

  /** @param {string} words @param {boolean} [bad] */
  function say(words, bad = false) {
    state.textContent = words;
    state.classList.toggle('refusal', bad);
  }

  site.form.watch(() => job?.update());
  return { element: h('section', { class: 'batch' }, style, heading, makeSource(fields, take), state, work) };
}

/** What was read, in a sentence or more. @param {import('./batch-read.js').Table} table */
function describe({ name, lines, columns, blank, encoding }) {
  const sentences = [t.batch.found(name, number(lines.length), number(columns.length))];
  if (blank) sentences.push(t.batch.blank(blank));
  if (encoding === 'windows-1252') sentences.push(t.batch.encoding);
  return sentences.join(' ');
}
