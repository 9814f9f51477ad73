/**
 * @file The model as the page sees it: `new Client(manifest, manifestUrl)`, `await client.run(feeds)`.
 *
 * Downloads and checks the files here, then hands them to one worker, in which everything is computed.
 *
 * @typedef {import('./types.js').Manifest} Manifest
 * @typedef {import('./types.js').Feed} Feed
 * @typedef {import('./types.js').Progress} Progress
 * @typedef {{version: string, backend: Provider['name'], instead: Instead | undefined, threads: number, loadMs: number}} Ready
 * @typedef {{name: 'wasm' | 'webgpu', forceCpuNodeNames?: string[]}} Provider what the session computes with, as onnxruntime-web takes it
 * @typedef {'none' | 'model' | 'failed'} Instead why WebAssembly computes in place of WebGPU: there is none here, it can't compute this model, or it failed
 * @typedef {{outputs: Record<string, Feed>, ms: number}} Ran
 * @typedef {'runtime' | 'session'} Stage of loading
 * @typedef {{id: number, feeds: Record<string, Feed>, times: number, resolve: (ran: Ran) => void, reject: (error: Error) => void}} Request
 */

import { t } from '../strings.js';
import { outputNames } from './decode.js';
import { download } from './download.js';
import { whyNot } from './gpu.js';
import { addressOf } from './kept.js';
import { foreign, startWorker } from './start.js';
import { threadsOf } from './threads.js';
import { Trouble } from './trouble.js';

/** How browsers say that a page's Content-Security-Policy forbids WebAssembly. */
const POLICY = /\bCSP\b|content.security.policy|unsafe-eval/i;

const PATIENCE = 20_000; // ms from all files being there to a session on several threads

/** Why a run was given up: a later one took its place. */
export class Superseded extends Error {}

export class Client {
  /**
   * The latest request of each lane, until it is settled; lanes are served in the order in which they were first used.
   * @type {Map<string, Request | undefined>}
   */
  #lanes = new Map([['form', undefined]]);
  /** Id of the request that the worker has, 0 for none. */
  #computing = 0;
  #requests = 0;
  /** Why nothing can run any more. @type {Error | undefined} */
  #broken;
  #usable = false;
  /** Lets those who wait for a worker that is given up wait for the one in its place. @type {(ready: Promise<Ready>) => void} */
  #passOn = () => {};
  /** Why not on the graphics card. @type {Instead | undefined} */
  #instead;
  /** Whether a worker that was to compute on several threads has not answered: from then on there is one. */
  #silent = false;
  /** What the constructor was given. @type {[Manifest, string, (progress: Progress) => void]} */
  #given;

  /**
   * Starts downloading at once. `onprogress` is told the bytes that have arrived, of all files together.
   * @param {Manifest} manifest
   * @param {string} manifestUrl what its urls are relative to
   * @param {{onprogress?: (progress: Progress) => void}} [options]
   */
  constructor(manifest, manifestUrl, { onprogress = () => {} } = {}) {
    this.#given = [manifest, manifestUrl, onprogress];
    this.worker = startWorker();
    /** Settled once runs can start; rejects with Trouble. @type {Promise<Ready>} */
    this.ready = this.#begin(this.worker);
  }

  /** Go on in a new worker, which is bound by what the page's policy says now; what was asked and not answered is asked there. */
  restart() {
    const passOn = this.#passOn;
    this.worker.terminate();
    this.#usable = false;
    this.#computing = 0;
    this.worker = startWorker();
    this.ready = this.#begin(this.worker);
    passOn(this.ready);
    return this.ready;
  }

  /** @param {Worker} worker */
  #begin(worker) {
    /** @type {Promise<Ready>} */
    const started = new Promise((resolve, reject) => {
      this.#passOn = resolve; // whatever becomes of this start then, nobody hears of it
      this.#start(worker).then(resolve, reject);
    });
    const ready = started.catch((error) => {
      this.#break(error);
      throw error;
    });
    ready.catch(() => {}); // whoever waits for it or for a run hears of it
    return ready;
  }

  /** On the graphics card, where it is wished for and can be; else with WebAssembly. @param {Worker} worker @returns {Promise<Ready>} */
  async #start(worker) {
    const [{ files, runtime, webgpu }] = this.#given;
    if (runtime === 'webgpu') this.#instead ??= await whyNot(webgpu);
    if (webgpu && !this.#instead) {
      const left = webgpu.processor.length ? { forceCpuNodeNames: webgpu.processor } : {}; // an empty list is an error
      return this.#load(worker, { ...files, ...webgpu.files }, { name: 'webgpu', ...left }).catch(() => this.#withoutCard(worker));
    }
    return { ...(await this.#load(worker, files, { name: 'wasm' })), instead: this.#instead };
  }

  /** Whatever fails on the graphics card, which may be gone for good, is tried once more without it. @param {Worker} worker that failed */
  #withoutCard(worker) {
    if (worker !== this.worker || this.#broken) return this.ready; // this was done, or nobody waits any more
    this.#instead = 'failed';
    return this.restart();
  }

  /** A worker that waits for its threads can't tell of it: Firefox at times gives it none, after another one was ended. @param {Worker} worker */
  #withOneThread(worker) {
    if (worker !== this.worker || this.#broken) return;
    this.#silent = true;
    this.restart();
  }

  /**
   * Compute the outputs of some feeds. Only a lane's latest run counts: the ones before it reject with Superseded.
   * @param {Record<string, Feed>} feeds input name -> tensor
   * @param {string} [lane] who asks: a panel's runs never take the place of the form's, which come first
   * @param {number} [times] how often, where one run is too short for the clock: `ms` is then the mean
   * @returns {Promise<Ran>}
   */
  run(feeds, lane = 'form', times = 1) {
    this.#lanes.get(lane)?.reject(new Superseded());
    this.#lanes.set(lane, undefined);
    if (this.#broken) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      this.#lanes.set(lane, { id: ++this.#requests, feeds, times, resolve, reject });
      this.#next();
    });
  }

  /** Give up what a lane asked for. A run can only be stopped together with its worker: what others asked for goes on in a new one. */
  stop(lane = 'form') {
    this.#lanes.get(lane)?.reject(new Superseded());
    this.#lanes.set(lane, undefined);
    return this.restart();
  }

  /** Give the model and its memory back. */
  close() {
    this.#break(new Superseded());
  }

  /** Hand the first lane's request to the worker, when that has nothing to do. */
  #next() {
    const request = [...this.#lanes.values()].find((wanted) => wanted);
    if (!this.#usable || this.#computing || !request) return;
    const { id, feeds, times } = request;
    this.#computing = id;
    this.worker.postMessage({ type: 'run', id, feeds, times });
  }

  /**
   * A run has ended; its answer matters only when no later request has come meanwhile.
   * @param {number} id @param {(request: Request) => void} settle
   */
  #ended(id, settle) {
    this.#computing = 0;
    for (const [lane, request] of this.#lanes) {
      if (request?.id !== id) continue;
      this.#lanes.set(lane, undefined);
      settle(request);
    }
    this.#next();
  }

  /** @param {Error} error */
  #break(error) {
    this.#broken ??= error;
    this.worker.terminate();
    for (const [lane, request] of this.#lanes) {
      this.#lanes.set(lane, undefined);
      request?.reject(this.#broken);
    }
  }

  /**
   * @param {Worker} worker @param {Manifest['files']} files @param {Provider} provider
   * @returns {Promise<Ready>}
   */
  async #load(worker, files, provider) {
    const [{ form, versions, threads }, base, onprogress] = this.#given;
    /** @type {PromiseWithResolvers<Ready>} */
    const started = withResolvers();
    worker.onmessage = ({ data: { type, id, ...said } }) => {
      if (type === 'ready') started.resolve(said);
      else if (type === 'ran') this.#ended(id, (request) => request.resolve(said));
      else if (type === 'lost' || (id && provider.name === 'webgpu')) this.#withoutCard(worker);
      else if (id) this.#ended(id, (request) => request.reject(new Trouble(t.trouble.run, said.detail)));
      else started.reject(new Trouble(POLICY.test(said.detail) ? t.trouble.policy : t.trouble[/** @type {Stage} */ (said.stage)], said.detail));
    };
    worker.onerror = (event) => {
      event.preventDefault(); // it is said on the page
      const never = foreign ? t.trouble.policy : t.trouble.part('worker.js'); // without a message it never came to run
      const trouble = new Trouble(event.message ? t.trouble.worker : never, event.message);
      started.reject(trouble);
      if (provider.name === 'webgpu') this.#withoutCard(worker);
      else this.#break(trouble);
    };

    const progress = { loaded: 0, total: files.ort.bytes + files.wasm.bytes + files.model.bytes };
    const arrived = (/** @type {number} */ count) => onprogress({ ...progress, loaded: (progress.loaded += count) });
    // The worker imports the runtime's script by its address; fetched here as well, a wrong file is found out in time.
    const loaded = Promise.all([
      download(files.wasm, base, t.files.wasm, arrived),
      download(files.model, base, t.files.model, arrived),
      download(files.ort, base, t.files.ort, arrived),
    ]);
    const names = outputNames(form);
    const ort = addressOf(new URL(files.ort.url, base).href);
    const count = this.#silent ? 1 : threadsOf(threads);
    /** @type {number | undefined} */
    let silence;
    const sent = loaded.then(([wasm, model]) => {
      worker.postMessage({ type: 'load', ort, wasm, model, outputs: names, threads: count, provider }, [wasm.buffer, model.buffer]);
      if (count > 1) silence = setTimeout(() => this.#withOneThread(worker), PATIENCE);
    });
    const [ready] = await Promise.all([started.promise, sent]).finally(() => clearTimeout(silence));
    const wanted = versions['onnxruntime-web'];
    if (ready.version !== wanted) throw new Trouble(t.trouble.version(wanted, ready.version));
    this.#usable = true;
    this.#next();
    return ready;
  }
}

/** Promise.withResolvers, which browsers have only since 2024. */
function withResolvers() {
  /** @type {any} */
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}
