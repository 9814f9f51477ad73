/**
 * @file One table on its way: what it looks like, which column is which field, the computing, the results.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('./read.js').Table} Table
 * @typedef {import('./run.js').Outcome} Outcome
 */

import { button, h } from '../../ui/dom.js';
import { save } from '../../ui/save.js';
import { Superseded } from '../../runtime/client.js';
import { makeColumns } from './columns.js';
import { addedColumns } from './outputs.js';
import { computeRows } from './run.js';
import { write } from './save.js';
import { howMany, preview, problemList, resultTable } from './table.js';

/** @param {any} Papa @param {Table} table @param {Site} site */
export function makeJob(Papa, table, site) {
  const { t, format: { duration, number } } = site;
  const { form } = site.manifest;
  const fields = form.inputs.flatMap((input) => input.fields);
  const added = addedColumns(form.outputs, site);
  const total = table.lines.length;
  /** What stops the computing, while it goes on. @type {AbortController | undefined} */
  let running;

  const columns = makeColumns(fields, table, site.manifest.page.panels.includes('predict'), update, site);
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
    const formRow = site.form.row ?? {};
    const from = performance.now();
    results.replaceChildren();
    said.textContent = '';
    show(0);
    progress.hidden = false;
    update();
    try {
      const outcomes = await computeRows(table.lines, (cells) => columns.rowOf(cells, formRow), signal, show, site);
      if (site.signal.aborted) return;
      const sound = number(outcomes.filter((outcome) => outcome.results).length);
      if (outcomes.length === total) said.textContent = t.batch.done(sound, number(total), duration(performance.now() - from));
      else said.textContent = t.batch.cancelled(number(outcomes.length), number(total));
      if (outcomes.length) results.append(...shown(outcomes));
    } catch (error) {
      if (!(error instanceof Superseded || site.signal.aborted)) site.showError(error);
    } finally {
      running = undefined;
      progress.hidden = true;
      update();
    }
  }

  /** @param {Outcome[]} outcomes */
  function shown(outcomes) {
    const download = button(t.batch.download, 'main', async () => {
      const file = await write(Papa, table, outcomes, added, site);
      if (!site.signal.aborted) save(file, t.batch.file(table.name.replace(/\.\w+$/, '')));
    });
    const heading = h('h3', {}, t.batch.results);
    return [download, ...problemList(table, outcomes, site), heading, resultTable(table, outcomes, added, site), ...howMany(outcomes, site)];
  }

  update();
  const parts = [h('h3', {}, t.batch.preview), preview(table, site), h('h3', {}, t.batch.columns), columns.element];
  return {
    element: h('div', { class: 'job' }, ...parts, hint, compute, progress, said, results),
    update,
    cancel: () => running?.abort(),
  };
}
