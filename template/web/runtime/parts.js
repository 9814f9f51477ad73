/**
 * @file The parts of a file that the page itself keeps on this device, by its checksum: a download that broke goes on where it ended, and another deploy
 * with the same model finds it here. The service worker keeps all else.
 *
 * @typedef {import('./types.js').File} File
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {{request: Request, from: number, size: number}} Part
 */

import { isSingleFile, siteUrl } from './address.js';
import { isForeign } from './worker-factory.js';

const PART_BYTES = 2 ** 23; // what a closed tab loses of a download at most

export class Parts {
  #file;
  /** How many bytes are here, from the start of the file on. */
  #here = 0;
  #hasRoom = true;

  /** @param {File} file */
  constructor(file) {
    this.#file = file;
  }

  /** Fill in what an earlier visit has kept; how many bytes that is, from the start on. Never throws. @param {Bytes} bytes */
  async recall(bytes) {
    try {
      const cache = await opened();
      for (const { request, from, size } of cache ? await partsOf(cache, this.#file) : []) {
        const part = new Uint8Array(await (await cache?.match(request))?.arrayBuffer() ?? new ArrayBuffer());
        if (part.length !== size) break;
        bytes.set(part, from);
        this.#here = from + size;
      }
    } catch { // the browser keeps nothing here, or can't read it any more
    }
    return this.#here;
  }

  /** Keep what has arrived, once it is a part. @param {Bytes} bytes @param {number} arrived how many of them there are */
  async keep(bytes, arrived) {
    if (arrived - this.#here >= PART_BYTES) await this.keepAll(bytes, arrived);
  }

  /** Keep all that has arrived; whether this much of the file is here. Never throws. @param {Bytes} bytes @param {number} arrived */
  async keepAll(bytes, arrived) {
    if (arrived <= this.#here || !this.#hasRoom) return this.#here > 0;
    try {
      const cache = await opened(true);
      if (!cache) return false;
      await cache.put(`${placeOf(this.#file)}${this.#here}+${arrived - this.#here}`, new Response(bytes.subarray(this.#here, arrived)));
      this.#here = arrived;
    } catch { // no room is left
      this.#hasRoom = false;
    }
    return this.#here > 0;
  }

  /** Delete what is here of it: it is wrong. */
  async forget() {
    this.#here = 0;
    await forget([this.#file]);
  }
}

/** How many bytes of a file are here, from its start on. Never throws. @param {File} file */
export async function bytesHere(file) {
  const cache = await opened().catch(() => undefined);
  const parts = cache ? await partsOf(cache, file).catch(() => []) : [];
  return parts.reduce((sum, { size }) => sum + size, 0);
}

/** Delete what is here of these files. @param {File[]} files */
export async function forget(files) {
  await deleteWhere((url) => files.some((file) => url.startsWith(placeOf(file))));
}

/** Delete what is here of all others, such as the model of an older deploy. @param {File[]} files */
export async function forgetOthers(files) {
  await deleteWhere((url) => !files.some((file) => url.startsWith(placeOf(file))));
}

/** The cache of all parts; sw.js deletes those that begin with the address. */
function nameOf() {
  return `models ${siteUrl()}`;
}

/** That cache; undefined in a page of one file, and on a host page of another origin, whose room is not ours. @param {boolean} [isWanted] even where there is none yet */
async function opened(isWanted = false) {
  if (isSingleFile() || isForeign || !globalThis.caches) return undefined;
  return isWanted || (await caches.has(nameOf())) ? caches.open(nameOf()) : undefined;
}

/** @param {File} file */
function placeOf({ sha256 }) {
  return siteUrl(`kept/${sha256}/`);
}

/** The parts of a file that follow each other from its start on. @param {Cache} cache @param {File} file @returns {Promise<Part[]>} */
async function partsOf(cache, file) {
  const start = placeOf(file);
  const requests = (await cache.keys()).filter(({ url }) => url.startsWith(start));
  const all = requests.map((request) => {
    const [from, size] = request.url.slice(start.length).split('+').map(Number);
    return { request, from, size };
  });
  let end = 0;
  return all.sort((a, b) => a.from - b.from || b.size - a.size).filter(({ from, size }) => { // two tabs may have kept some twice
    if (from !== end || end + size > file.bytes) return false;
    end += size;
    return true;
  });
}

/** @param {(url: string) => boolean} isUnwanted */
async function deleteWhere(isUnwanted) {
  const cache = await opened().catch(() => undefined);
  const requests = (await cache?.keys().catch(() => [])) ?? [];
  const unwanted = requests.filter(({ url }) => isUnwanted(url));
  await Promise.all(unwanted.map((request) => cache?.delete(request)));
  if (cache && unwanted.length === requests.length) await caches.delete(nameOf());
}
