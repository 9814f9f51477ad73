/**
 * @file A measurement in words, and as what people paste elsewhere.
 *
 * @typedef {import('../../ui/types.js').Context} Context
 * @typedef {import('../../runtime/types.js').Manifest} Manifest
 * @typedef {import('../../codec/types.js').Row} Row
 * @typedef {import('./measure.js').Measured} Measured
 */

import { engine } from '../../runtime/device.js';
import { median, p95 } from './measure.js';

/** What was measured, each with its milliseconds. @param {Measured} measured @param {Context} context @returns {[string, number][]} */
export function entries({ cold, session, first, runs }, { t }) {
  return [
    [t.benchmark.cold, cold],
    [t.benchmark.session, session],
    [t.benchmark.first, first],
    [t.benchmark.median(runs.length), median(runs)],
    [t.benchmark.p95, p95(runs)],
  ];
}

/**
 * Milliseconds with three digits; what the clock saw as nothing took less than its tick.
 * @param {number} ms @param {Context} context @param {number} [tick]
 * @returns {string}
 */
export function precise(ms, context, tick = 1) {
  const { t, format } = context;
  return ms > 0 ? t.units.milliseconds(format.rounded(Number(ms.toPrecision(3)))) : t.result.below(precise(tick, context));
}

/** How exact the times are. @param {Measured} measured @param {Context} context */
export function clock({ tick, times }, context) {
  const { t } = context;
  return times > 1 ? t.benchmark.batches(precise(tick, context), times) : t.benchmark.clock(precise(tick, context));
}

/** What it was measured on. @param {Measured} measured @param {Context} context */
export function device({ runtime, version, backend, threads, wanted }, context) {
  const { t } = context;
  const computes = `${runtime} ${version} (${t.result[backend]})`;
  return [engine(context), t.benchmark.cores(navigator.hardwareConcurrency), computes, t.benchmark.threads(threads, wanted)].join(' · ');
}

/** @param {Manifest} manifest @param {Row} row @param {Measured} measured @param {Context} context */
export function asJson({ page, files }, row, measured, context) {
  const { cold, session, first, runs, times, tick, runtime, version, backend, threads } = measured;
  const figures = {
    model: page.name,
    model_sha256: files.model.sha256,
    model_bytes: files.model.bytes,
    values: row,
    ms: { cold_load: cold, session, first_run: first, median: median(runs), p95: p95(runs), runs },
    runs_per_timing: times,
    clock_tick_ms: tick,
    device: { browser: engine(context), cores: navigator.hardwareConcurrency, threads },
    runtime: { [runtime]: version, backend },
    measured: new Date().toISOString(),
  };
  return JSON.stringify(figures, null, 2);
}

/** @param {Manifest} manifest @param {Measured} measured @param {Context} context */
export function asMarkdown({ page, files, engine: by }, measured, context) {
  const { t, format } = context;
  const { model } = files;
  const cell = (/** @type {string} */ text) => text.replaceAll('|', '\\|');
  const rows = entries(measured, context).map(([what, ms]) => [what, precise(ms, context, measured.tick)]);
  const table = [[t.benchmark.what, t.benchmark.time], ['---', '---:'], ...rows].map(([what, time]) => `| ${cell(what)} | ${time} |`);
  const about = `${page.name}, ${by === 'llama' ? 'GGUF' : 'ONNX'}, ${format.bytes(model.bytes)}, SHA-256 ${model.sha256.slice(0, 12)}`;
  const notes = [`${t.benchmark.model}: ${about}`, `${t.benchmark.device}: ${device(measured, context)}`, clock(measured, context)];
  return [...table, '', ...notes.map((note) => `- ${note}`), ''].join('\n');
}
