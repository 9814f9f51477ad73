/**
 * @file Where the model computes: one session, one queue.
 *
 * In:  {type: 'load', ort: url, wasm: bytes, model: bytes, outputs: names, threads, provider}, then any number of {type: 'run', id, feeds, times}
 *      Of the panel `privacy`: {type: 'reach', url, port} and {type: 'requests', port}, answered through their port
 * Out: {type: 'ready', version, backend, threads, loadMs}, {type: 'ran', id, outputs, ms}, {type: 'lost'} when the graphics card is, or
 *      {type: 'failed', stage: 'runtime' | 'session', detail} of the load and {type: 'failed', id, detail} of a run
 *
 * @typedef {import('./types.js').Feed} Feed
 * @typedef {{ort: string, wasm: Uint8Array, model: Uint8Array, outputs: string[], threads: number, provider: import('./client.js').Provider}} Load
 */

const page = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** The onnxruntime-web module. @type {any} */
let ort;
/** Its session of our model. @type {any} */
let session;
/** The outputs that the page shows. @type {string[]} */
let names;

let queue = Promise.resolve();
page.onmessage = ({ data }) => {
  queue = queue.then(() => TASKS[data.type](data));
};

/** @param {Load} files */
async function load({ ort: url, wasm, model, outputs, threads, provider }) {
  const start = performance.now();
  let stage = 'runtime';
  try {
    ort = await import(url);
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
    page.postMessage({ type: 'failed', stage, detail: String(error) });
  }
}

/**
 * Run so many times in a row: `ms` is the time of one run.
 * @param {{id: number, feeds: Record<string, Feed>, times: number}} request
 */
async function run({ id, feeds, times }) {
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
    page.postMessage({ type: 'ran', id, outputs, ms });
  } catch (error) {
    page.postMessage({ type: 'failed', id, detail: String(error) });
  }
}

/**
 * Tell whether a connection can be made from here: 'refused' by the policy that binds this worker, 'reached', or 'failed' otherwise.
 * @param {{url: string, port: MessagePort}} request
 */
function reach({ url, port }) {
  page.addEventListener('securitypolicyviolation', () => port.postMessage('refused'), { once: true });
  fetch(url, { cache: 'no-store' }).then(() => port.postMessage('reached'), () => setTimeout(() => port.postMessage('failed'), 1000));
}

/** Tell of every request made from here, the past ones too. @param {{port: MessagePort}} request */
function requests({ port }) {
  const tell = (/** @type {PerformanceObserverEntryList} */ list) => port.postMessage(list.getEntries().map((entry) => entry.toJSON()));
  new PerformanceObserver(tell).observe({ type: 'resource', buffered: true });
}

/** What may be asked. @type {Record<string, (data: any) => void | Promise<void>>} */
const TASKS = { load, run, reach, requests };
