/**
 * @file One table on its way: what it looks like, which column is which field, the computing, the results.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('./read.js').Table} Table
 * @typedef {import('./outcomes.js').Outcomes} Outcomes
 */

import { button, h } from '../../ui/dom.js';
import { save } from '../../ui/save.js';
import { Superseded } from '../../runtime/client.js';
import { makeColumns } from './columns.js';
import { addedColumns } from './outputs.js';
import { computeRows } from './run.js';
import { write } from './save.js';
import { howMany, preview, problemList, resultTable } from './table.js';

const OFTEN = 100; // ms between two pictures of the progress: drawing them costs more than many rows

/** @param {Table} table @param {Site} site */
export function makeJob(table, site) {
  const { t, format: { duration, number } } = site;
  const { form } = site.manifest;
  const fields = form.inputs.flatMap((input) => input.fields);
  const added = addedColumns(form.outputs, site);
  /** What stops the work, while it goes on. @type {AbortController | undefined} */
  let running;

  const columns = makeColumns(fields, table, site.manifest.page.panels.includes('predict'), update, site);
  const compute = button(t.batch.compute(number(table.count)), 'main', start);
  const hint = h('p', { class: 'refusal', hidden: true }, t.batch.formRefused);
  const bar = h('progress', { value: 0, 'aria-label': t.batch.results });
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

  /** Work on so many rows, one work at a time. @param {number} total @param {(signal: AbortSignal, onprogress: (done: number) => void) => Promise<void>} work */
  async function during(total, work) {
    if (running) return;
    const { signal } = (running = new AbortController());
    let reported = 0;
    const onprogress = (/** @type {number} */ done) => {
      if (done && performance.now() - reported < OFTEN) return;
      reported = performance.now();
      bar.value = done;
      count.textContent = t.batch.progress(number(done), number(total));
    };
    bar.max = total;
    onprogress(0);
    progress.hidden = false;
    update();
    try {
      await work(signal, onprogress);
    } catch (error) {
      if (!(error instanceof Superseded || site.signal.aborted)) site.showError(error);
    } finally {
      running = undefined;
      progress.hidden = true;
      update();
    }
  }

  function start() {
    return during(table.count, async (signal, onprogress) => {
      const from = performance.now();
      results.replaceChildren();
      said.textContent = '';
      const outcomes = await computeRows(table, columns.columnsOf(site.form.row ?? {}), added, signal, onprogress, site);
      if (site.signal.aborted) return;
      const [sound, done, total] = [outcomes.count - outcomes.problems.size, outcomes.count, table.count].map((each) => number(each));
      said.textContent = done === total ? t.batch.done(sound, total, duration(performance.now() - from)) : t.batch.cancelled(done, total);
      if (outcomes.count) results.append(...shown(outcomes));
    });
  }

  /** @param {Outcomes} outcomes */
  function shown(outcomes) {
    const download = button(t.batch.download, 'main', () =>
      during(outcomes.count, async (signal, onprogress) => {
        const file = await write(table, outcomes, added, signal, onprogress, site);
        if (!signal.aborted && !site.signal.aborted) save(file, t.batch.file(table.name.replace(/\.\w+$/, '')));
      }),
    );
    const heading = h('h3', {}, t.batch.results);
    return [download, ...problemList(outcomes, site), heading, resultTable(table, outcomes, added, site), ...howMany(outcomes, site)];
  }

  update();
  const parts = [h('h3', {}, t.batch.preview), preview(table, site), h('h3', {}, t.batch.columns), columns.element];
  return {
    element: h('div', { class: 'job' }, ...parts, hint, compute, progress, said, results),
    update,
    cancel: () => running?.abort(),
  };
}
