/**
 * @file The text of a file, a part at a time: a file may be larger than the memory that a page has.
 */

import { UserFacingError } from '../../codec/user-facing-error.js';
import { nextTask } from './tasks.js';

const READ = 2 ** 22; // bytes that are read at once
const PART = 2 ** 18; // bytes that are handed on at once: some milliseconds

/** The bytes are none of the encoding. */
export class WrongEncoding extends Error {}

export class FileText {
  #file;
  /** A number for each READ bytes that were read before, by which a file that has changed meanwhile is found out. @type {number[]} */
  #prints = [];

  /** @param {Blob} file */
  constructor(file) {
    this.#file = file;
  }

  get size() {
    return this.#file.size;
  }

  /** Its first bytes in hexadecimal digits; throws UserFacingError. */
  async start() {
    return Array.from(await this.#bytes(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  /**
   * Its parts, with one kind of line break and none at the end. Throws UserFacingError, or WrongEncoding.
   * @param {string} encoding @param {(read: number) => void} [onread] hears how many bytes have been read
   */
  async* parts(encoding, onread = () => {}) {
    const decoder = new TextDecoder(encoding, { fatal: true });
    let bytes = new Uint8Array();
    let breaks = ''; // after the part before: they count when something follows
    for (let from = 0; from < this.size; from += PART) {
      if (from % READ === 0) bytes = await this.#checked(from);
      else await nextTask();
      const part = bytes.subarray(from % READ, (from % READ) + PART);
      const text = breaks + decoded(decoder, part, from + PART < this.size);
      if (text.includes('\0')) throw new UserFacingError('binary', (t) => t.batch.trouble.binary);
      let end = text.length;
      while (text[end - 1] === '\n' || text[end - 1] === '\r') end--;
      breaks = text.slice(end);
      onread(Math.min(from + PART, this.size));
      yield text.slice(0, end).replace(/\r\n?/g, '\n');
    }
  }

  /** The next READ bytes; throws UserFacingError. @param {number} from */
  async #checked(from) {
    const bytes = await this.#bytes(from, from + READ);
    const print = fingerprint(bytes);
    if ((this.#prints[from / READ] ??= print) !== print) throw new UserFacingError('changed', (t) => t.batch.trouble.changed);
    return bytes;
  }

  /** @param {number} from @param {number} to */
  async #bytes(from, to) {
    const buffer = await this.#file.slice(from, to).arrayBuffer().catch((error) => {
      throw new UserFacingError('unread', (t) => t.batch.trouble.unread, error);
    });
    return new Uint8Array(buffer);
  }
}

/** @param {TextDecoder} decoder @param {Uint8Array<ArrayBuffer>} bytes @param {boolean} stream whether more of them follow */
function decoded(decoder, bytes, stream) {
  try {
    return decoder.decode(bytes, { stream });
  } catch (error) {
    throw new WrongEncoding(String(error));
  }
}

/** A number that other bytes will hardly have. @param {Uint8Array<ArrayBuffer>} bytes */
function fingerprint(bytes) {
  let print = bytes.length;
  for (const word of new Int32Array(bytes.buffer, 0, bytes.length >> 2)) print = Math.imul(print ^ word, 16_777_619);
  for (const byte of bytes.subarray(bytes.length & ~3)) print = Math.imul(print ^ byte, 16_777_619);
  return print;
}
