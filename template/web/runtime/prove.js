/**
 * @file Proves on this device what was proven where the page was built: computes the cases that the site carries, and holds the outputs
 * against what native onnxruntime gave.
 *
 * @typedef {import('./types.js').Manifest} Manifest
 * @typedef {import('./types.js').Report} Report
 * @typedef {import('../codec/types.js').Feed} Feed
 * @typedef {import('../codec/packed.js').Packed} Packed
 * @typedef {import('../codec/parity.js').Rules & {cases: {name: string, values: Record<string, any>, outputs: Record<string, Packed>, near?: number[][]}[]}} Carried
 * @typedef {Pick<Report['device'], 'backend' | 'threads' | 'card'> & {version: string}} Computing what computes
 */

import { ArrayValue } from '../codec/array-value.js';
import { outputNames } from '../codec/decode.js';
import { encode } from '../codec/encode.js';
import { unpack } from '../codec/packed.js';
import { compare } from '../codec/parity.js';
import { UserFacingError } from '../codec/user-facing-error.js';
import { buildOf } from './address.js';
import { browserOf, systemOf } from './device.js';
import { download } from './download.js';
import { ENGINES } from './engines/index.js';

/**
 * Throws UserFacingError, or the signal's reason, where the cases can't be had or computed.
 * @param {Manifest} manifest @param {string} base what its urls are relative to
 * @param {(feeds: Record<string, Feed>) => Promise<{outputs: Record<string, Feed>}>} run
 * @param {() => Computing} computing asked when all is computed
 * @param {{signal?: AbortSignal, oncase?: (count: number) => void}} [options] `oncase` hears how many cases are computed
 * @returns {Promise<Report>}
 */
export async function prove(manifest, base, run, computing, { signal, oncase = () => {} } = {}) {
  const { form, page, files, facts } = manifest;
  const { onnxruntime: native, xllamacpp } = facts.versions ?? {};
  if (!manifest.cases) throw new UserFacingError('uncarried', (t) => t.trouble.uncarried);
  const bytes = await download(manifest.cases, base, (t) => t.files.cases, { signal });
  /** @type {Carried} */
  const { cases, ...rules } = JSON.parse(new TextDecoder().decode(bytes));
  const expected = cases.map(({ outputs }) => mapped(outputs, unpack));
  const actual = [];
  const start = performance.now();
  for (const { values } of cases) {
    signal?.throwIfAborted();
    const row = mapped(values, (value) => (value?.dtype ? new ArrayValue(unpack(value)) : value));
    actual.push((await run(encode(form, [row]))).outputs);
    oncase(actual.length);
  }
  const ms = performance.now() - start;
  const shown = new Set(outputNames(form));
  const judged = { ...rules, outputs: Object.fromEntries(Object.entries(rules.outputs).filter(([name]) => shown.has(name))) };
  const { differences, wrong, parted } = compare(judged, expected, actual, cases.map(({ near }) => near));
  const { version, ...device } = computing();
  return {
    passed: !wrong.length,
    model: page.name,
    model_sha256: files.model.sha256,
    build: buildOf(),
    cases: cases.length,
    wrong: wrong.map((at) => cases[at].name),
    parted,
    outputs: differences.map(jsonable),
    max_abs: most(differences.map(({ max_abs }) => max_abs)),
    max_rel: most(differences.map(({ max_rel }) => max_rel)),
    rule: { rtol: rules.rtol, atol: rules.atol },
    device: { browser: browserOf(), system: systemOf(), ...device },
    runtime: { [ENGINES[manifest.engine].runtime]: version, ...(xllamacpp ? { xllamacpp } : native && { onnxruntime: native }) },
    ms: Math.round(ms),
    proven: new Date().toISOString(),
  };
}

/** The same names, each with what is made of its value. @template From, To @param {Record<string, From>} named @param {(value: From) => To} make */
function mapped(named, make) {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [name, make(value)]));
}

/** The largest; null, as JSON has it, for infinity. @param {number[]} numbers */
function most(numbers) {
  const largest = Math.max(0, ...numbers);
  return Number.isFinite(largest) ? largest : null;
}

/** @param {import('../codec/parity.js').Difference} difference */
function jsonable({ max_abs, max_rel, ...rest }) {
  return { ...rest, max_abs: most([max_abs]), max_rel: most([max_rel]) };
}
