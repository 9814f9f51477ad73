/**
 * @file One table on its way: what it looks like, which column is which field, the computing, the results.
 *
 * @typedef {import('../runtime/types.js').Site} Site
 * @typedef {import('./batch-read.js').Table} Table
 * @typedef {import('./batch-run.js').Outcome} Outcome
 */

import { button, h } from '../dom.js';
import { duration, number } from '../format.js';
import { save } from '../save.js';
import { t } from '../strings.js';
import { makeColumns } from './batch-columns.js';
import { addedColumns } from './batch-outputs.js';
import { computeRows } from './batch-run.js';
import { write } from './batch-save.js';
import { howMany, preview, problemList, resultTable } from './batch-table.js';

/** @param {Site} site @param {any} Papa @param {Table} table */
export function makeJob(site, Papa, table) {
  const { form } = site.manifest;
  const fields = form.inputs.flatMap((input) => input.fields);
  const added = addedColumns(form.outputs);
  const total = table.lines.length;
  /** What stops the computing, while it goes on. @type {AbortController | undefined} */
  let running;

  const columns = makeColumns(fields, table, site.manifest.page.panels.includes('predict'), update);
  const compute = button(t.batch.compute(number(total)), 'main', start);
  const hint = h('p', { class: 'refusal', hidden: true }, t.batch.formRefused);
  const bar = h('progress', { max: total, value: 0, 'aria-label': t.batch.results });
  const count = h('p', { class: 'state' });
  const progress = h('div', { class: 'progress', hidden: true }, bar, count, button(t.batch.cancel, 'quiet', () => running?.abort()));
  const said = h('p', { class: 'note', role: 'status' });
  const results = h('div', { class: 'results' });

  /** Whether it can start now. */
  function update() {
    const waits = columns.usesForm() && !site.form.row;
    hint.hidden = !waits;
    compute.disabled = !columns.complete() || waits;
    compute.setAttribute('aria-disabled', String(running !== undefined)); // not disabled, so that it keeps the focus
  }

  /** @param {number} done */
  function show(done) {
    bar.value = done;
    count.textContent = t.batch.progress(number(done), number(total));
  }

  async function start() {
    if (running) return;
    const { signal } = (running = new AbortController());
    const held = site.form.row ?? {};
    const from = performance.now();
    results.replaceChildren();
    said.textContent = '';
    show(0);
    progress.hidden = false;
    update();
    try {
      const outcomes = await computeRows(site, table.lines, (cells) => columns.rowOf(cells, held), signal, show);
      const sound = number(outcomes.filter((outcome) => outcome.results).length);
      if (outcomes.length === total) said.textContent = t.batch.done(sound, number(total), duration(performance.now() - from));
      else said.textContent = t.batch.cancelled(number(outcomes.length), number(total));
      if (outcomes.length) results.append(...shown(outcomes));
    } catch (error) {
      site.alarm(error);
    } finally {
      running = undefined;
      progress.hidden = true;
      update();
    }
  }

  /** @param {Outcome[]} outcomes */
  function shown(outcomes) {
    const download = button(t.batch.download, 'main', async () => {
      save(await write(Papa, table, outcomes, added), t.batch.file(table.name.replace(/\.\w+$/, '')));
    });
    return [download, ...problemList(table, outcomes), h('h3', {}, t.batch.results), resultTable(table, outcomes, added), ...howMany(outcomes)];
  }

  update();
  const parts = [h('h3', {}, t.batch.preview), preview(table), h('h3', {}, t.batch.columns), columns.element];
  return {
    element: h('div', { class: 'job' }, ...parts, hint, compute, progress, said, results),
    update,
    cancel: () => running?.abort(),
  };
}
