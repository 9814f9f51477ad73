/**
 * @file Where the model computes: one session, one queue. Imports nothing when it starts, for it runs from a blob:.
 *
 * In:  {type: 'load', ort, address, wasm, isPartial, model, outputs, threads, provider}, then any number of {type: 'run', feeds, times}.
 *      Of a panel: {type: 'lend', module, …}, which the module in that Blob answers, at once.
 * Out: {type: 'ready', version, backend, threads, loadMs}, {type: 'ran', outputs, ms}, {type: 'lost'} when the WebGPU device is, or
 *      {type: 'failed', stage, detail} with the stage 'runtime' or 'session' of the load, 'run', 'message' for one that makes no sense, or 'partial'
 *      where it may be for want of the functions that were left out of the runtime (`isPartial`).
 *
 * @typedef {import('../../codec/types.js').Feed} Feed
 * @typedef {import('../session.js').Load} Load
 */

const page = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** The onnxruntime-web module. @type {any} */
let ort;
/** Its session of our model. @type {any} */
let session;
/** The outputs that the page shows. @type {string[]} */
let names;
/** Whether functions were left out of the runtime. */
let isWanting = false;

let queue = Promise.resolve();
page.onmessage = ({ data }) => {
  queue = queue.then(() => answer(data));
};

/** Answer a message; one that can't be answered does not keep the next ones from it. @param {{type: string}} message */
async function answer(message) {
  try {
    await TASKS[message.type](message);
  } catch (error) {
    page.postMessage({ type: 'failed', stage: 'message', detail: `${message?.type}: ${error}` });
  }
}

/** @param {Load & {ort: string}} files */
async function load({ ort: kept, address, wasm, isPartial, model, outputs, threads, provider }) {
  const start = performance.now();
  let stage = 'runtime';
  isWanting = isPartial;
  try {
    if (threads > 1) trustThreads([kept, address]);
    ort = await import(kept).catch(() => import(address)); // the policy of a host page may allow no blob:
    ort.env.logLevel = 'error';
    ort.env.wasm.numThreads = threads;
    ort.env.wasm.wasmBinary = wasm;
    ort.env.wasm.initTimeout = 60_000; // a runtime that can't be compiled would keep us waiting for ever
    stage = 'session';
    session = await ort.InferenceSession.create(model, { executionProviders: [provider], logSeverityLevel: 3 });
    names = outputs;
    if (provider.name === 'webgpu') (await ort.env.webgpu.device).lost.then(() => page.postMessage({ type: 'lost' }));
    page.postMessage({ type: 'ready', version: ort.env.versions.web, backend: provider.name, threads: ort.env.wasm.numThreads, loadMs: performance.now() - start });
  } catch (error) {
    fail(stage, error);
  }
}

/** @param {string} stage @param {unknown} error */
function fail(stage, error) {
  const detail = String(error);
  const isTrap = /RuntimeError/.test(detail); // a function that was left out ends the run so, as others may
  page.postMessage({ type: 'failed', stage: isWanting && isTrap ? 'partial' : stage, detail });
}

/**
 * The runtime starts its threads by plain addresses: on a page that asks for Trusted Types they need a policy, and a worker has its own.
 * @param {string[]} scripts of the runtime
 */
function trustThreads(scripts) {
  const factory = /** @type {any} */ (page).trustedTypes;
  if (!factory) return;
  const createScriptURL = (/** @type {string} */ url) => {
    if (!scripts.includes(url)) throw new TypeError(`${url} is no script of the runtime`);
    return url;
  };
  const policy = factory.createPolicy('mlweb', { createScriptURL });
  self.Worker = class extends Worker {
    /** @param {string | URL} url @param {WorkerOptions} [options] */
    constructor(url, options) {
      super(policy.createScriptURL(String(url)), options);
    }
  };
}

/**
 * Run so many times in a row: `ms` is the time of one run.
 * @param {{feeds: Record<string, Feed>, times: number}} request
 */
async function run({ feeds, times }) {
  try {
    const tensors = Object.fromEntries(
      Object.entries(feeds).map(([name, { dtype, dims, data }]) => [name, new ort.Tensor(dtype, data, dims)]),
    );
    const start = performance.now();
    let results = await session.run(tensors, names);
    for (let time = 1; time < times; time++) results = await session.run(tensors, names);
    const ms = (performance.now() - start) / times;
    const outputs = Object.fromEntries(
      Object.entries(results).map(([name, { type, dims, data }]) => [name, { dtype: type, dims: [...dims], data }]),
    );
    page.postMessage({ type: 'ran', outputs, ms });
  } catch (error) {
    fail('run', error);
  }
}

/**
 * Let a module answer that comes along, such as for the panel `privacy`: it tells of this worker what only this worker knows.
 * @param {{module: Blob}} request
 */
async function lend({ module, ...question }) {
  const { answer } = await import(URL.createObjectURL(module));
  answer(question);
}

/** What may be asked. @type {Record<string, (data: any) => void | Promise<void>>} */
const TASKS = { load, run, lend };

export {}; // a module of its own
