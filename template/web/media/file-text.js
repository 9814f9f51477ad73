/**
 * @file The text of a file, a part at a time: a file may be larger than the memory that a page has.
 */

import { UserFacingError } from '../codec/user-facing-error.js';
import { nextTask } from '../ui/next-task.js';

const READ = 2 ** 22; // bytes that are read at once
const PART = 2 ** 18; // bytes that are handed on at once: some milliseconds

/** The bytes are none of the encoding. */
class WrongEncoding extends Error {}

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

  /** How its first bytes say that it is written, and whether they are a mark of that; throws UserFacingError where they are no text's. */
  async mark() {
    const start = Array.from(await this.#bytes(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('');
    if (start === '504b0304' || start === 'd0cf11e0') throw new UserFacingError('workbook', (t) => t.batch.trouble.workbook);
    const wide = start.startsWith('fffe') ? 'utf-16le' : start.startsWith('feff') ? 'utf-16be' : '';
    return { encoding: wide || 'utf-8', marked: Boolean(wide) || start.startsWith('efbbbf') };
  }

  /**
   * What is made of it in its encoding: as its first bytes say, or else as older spreadsheets write. Throws UserFacingError.
   * @template T
   * @param {(encoding: string) => Promise<T>} read goes through its parts
   */
  async made(read) {
    const { encoding } = await this.mark();
    return read(encoding).catch((error) => {
      if (error instanceof WrongEncoding) return read('windows-1252');
      throw error;
    });
  }

  /** All of it; throws UserFacingError. */
  whole() {
    return this.made(async (encoding) => {
      let text = '';
      for await (const part of this.parts(encoding)) text += part;
      return text;
    });
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
