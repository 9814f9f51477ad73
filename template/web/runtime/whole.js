/**
 * @file The whole runtime of its two parts: the twin of `join` in mlweb/site/split.py, which says what the parts are.
 *
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 */

const PREAMBLE = 8; // bytes of a module before its first section
const CUSTOM = 0;
const CODE = 10;
const NAME = 'functions'.length + 1; // of the section that holds what was left out, with its length

/** The WebAssembly with the functions that were left out of it. @param {Bytes} first @param {Bytes} rest @returns {Bytes} */
export function whole(first, rest) {
  const [{ content }] = [...sections(rest)].filter(({ number }) => number === CUSTOM);
  const leftOut = entries(content, NAME);
  const parts = [first.subarray(0, PREAMBLE)];
  for (const section of sections(first)) {
    const pieces = section.number === CODE ? filled(section.content, leftOut) : [section.content];
    parts.push(Uint8Array.of(section.number), written(bytesOf(pieces)), ...pieces);
  }
  const joined = new Uint8Array(bytesOf(parts));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** The functions of a code section, each with its size, those that only trap replaced. @param {Bytes} code @param {Generator<Bytes, void>} leftOut */
function filled(code, leftOut) {
  const [, begin] = read(code, 0);
  const pieces = [code.subarray(0, begin)];
  for (const entry of entries(code, begin)) pieces.push(isTrap(entry) ? leftOut.next().value ?? entry : entry);
  return pieces;
}

/** Whether a function has no locals, and its instructions are `unreachable` and `end`. @param {Bytes} entry with its size */
function isTrap([size, locals, instruction, end]) {
  return size === 3 && locals === 0 && instruction === 0 && end === 0x0b;
}

/** The sections of a module. @param {Bytes} module */
function* sections(module) {
  for (let at = PREAMBLE; at < module.length;) {
    const [size, begin] = read(module, at + 1);
    yield { number: module[at], content: module.subarray(begin, begin + size) };
    at = begin + size;
  }
}

/** What has its size before it, with that, from a place to the end. @param {Bytes} content @param {number} at @returns {Generator<Bytes, void>} */
function* entries(content, at) {
  while (at < content.length) {
    const [size, begin] = read(content, at);
    yield content.subarray(at, begin + size);
    at = begin + size;
  }
}

/** The whole number that is written at a place (LEB128), and where it ends. @param {Bytes} bytes @param {number} at */
function read(bytes, at) {
  let number = 0;
  for (let factor = 1; ; factor *= 128) {
    number += (bytes[at] & 127) * factor;
    if (!(bytes[at++] & 128)) return [number, at];
  }
}

/** A whole number in LEB128. @param {number} number @returns {Bytes} */
function written(number) {
  const digits = [];
  for (; number > 127; number = Math.floor(number / 128)) digits.push((number % 128) | 128);
  return Uint8Array.of(...digits, number);
}

/** @param {Bytes[]} parts */
function bytesOf(parts) {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
