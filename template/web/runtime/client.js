/**
 * @file The model as the page sees it: `new Client(manifest, base, { signal })`, `await client.run(feeds)`.
 *
 * Keeps what was downloaded, one session at a time, and what was asked of it in lanes. A session can't be interrupted: to stop a run, or to
 * go on after one has died, another session takes its place, and is asked what was not answered yet.
 *
 * @typedef {import('./types.js').Manifest} Manifest
 * @typedef {import('../codec/types.js').Feed} Feed
 * @typedef {import('./types.js').Progress} Progress
 * @typedef {import('./types.js').Report} Report
 * @typedef {import('./session.js').Provider} Provider
 * @typedef {import('./webgpu.js').FallbackReason} FallbackReason
 * @typedef {import('./session.js').Started & {fallback: FallbackReason | undefined}} Ready
 * @typedef {import('./session.js').Computed & {backend: Provider['name'], fallback: FallbackReason | undefined}} Ran
 * @typedef {(outputs: Record<string, Feed>) => void} OnPart
 * @typedef {{feeds: Record<string, Feed>, times: number, onpart?: OnPart, resolve: (ran: Ran) => void, reject: (error: Error) => void}} Request
 */

import { outputNames } from '../codec/decode.js';
import { UserFacingError } from '../codec/user-facing-error.js';
import { ENGINES } from './engines/index.js';
import { KeptFiles } from './kept-files.js';
import { remember, recall } from './proofs.js';
import { isKept, keepRest } from './rest.js';
import { Session, withResolvers } from './session.js';
import { threadsOf } from './threads.js';
import { webgpuUnavailableReason } from './webgpu.js';
import { fetchScript, startWorker } from './worker-factory.js';

/** Why a run was given up: a later one took its place, or it was stopped. */
export class Superseded extends Error {
  constructor() {
    super('This run was stopped, or a later one took its place.');
  }
}

/** Why a session of WebGPU is not to be used, though it runs. */
class Distrusted extends Error {
  /** @param {FallbackReason} why */
  constructor(why) {
    super(why);
    this.why = why;
  }
}

export class Client {
  #manifest;
  #engine;
  #onprogress;
  /** What downloads wait for. */
  #after;
  /** What comes with them. */
  #beside;
  #files;
  #end = new AbortController();
  /** @type {Session | undefined} */
  #session;
  /** Tells the start under way from those that gave way to it. */
  #current = {};
  /** The lane whose run the session computes. @type {string | undefined} */
  #computing;
  /** The start under way, or the last one. @type {Promise<void>} */
  #starting;
  /** @type {PromiseWithResolvers<Ready>} */
  #ready = withResolvers();
  /** Why nothing can run any more. @type {Error | undefined} */
  #broken;
  /** Why not with WebGPU, once that is known. @type {FallbackReason | undefined} */
  #fallback;
  /** The graphics card's name, where WebGPU is asked for. */
  #card = '';
  /** Whether the runtime is to have the functions, too, that a first visit does without. */
  #isWhole = false;
  /** Of the latest session. @type {import('./session.js').Started | undefined} */
  #started;
  /** The session that is still to show that it can be trusted. @type {Session | undefined} */
  #onTrial;
  #proofs = 0;
  #threads;
  /**
   * The latest request of each lane, until it is settled; lanes are served in the order in which they were first used.
   * @type {Map<string, Request | undefined>}
   */
  #lanes = new Map([['form', undefined]]);
  /** @type {Set<(worker: Worker) => void>} */
  #listeners = new Set();
  /** The last proof on this device; it speaks only of what computed then. @type {Report | undefined} */
  proof;
  /** @type {Set<() => void>} */
  #proofListeners = new Set();

  /**
   * Starts downloading at once, or after something else.
   * @param {Manifest} manifest
   * @param {string} base what its urls are relative to
   * @param {{signal?: AbortSignal, onprogress?: (progress: Progress) => void, after?: Promise<unknown>,
   *   beside?: () => Promise<unknown>}} [options] `signal` closes the client; `beside` gets what else there must be before anything runs
   */
  constructor(manifest, base, { signal, onprogress = () => {}, after, beside = async () => {} } = {}) {
    this.#manifest = manifest;
    this.#engine = ENGINES[manifest.engine];
    this.#onprogress = onprogress;
    this.#after = after;
    this.#beside = beside;
    this.#files = new KeptFiles(base, this.#end.signal);
    this.#threads = threadsOf(manifest.threads);
    /** Settled once: when runs can start, or never will (UserFacingError). @type {Promise<Ready>} */
    this.ready = this.#ready.promise;
    this.ready.catch(() => {}); // whoever waits for it or for a run hears of it
    signal?.addEventListener('abort', () => this.close(), { once: true, signal: this.#end.signal });
    this.#starting = this.#start();
    if (signal?.aborted) this.close();
  }

  /**
   * Compute the outputs of some feeds. Only a lane's latest run counts: the ones before it reject with Superseded.
   * @param {Record<string, Feed>} feeds input name -> tensor
   * @param {string} [lane] who asks: a panel's runs never take the place of the form's, which come first
   * @param {number} [times] how often, where one run is too short for the clock: `ms` is then the mean
   * @param {OnPart} [onpart] hears what there is of the outputs, where an engine makes them bit by bit
   * @returns {Promise<Ran>}
   */
  run(feeds, lane = 'form', times = 1, onpart) {
    this.#giveUp(lane);
    if (this.#broken) return Promise.reject(this.#broken);
    if (lane === this.#computing && this.#engine.canStop) this.#session?.stop();
    return new Promise((resolve, reject) => {
      this.#lanes.set(lane, { feeds, times, onpart, resolve, reject });
      void this.#next();
    });
  }

  /** Whether a run takes so long that a person has to ask for it. */
  get onDemand() {
    return this.#engine.onDemand ?? false;
  }

  /** Give up what a lane asked for. If that is being computed, it ends there, or another session takes over what the other lanes asked. */
  stop(lane = 'form') {
    this.#giveUp(lane);
    if (lane !== this.#computing) return Promise.resolve();
    if (!this.#engine.canStop) return this.restart();
    this.#session?.stop();
    return Promise.resolve();
  }

  /**
   * Go on in another worker, which is bound by what the page's policy says now, and needs no network.
   * Resolves when runs can start again; rejects with UserFacingError when they never will.
   */
  async restart() {
    if (!this.#broken) this.#starting = this.#start();
    for (let last; last !== this.#starting;) await (last = this.#starting); // a start may give way to another one
    if (this.#broken) throw this.#broken;
  }

  /** Give the model and its memory back. Whatever is asked later is refused. */
  close() {
    this.#break(new UserFacingError('closed', (t) => t.trouble.closed));
  }

  /** Hear of the worker that computes, now and whenever another one takes its place. @param {(worker: Worker) => void} listener @param {AbortSignal} signal */
  onWorker(listener, signal) {
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
    if (this.#session) listener(this.#session.worker);
  }

  /**
   * Compute the cases that the site carries, and tell how far they are from native onnxruntime's answers. WebGPU that is wrong computes
   * nothing from then on. Throws UserFacingError where the cases can't be had or computed, Superseded when `signal` is aborted.
   * @param {{signal?: AbortSignal, oncase?: (count: number) => void}} [options]
   * @returns {Promise<Report>}
   */
  async prove({ signal, oncase } = {}) {
    const { prove } = await import('./prove.js');
    await this.ready;
    const lane = `proof ${++this.#proofs}`;
    signal?.addEventListener('abort', () => this.stop(lane).catch(() => {}), { once: true, signal: this.#end.signal });
    /** @type {Set<Provider['name']>} */
    const backends = new Set();
    const run = async (/** @type {Record<string, Feed>} */ feeds) => {
      const ran = await this.run(feeds, lane);
      backends.add(ran.backend);
      return ran;
    };
    const report = await prove(this.#manifest, this.#files.base, run, () => this.#computer(), { signal, oncase });
    if (backends.size > 1) return this.prove({ signal, oncase }); // it fell back meanwhile
    if (report.device.backend === 'webgpu') {
      remember(this.#manifest, report);
      if (!report.passed) {
        this.#fallback = 'wrong';
        await this.restart();
      }
    }
    this.#conclude(report);
    return report;
  }

  /** Hear of proofs on this device. @param {() => void} listener @param {AbortSignal} signal */
  onProof(listener, signal) {
    this.#proofListeners.add(listener);
    signal.addEventListener('abort', () => this.#proofListeners.delete(listener), { once: true });
  }

  /** WebGPU computes only once it has given native's answers on this device. Throws Distrusted. @param {Session} session */
  async #trust(session) {
    this.#onTrial = session;
    try {
      const known = recall(this.#manifest, this.#card);
      const report = known ?? await (await import('./prove.js')).prove(this.#manifest, this.#files.base, (feeds) => session.run(feeds, 1), () => this.#computer());
      if (!known) remember(this.#manifest, report);
      if (!report.passed) throw new Distrusted('wrong');
      this.#conclude(report);
    } catch (error) {
      if (error instanceof Distrusted || session.isDead || /** @type {any} */ (error).code === 'run') throw error;
      throw new Distrusted('unproven'); // the cases did not come, say
    } finally {
      if (this.#onTrial === session) this.#onTrial = undefined;
    }
  }

  /** @param {Report} report */
  #conclude(report) {
    this.proof = report;
    for (const listener of this.#proofListeners) listener();
  }

  /** What computes now. */
  #computer() {
    const { version, backend, threads } = /** @type {import('./session.js').Started} */ (this.#started);
    return { version, backend, threads, ...(backend === 'webgpu' && { card: this.#card }) };
  }

  /** Put a session in the place of the present one. */
  async #start() {
    this.#session?.dispose(new Superseded());
    this.#session = this.#computing = undefined;
    const begun = (this.#current = {});
    const isCurrent = () => begun === this.#current && !this.#broken;
    const { provider, files, isPartial } = await this.#choose();
    try {
      await this.#after;
      const { writer } = this.#engine;
      const [loaded, script] = await Promise.all([this.#files.load(files, this.#onprogress), writer && fetchScript(writer, this.#end.signal), this.#beside()]);
      if (!isCurrent()) return;
      const worker = await startWorker(this.#engine.worker, this.#end.signal);
      if (!isCurrent()) return worker.terminate();
      const session = (this.#session = new Session(worker, provider, (error) => isCurrent() && this.#recover(error, provider)));
      for (const listener of this.#listeners) listener(worker);
      const address = new URL((files.ort ?? files.wasm).url, this.#files.base).href;
      const started = await session.load({ ...loaded, writer: script, address, isPartial, outputs: outputNames(this.#manifest.form), threads: this.#threads });
      const wanted = this.#manifest.versions[this.#engine.runtime] ?? started.version; // llama.cpp has another than its package
      if (started.version !== wanted) throw new UserFacingError('version', (t) => t.trouble.version(wanted, started.version));
      this.#started = started;
      if (provider.name === 'webgpu') await this.#trust(session);
      if (!isCurrent()) return;
      if (files.rest) keepRest().catch(() => {});
      this.#ready.resolve({ ...started, fallback: this.#fallback });
      void this.#next();
    } catch (error) {
      if (isCurrent()) this.#recover(/** @type {Error} */ (error), provider);
    }
  }

  /** What computes, and the files for it: WebGPU where it is asked for and available, else WebAssembly. Never throws. */
  async #choose() {
    const { files, webgpu, rest } = this.#manifest;
    if (!this.#fallback) {
      const { reason, card } = await webgpuUnavailableReason(this.#manifest);
      [this.#fallback, this.#card] = [reason, card];
    }
    /** @type {Provider} */
    const wasm = { name: 'wasm' };
    if (!webgpu || this.#fallback) {
      if (rest && !this.#isWhole) this.#isWhole = this.#threads > 1 || (await isKept(rest, this.#files.base)); // a thread that stops in a trap would be waited for
      return { provider: wasm, files: rest && this.#isWhole ? { ...files, rest } : files, isPartial: Boolean(rest) && !this.#isWhole };
    }
    /** @type {Provider} */
    const provider = { name: 'webgpu', ...(webgpu.processor.length ? { forceCpuNodeNames: webgpu.processor } : {}) }; // an empty list is an error
    return { provider, files: { ...files, ...webgpu.files }, isPartial: false };
  }

  /** After a start or a session has failed: go on with less, where that may help. @param {Error} error @param {Provider} provider that failed */
  #recover(error, provider) {
    if (provider.name === 'webgpu') this.#fallback = error instanceof Distrusted ? error.why : 'failed'; // the device may be gone for good
    else if (error instanceof UserFacingError && error.code === 'silent') this.#threads = 1;
    else if (error instanceof UserFacingError && error.code === 'partial') this.#isWhole = true;
    else return this.#break(error);
    this.#starting = this.#start();
  }

  /** Hand the first lane's request to the session, when that has nothing to do. */
  async #next() {
    const session = this.#session;
    const [lane = '', request] = [...this.#lanes].find(([, wanted]) => wanted) ?? [];
    if (session?.state !== 'idle' || !request || session === this.#onTrial) return;
    this.#computing = lane;
    const fallback = this.#fallback;
    try {
      const onpart = (/** @type {Record<string, Feed>} */ outputs) => this.#lanes.get(lane) === request && request.onpart?.(outputs);
      const computed = await session.run(request.feeds, request.times, onpart);
      this.#settle(lane, request, () => request.resolve({ ...computed, backend: session.provider.name, fallback }));
    } catch (error) {
      const failed = /** @type {Error} */ (error);
      if (session !== this.#session) return; // the session in its place is asked again
      if (failed instanceof UserFacingError && failed.code === 'partial') return void this.#complete(session, lane, request);
      if (session.isDead || session.provider.name === 'webgpu') return this.#recover(failed, session.provider);
      this.#settle(lane, request, () => request.reject(failed));
      if (this.#engine.isSpoilt && failed instanceof UserFacingError && failed.code === 'run') return void (this.#starting = this.#start());
    }
    this.#computing = undefined;
    void this.#next();
  }

  /**
   * A run called a function that was left out. With it another session is asked again; where it can't be had, only this run has failed.
   * @param {Session} session @param {string} lane @param {Request} request
   */
  async #complete(session, lane, request) {
    session.dispose(new Superseded()); // what the run left half done is of no use
    try {
      await this.#files.keep('rest', /** @type {import('./types.js').File} */ (this.#manifest.rest));
      this.#isWhole = true;
    } catch (error) {
      this.#settle(lane, request, () => request.reject(/** @type {Error} */ (error)));
    }
    if (session === this.#session && !this.#broken) this.#starting = this.#start();
  }

  /** A run has ended; its answer matters only when no later request has come meanwhile. @param {string} lane @param {Request} request @param {() => void} answer */
  #settle(lane, request, answer) {
    if (this.#lanes.get(lane) !== request) return;
    this.#lanes.set(lane, undefined);
    answer();
  }

  /** @param {string} lane */
  #giveUp(lane) {
    this.#lanes.get(lane)?.reject(new Superseded());
    this.#lanes.set(lane, undefined);
  }

  /** @param {Error} error */
  #break(error) {
    if (this.#broken) return;
    this.#broken = error;
    this.#session?.dispose(error);
    this.#end.abort(error);
    this.#ready.reject(error);
    for (const [lane, request] of this.#lanes) {
      this.#lanes.set(lane, undefined);
      request?.reject(error);
    }
  }
}
