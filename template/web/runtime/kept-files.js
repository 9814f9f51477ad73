/**
 * @file The files that a client computes with: downloaded and checked once, then kept for every session that it starts.
 *
 * They are kept as blobs, which browsers hold outside of the page's own memory. The first session takes the bytes as they arrived, for to read a
 * blob is to copy it.
 *
 * @typedef {import('./types.js').File} File
 * @typedef {import('./types.js').Progress} Progress
 * @typedef {import('./types.js').Manifest['files']} Files
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {{ort?: string, wasm: Bytes, model: Bytes, files: Record<string, Bytes>}} Loaded the address of onnxruntime-web's script in this page's memory, and
 *   the bytes of the others, which may be given away; `files` are an engine's own scripts, and what it reads beside the model
 */

import { download } from './download.js';
import { forgetOthers } from './parts.js';
import { whole } from './whole.js';

export class KeptFiles {
  /** @type {Map<string, Promise<Blob>>} */
  #blobs = new Map();
  /** The bytes of the same, until they are given away: once. @type {Map<string, Bytes>} */
  #arrived = new Map();
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
   * Throws UserFacingError, or the signal's reason. `onprogress` hears the bytes that have arrived, of all files together. With `rest` among them the
   * runtime is whole.
   * @param {Files} files @param {(progress: Progress) => void} onprogress
   * @returns {Promise<Loaded>}
   */
  async load(files, onprogress) {
    const progress = { loaded: 0, total: totalBytes(files) };
    const onbytes = (/** @type {number} */ count) => onprogress({ ...progress, loaded: (progress.loaded += count) });
    const named = Object.entries(files);
    const blobs = await Promise.all(named.map(([name, file]) => this.#blob(file, name, onbytes)));
    void forgetOthers(Object.values(files)); // the model of an older deploy
    const given = async (/** @type {string} */ name, /** @type {File} */ file, /** @type {Blob} */ blob) => {
      const bytes = this.#arrived.get(file.url);
      this.#arrived.delete(file.url);
      return [name, name === 'ort' ? this.#address(file, blob) : bytes ?? new Uint8Array(await blob.arrayBuffer())];
    };
    const loaded = await Promise.all(named.map(([name, file], index) => given(name, file, blobs[index])));
    const { ort, wasm, rest, model, ...beside } = Object.fromEntries(loaded);
    return { ort, wasm: rest ? whole(wasm, rest) : wasm, model, files: beside };
  }

  /** Have a file ready for the next `load`. Throws as that does. @param {string} name @param {File} file */
  async keep(name, file) {
    await this.#blob(file, name, () => {});
    this.#arrived.delete(file.url); // that may be long hence
  }

  /** @param {File} file @param {string} name @param {(bytes: number) => void} onbytes */
  #blob(file, name, onbytes) {
    const { base, signal } = this;
    const kept = this.#blobs.get(file.url) ?? download(file, base, (t) => /** @type {Record<string, string>} */ (t.files)[name] ?? name, { signal, onbytes })
      .then((bytes) => {
        this.#arrived.set(file.url, bytes);
        return new Blob([bytes], { type: name === 'ort' ? 'text/javascript' : '' });
      });
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

/** How many bytes files have together. @param {Files} files */
export function totalBytes(files) {
  return Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0);
}
