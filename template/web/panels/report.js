/**
 * @file A measurement in words, and as what people paste elsewhere.
 *
 * @typedef {import('../runtime/types.js').Manifest} Manifest
 * @typedef {import('../runtime/types.js').Row} Row
 * @typedef {import('./measure.js').Measured} Measured
 */

import { bytes, rounded } from '../format.js';
import { t } from '../strings.js';
import { engine } from './device.js';
import { median, p95 } from './measure.js';

/** What was measured, each with its milliseconds. @param {Measured} measured @returns {[string, number][]} */
export function entries({ cold, session, first, runs }) {
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
 * @param {number} ms @param {number} [tick]
 * @returns {string}
 */
export function precise(ms, tick = 1) {
  return ms > 0 ? t.units.milliseconds(rounded(Number(ms.toPrecision(3)))) : t.result.below(precise(tick));
}

/** How exact the times are. @param {Measured} measured */
export function clock({ tick, times }) {
  return times > 1 ? t.benchmark.batches(precise(tick), times) : t.benchmark.clock(precise(tick));
}

/** What it was measured on. @param {Measured} measured */
export function device({ version, backend, threads, wanted }) {
  const runtime = `onnxruntime-web ${version} (${t.result[/** @type {'wasm'} */ (backend)]})`;
  return [engine(), t.benchmark.cores(navigator.hardwareConcurrency), runtime, t.benchmark.threads(threads, wanted)].join(' · ');
}

/** @param {Manifest} manifest @param {Row} row @param {Measured} measured */
export function asJson({ page, files }, row, measured) {
  const { cold, session, first, runs, times, tick, version, backend, threads } = measured;
  const told = {
    model: page.name,
    model_sha256: files.model.sha256,
    model_bytes: files.model.bytes,
    values: row,
    ms: { cold_load: cold, session, first_run: first, median: median(runs), p95: p95(runs), runs },
    runs_per_timing: times,
    clock_tick_ms: tick,
    device: { browser: engine(), cores: navigator.hardwareConcurrency, threads },
    runtime: { 'onnxruntime-web': version, backend },
    measured: new Date().toISOString(),
  };
  return JSON.stringify(told, null, 2);
}

/** @param {Manifest} manifest @param {Measured} measured */
export function asMarkdown({ page, files }, measured) {
  const { model } = files;
  const cell = (/** @type {string} */ text) => text.replaceAll('|', '\\|');
  const rows = entries(measured).map(([what, ms]) => [what, precise(ms, measured.tick)]);
  const table = [[t.benchmark.what, t.benchmark.time], ['---', '---:'], ...rows].map(([what, time]) => `| ${cell(what)} | ${time} |`);
  const about = `${page.name}, ONNX, ${bytes(model.bytes)}, SHA-256 ${model.sha256.slice(0, 12)}`;
  const notes = [`${t.benchmark.model}: ${about}`, `${t.benchmark.device}: ${device(measured)}`, clock(measured)];
  return [...table, '', ...notes.map((note) => `- ${note}`), ''].join('\n');
}
