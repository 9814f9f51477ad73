/**
 * @file How fast the model is on this device: measured on request, shown as a table and a plot, to be copied.
 *
 * @typedef {import('../runtime/types.js').Site} Site
 * @typedef {import('../runtime/types.js').Panel} Panel
 * @typedef {import('../runtime/types.js').Row} Row
 */

import { button, h } from '../dom.js';
import { bytes } from '../format.js';
import { encode } from '../runtime/encode.js';
import { Trouble } from '../runtime/trouble.js';
import { t } from '../strings.js';
import { bars } from './bars.js';
import { copier } from './copy.js';
import { measure, RUNS } from './measure.js';
import { table } from './parts.js';
import { asJson, asMarkdown, clock, device, entries, precise } from './report.js';

/** @param {Site} site @returns {Panel} */
export function benchmark({ manifest, client, form, alarm }) {
  const start = button(t.benchmark.start, 'chip', run);
  const bar = h('progress', { max: RUNS, hidden: true, 'aria-label': t.benchmark.running });
  const state = h('p', { class: 'help', role: 'status' });
  const report = h('div', { class: 'report' });
  let ready = false; // a measurement would slow down the page's own first result
  let running = false;

  /** @param {string} text */
  function say(text) {
    start.setAttribute('aria-disabled', String(!ready || running || !form.row));
    state.textContent = text;
    bar.hidden = !running;
  }

  async function run() {
    const row = form.row;
    if (!ready || running || !row) return;
    running = true;
    bar.removeAttribute('value');
    say(t.benchmark.running);
    try {
      const measured = await measure(manifest, encode(manifest.form, [row]), (count) => { bar.value = count; });
      show(row, measured);
      running = false;
      say(t.benchmark.done);
    } catch (error) {
      running = false;
      say(error instanceof Trouble ? t.benchmark.failed(error.message, error.todo) : '');
      if (!(error instanceof Trouble)) alarm(error);
    }
  }

  /** @param {Row} row @param {import('./measure.js').Measured} measured */
  function show(row, measured) {
    const head = [t.benchmark.what, t.benchmark.time].map((text) => h('th', { scope: 'col' }, text));
    const rows = entries(measured).map(([what, ms]) => [
      h('th', { scope: 'row' }, what),
      h('td', {}, h('data', { value: ms }, precise(ms, measured.tick))),
    ]);
    report.replaceChildren(
      table(head, rows),
      h('figure', {}, bars(measured.runs), h('figcaption', { class: 'help' }, clock(measured))),
      h('p', { class: 'device' }, device(measured)),
      copier({
        [t.benchmark.json]: () => asJson(manifest, row, measured),
        [t.benchmark.markdown]: () => asMarkdown(manifest, measured),
      }),
    );
    start.textContent = t.benchmark.again;
  }

  form.watch((row) => {
    if (!running) say(row || !ready ? '' : t.benchmark.refused);
  });
  const style = h('link', { rel: 'stylesheet', href: new URL('benchmark.css', import.meta.url).href });
  const about = h('p', { class: 'help' });
  const head = [h('h2', {}, t.benchmark.heading), about];
  return {
    element: h('section', { class: 'card benchmark' }, style, ...head, h('div', { class: 'controls' }, start, bar, state), report),
    async start() {
      ready = true;
      const { ort, wasm, model } = { ...manifest.files, ...((await client.ready).backend === 'webgpu' && manifest.webgpu?.files) };
      about.textContent = t.benchmark.about(bytes(ort.bytes + wasm.bytes + model.bytes));
      say(form.row ? '' : t.benchmark.refused);
    },
  };
}
