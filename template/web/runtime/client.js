/**
 * @file The model as the page sees it: `new Client(manifest, manifestUrl)`, `await client.run(feeds)`.
 *
 * Downloads and checks the files here, then hands them to one worker, in which everything is computed.
 *
 * @typedef {import('./types.js').Manifest} Manifest
 * @typedef {import('./types.js').Feed} Feed
 * @typedef {import('./types.js').Progress} Progress
 * @typedef {{version: string, backend: 'wasm', threads: number, loadMs: number}} Ready
 * @typedef {{outputs: Record<string, Feed>, ms: number}} Ran
 * @typedef {'runtime' | 'session'} Stage of loading
 * @typedef {{id: number, feeds: Record<string, Feed>, times: number, resolve: (ran: Ran) => void, reject: (error: Error) => void}} Request
 */

import { t } from '../strings.js';
import { outputNames } from './decode.js';
import { download } from './download.js';
import { addressOf } from './kept.js';
import { foreign, startWorker } from './start.js';
import { threadsOf } from './threads.js';
import { Trouble } from './trouble.js';

/** How browsers say that a page's Content-Security-Policy forbids WebAssembly. */
const POLICY = /\bCSP\b|content.security.policy|unsafe-eval/i;

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
    this.ready = this.#begin();
  }

  /** Go on in a new worker, which is bound by what the page's policy says now; what was asked and not answered is asked there. */
  restart() {
    const passOn = this.#passOn;
    this.worker.terminate();
    this.#usable = false;
    this.#computing = 0;
    this.worker = startWorker();
    this.ready = this.#begin();
    passOn(this.ready);
    return this.ready;
  }

  #begin() {
    /** @type {Promise<Ready>} */
    const loaded = new Promise((resolve, reject) => {
      this.#passOn = resolve; // whatever becomes of this load then, nobody hears of it
      this.#load(...this.#given).then(resolve, reject);
    });
    const ready = loaded.catch((error) => {
      this.#break(error);
      throw error;
    });
    ready.catch(() => {}); // whoever waits for it or for a run hears of it
    return ready;
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
   * @param {Manifest} manifest @param {string} base @param {(progress: Progress) => void} onprogress
   * @returns {Promise<Ready>}
   */
  async #load({ files, form, versions, threads }, base, onprogress) {
    const { worker } = this; // when the files are there, it may have been given up: they must not go to the one in its place
    /** @type {PromiseWithResolvers<Ready>} */
    const started = withResolvers();
    worker.onmessage = ({ data: { type, id, ...said } }) => {
      if (type === 'ready') started.resolve(said);
      else if (type === 'ran') this.#ended(id, (request) => request.resolve(said));
      else if (id) this.#ended(id, (request) => request.reject(new Trouble(t.trouble.run, said.detail)));
      else started.reject(new Trouble(POLICY.test(said.detail) ? t.trouble.policy : t.trouble[/** @type {Stage} */ (said.stage)], said.detail));
    };
    worker.onerror = (event) => {
      event.preventDefault(); // it is said on the page
      const never = foreign ? t.trouble.policy : t.trouble.part('worker.js'); // without a message it never came to run
      const trouble = new Trouble(event.message ? t.trouble.worker : never, event.message);
      started.reject(trouble);
      this.#break(trouble);
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
    const sent = loaded.then(([wasm, model]) =>
      worker.postMessage({ type: 'load', ort, wasm, model, outputs: names, threads: threadsOf(threads) }, [wasm.buffer, model.buffer]),
    );
    const [ready] = await Promise.all([started.promise, sent]);
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
