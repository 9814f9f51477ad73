/**
 * @file How fast the model is on this device: measured on request, shown as a table and a plot, to be copied.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../ui/types.js').Panel} Panel
 * @typedef {import('../../codec/types.js').Row} Row
 */

import { encode } from '../../codec/encode.js';
import { UserFacingError } from '../../codec/user-facing-error.js';
import { copier } from '../../ui/copy.js';
import { button, h } from '../../ui/dom.js';
import { table } from '../../ui/parts.js';
import { proveHere } from '../../ui/prove-here.js';
import { wordsOf } from '../../ui/words.js';
import { bars } from './bars.js';
import { measure, RUNS } from './measure.js';
import { asJson, asMarkdown, clock, device, entries, precise } from './report.js';

/** @param {Site} site @returns {Panel} */
export function benchmark(site) {
  const { manifest, client, form, showError, t, format, signal } = site;
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
      const measured = await measure(manifest, encode(manifest.form, [row]), (count) => { bar.value = count; }, signal);
      show(row, measured);
      running = false;
      say(t.benchmark.done);
    } catch (error) {
      if (signal.aborted) return;
      running = false;
      say('');
      if (!(error instanceof UserFacingError)) return showError(error);
      const { what, todo } = wordsOf(error, t);
      say(t.benchmark.failed(what, todo));
    }
  }

  /** @param {Row} row @param {import('./measure.js').Measured} measured */
  function show(row, measured) {
    const head = [t.benchmark.what, t.benchmark.time].map((text) => h('th', { scope: 'col' }, text));
    const rows = entries(measured, site).map(([what, ms]) => [
      h('th', { scope: 'row' }, what),
      h('td', {}, h('data', { value: ms }, precise(ms, site, measured.tick))),
    ]);
    report.replaceChildren(
      table(head, rows),
      h('figure', {}, bars(measured.runs, site), h('figcaption', { class: 'help' }, clock(measured, site))),
      h('p', { class: 'device' }, device(measured, site)),
      copier({
        [t.benchmark.json]: () => asJson(manifest, row, measured, site),
        [t.benchmark.markdown]: () => asMarkdown(manifest, measured, site),
      }, site),
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
    element: h('section', { class: 'card benchmark' }, style, ...head, h('div', { class: 'controls' }, start, bar, state), report, ...proveHere(site)),
    async start() {
      ready = true;
      const files = { ...manifest.files, ...((await client.ready).backend === 'webgpu' && manifest.webgpu?.files) };
      about.textContent = t.benchmark.about(format.bytes(Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0)));
      say(form.row ? '' : t.benchmark.refused);
    },
  };
}
