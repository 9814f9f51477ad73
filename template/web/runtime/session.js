/**
 * @file One worker with one session of the model, from its start to its end. Only its own worker's messages reach it.
 *
 * Its state: `loading` until the model is there, then `idle`, `running` while a run is computed, and `dead` at the end, whoever ended it.
 *
 * @typedef {import('../codec/types.js').Feed} Feed
 * @typedef {{name: 'wasm' | 'webgpu', forceCpuNodeNames?: string[]}} Provider what computes, an execution provider as onnxruntime-web takes it
 * @typedef {import('./kept-files.js').Loaded & {writer?: Blob, address: string, isPartial: boolean, outputs: string[], threads: number}} Model with the
 *   names of the outputs that are wanted, the script of an engine that writes, the address on the site of onnxruntime-web's script or, without it, of the
 *   WebAssembly, and whether functions were left out of the runtime
 * @typedef {Model & {provider: Provider}} Load
 * @typedef {{version: string, backend: Provider['name'], threads: number, loadMs: number}} Started
 * @typedef {{outputs: Record<string, Feed>, ms: number}} Computed `ms` is the time of one run
 */

import { UserFacingError } from '../codec/user-facing-error.js';

/** How browsers say that a page's Content-Security-Policy forbids WebAssembly. */
const POLICY = /\bCSP\b|content.security.policy|unsafe-eval/i;

/** How browsers and runtimes say that there is no memory left. */
const MEMORY = /bad_alloc|out of memory|could not allocate|allocation failed|failed to allocate|enlarge memory/i;

const THREADS_TIMEOUT_MS = 20_000; // from the files being there to a session on several threads

export class Session {
  /** @type {'loading' | 'idle' | 'running' | 'dead'} */
  state = 'loading';

  /** Settles what the worker is asked now. @type {PromiseWithResolvers<any> | undefined} */
  #asked;
  /** Hears what there is of its answer. @type {((outputs: Record<string, Feed>) => void) | undefined} */
  #onpart;

  /**
   * @param {Worker} worker which is the session's own from now on @param {Provider} provider
   * @param {(error: Error) => void} ondeath hears why, when it ends by itself while nothing is asked of it
   */
  constructor(worker, provider, ondeath) {
    this.worker = worker;
    this.provider = provider;
    worker.onmessage = ({ data: { type, ...said } }) => {
      if (type === 'lost') this.#die(new UserFacingError('worker', (t) => t.trouble.worker), ondeath);
      else if (type === 'part') this.#onpart?.(said.outputs);
      else if (type === 'failed') this.#asked?.reject(failure(said));
      else this.#asked?.resolve(said);
    };
    worker.onerror = (event) => {
      event.preventDefault(); // it is said on the page
      const [code, key] = event.message ? ['worker', 'worker'] : ['policy', 'policy']; // without a message it never came to run
      this.#die(new UserFacingError(code, (t) => t.trouble[/** @type {'worker' | 'policy'} */ (key)], event.message), ondeath);
    };
  }

  /**
   * Throws UserFacingError; its code is 'silent' where a worker that was to compute on several threads does not answer.
   * @param {Model} model @returns {Promise<Started>}
   */
  async load(model) {
    const asked = this.#ask({ type: 'load', ...model, provider: this.provider }, [model.wasm.buffer, model.model.buffer]);
    // A worker that waits for its threads can't tell of it: Firefox at times gives it none, after another one was ended.
    const silent = new UserFacingError('silent', (t) => t.trouble.worker);
    const patience = model.threads > 1 ? setTimeout(() => this.#asked?.reject(silent), THREADS_TIMEOUT_MS) : undefined;
    try {
      return await asked;
    } finally {
      clearTimeout(patience);
    }
  }

  /**
   * Throws UserFacingError where the model can't compute these values; the session goes on.
   * @param {Record<string, Feed>} feeds @param {number} times how often in a row
   * @param {(outputs: Record<string, Feed>) => void} [onpart] hears what there is of the outputs, where they grow
   * @returns {Promise<Computed>}
   */
  run(feeds, times, onpart) {
    this.#onpart = onpart;
    return this.#ask({ type: 'run', feeds, times });
  }

  /** End the present run, where the engine can; its outputs are what there is of them. */
  stop() {
    this.worker.postMessage({ type: 'stop' });
  }

  get isDead() {
    return this.state === 'dead';
  }

  /** End the worker, and with it whatever it was asked. @param {Error} reason what becomes of that */
  dispose(reason) {
    this.state = 'dead';
    this.worker.terminate();
    this.#asked?.reject(reason);
  }

  /** @param {{type: string} & Record<string, unknown>} message @param {Transferable[]} [transfer] @returns {Promise<any>} */
  async #ask(message, transfer = []) {
    const asked = (this.#asked = withResolvers());
    if (this.state === 'idle') this.state = 'running';
    this.worker.postMessage(message, transfer);
    try {
      return await asked.promise;
    } finally {
      this.#asked = undefined;
      if (!this.isDead) this.state = 'idle';
    }
  }

  /** @param {Error} error @param {(error: Error) => void} ondeath */
  #die(error, ondeath) {
    if (this.isDead) return;
    const wasAsked = this.#asked;
    this.dispose(error);
    if (!wasAsked) ondeath(error); // else whoever asked hears of it
  }
}

/** Whether it is what was given that nothing can be computed from, and all else is well. @param {unknown} error */
export function isOfInput(error) {
  return error instanceof UserFacingError && ['empty', 'template', 'prompt'].includes(error.code);
}

/**
 * What the worker's failure means.
 * @param {{stage: 'runtime' | 'session' | 'run' | 'message' | 'partial' | 'empty' | 'template' | 'prompt', detail: string}} said
 */
function failure({ stage, detail }) {
  if (stage === 'empty') return new UserFacingError(stage, (t) => t.trouble.noPrompt);
  if (stage === 'template') return new UserFacingError(stage, (t) => t.trouble.template(detail));
  if (stage === 'prompt') {
    const [tokens, most] = detail.split(' ');
    return new UserFacingError(stage, (t) => t.trouble.prompt(tokens, most));
  }
  if (MEMORY.test(detail)) return new UserFacingError(stage, (t) => t.trouble.memory, detail);
  if (stage === 'run' || stage === 'partial') return new UserFacingError(stage, (t) => t.trouble.run, detail);
  if (POLICY.test(detail)) return new UserFacingError('policy', (t) => t.trouble.policy, detail);
  return new UserFacingError(stage, (t) => (stage === 'message' ? t.trouble.worker : t.trouble[stage]), detail);
}

/** Promise.withResolvers, which browsers have only since 2024. @returns {PromiseWithResolvers<any>} */
export function withResolvers() {
  /** @type {any} */
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}
