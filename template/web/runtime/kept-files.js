/**
 * @file The files that a client computes with: downloaded and checked once, then kept for every session that it starts.
 *
 * They are kept as blobs, which browsers hold outside of the page's own memory.
 *
 * @typedef {import('./types.js').File} File
 * @typedef {import('./types.js').Progress} Progress
 * @typedef {{ort: File, wasm: File, model: File}} Files
 * @typedef {{ort: string, wasm: Uint8Array<ArrayBuffer>, model: Uint8Array<ArrayBuffer>}} Loaded the address of the script in this page's
 *   memory, and the bytes of the others, which may be given away
 */

import { download } from './download.js';

export class KeptFiles {
  /** @type {Map<string, Promise<Blob>>} */
  #blobs = new Map();
  /** @type {Map<string, string>} */
  #addresses = new Map();

  /**
   * @param {string} base what the urls of files are relative to
   * @param {AbortSignal} signal ends downloads, and takes the addresses back
   */
  constructor(base, signal) {
    this.base = base;
    this.signal = signal;
    signal.addEventListener('abort', () => this.#addresses.forEach((address) => URL.revokeObjectURL(address)), { once: true });
  }

  /**
   * Throws UserFacingError, or the signal's reason. `onprogress` hears the bytes that have arrived, of all files together.
   * @param {Files} files @param {(progress: Progress) => void} onprogress
   * @returns {Promise<Loaded>}
   */
  async load({ ort, wasm, model }, onprogress) {
    const progress = { loaded: 0, total: ort.bytes + wasm.bytes + model.bytes };
    const onbytes = (/** @type {number} */ count) => onprogress({ ...progress, loaded: (progress.loaded += count) });
    const [script, ...binaries] = await Promise.all([
      this.#blob(ort, 'ort', onbytes),
      this.#blob(wasm, 'wasm', onbytes),
      this.#blob(model, 'model', onbytes),
    ]);
    const [first, second] = await Promise.all(binaries.map(async (blob) => new Uint8Array(await blob.arrayBuffer())));
    return { ort: this.#address(ort, script), wasm: first, model: second };
  }

  /** @param {File} file @param {keyof Files} name @param {(bytes: number) => void} onbytes */
  #blob(file, name, onbytes) {
    const { base, signal } = this;
    const kept = this.#blobs.get(file.url) ?? download(file, base, (t) => t.files[name], { signal, onbytes })
      .then((bytes) => new Blob([bytes], { type: name === 'ort' ? 'text/javascript' : '' }));
    this.#blobs.set(file.url, kept);
    kept.catch(() => this.#blobs.delete(file.url)); // the next start may have more luck
    return kept;
  }

  /** @param {File} file @param {Blob} blob */
  #address({ url }, blob) {
    const address = this.#addresses.get(url) ?? URL.createObjectURL(blob);
    this.#addresses.set(url, address);
    return address;
  }
}
