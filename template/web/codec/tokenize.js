/**
 * @file Texts as the numbers of their tokens, for a graph that takes these. Twin of mlweb/codec/tokenize.py.
 *
 * A tokenizer is a tokenizer.json as Hugging Face's libraries save it. Both sides know it by the checksum of that file, once it was `register`ed.
 *
 * @typedef {import('./types.js').Input} Input
 * @typedef {import('./types.js').Feed} Feed
 * @typedef {import('./types.js').Tokenizer} Split
 * @typedef {{ids: number[], token_type_ids?: number[], tokens: string[]}} Encoding
 * @typedef {{encode(text: string, options?: {add_special_tokens?: boolean, return_token_type_ids?: boolean}): Encoding}} Tokenizer
 * @typedef {new (file: object, config: object) => Tokenizer} TokenizerClass of @huggingface/tokenizers
 * @typedef {{tokenizer: Tokenizer, frame: number[], pad: number}} Loaded what splits a text, the tokens that stand around each text, and the one
 *   behind a shorter one
 * @typedef {{ids: number[], types: number[], words: string[], total: number}} Tokens the tokens of a text that are read, the segment of each, what
 *   each stands for, and how many there are in all
 */

import { ARRAYS } from './dtypes.js';

/** How tokenizers call the token behind a text that is shorter than others of its batch. */
const PADDING = ['[PAD]', '<pad>'];

/** @type {Map<string, Loaded>} */
const loaded = new Map();

/** Make the tokenizer of a file known by the file's checksum. @param {string} sha256 @param {any} config the file @param {TokenizerClass} Tokenizer */
export function register(sha256, config, Tokenizer) {
  const tokenizer = new Tokenizer(config, {});
  loaded.set(sha256, { tokenizer, frame: tokenizer.encode('').ids, pad: padOf(config) });
}

/**
 * The token that fills up a shorter text: the file's own, or one that is called so; 0 where there is none, since the mask hides it.
 * @param {{padding?: {pad_id: number} | null, added_tokens?: {id: number, content: string}[] | null}} config
 */
function padOf({ padding, added_tokens: added }) {
  return padding ? padding.pad_id : (added ?? []).find(({ content }) => PADDING.includes(content))?.id ?? 0;
}

/**
 * The first tokens of a text, as many as the contract or a graph of fixed length takes. What stands around each text stays around a cut one.
 * @param {Split} split @param {string} given @param {number | null} [length]
 * @returns {Tokens}
 */
export function tokens({ sha256, max }, given, length) {
  const { tokenizer, frame } = /** @type {Loaded} */ (loaded.get(sha256));
  const text = whole(given);
  const { ids, token_type_ids: types = ids.map(() => 0), tokens: words } = tokenizer.encode(text, { return_token_type_ids: true });
  const total = ids.length;
  const most = Math.min(max, length ?? max);
  if (total <= most) return { ids, types, words, total };
  const behind = behindText(frame, tokenizer.encode(text, { add_special_tokens: false }).ids, ids);
  return { ids: ends(ids, most, behind), types: ends(types, most, behind), words: ends(words, most, behind), total };
}

/** The text with a replacement character for each half of a surrogate pair, which no tokenizer takes. @param {string} text */
function whole(text) {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** How many of the tokens around a text stand behind it; 0 where they are mixed with it. @param {number[]} frame @param {number[]} content @param {number[]} ids */
function behindText(frame, content, ids) {
  for (let front = 0; front <= frame.length; front++) {
    const framed = [...frame.slice(0, front), ...content, ...frame.slice(front)];
    if (framed.length === ids.length && framed.every((id, index) => id === ids[index])) return frame.length - front;
  }
  return 0;
}

/** The first `most`, of which the last `behind` are the last of all. @template Each @param {Each[]} each @param {number} most @param {number} behind */
function ends(each, most, behind) {
  return [...each.slice(0, most - behind), ...each.slice(each.length - behind)];
}

/**
 * The tokens of all rows, [rows, longest] or [rows, length of the graph], their mask (1, and 0 behind a shorter text) and their segments.
 * @param {string[]} texts @param {Input} source @param {Split} split
 * @returns {Record<string, Feed>}
 */
export function feeds(texts, { name, dims: [, length], dtype }, split) {
  const { sha256, mask, types } = split;
  const rows = texts.map((text) => tokens(split, text, length));
  const width = length ?? Math.max(1, ...rows.map(({ ids }) => ids.length));
  const { pad } = /** @type {Loaded} */ (loaded.get(sha256));
  /** @type {Record<string, number[]>} */
  const made = {
    [name]: filled(rows.map(({ ids }) => ids), width, pad),
    [mask]: filled(rows.map(({ ids }) => ids.map(() => 1)), width, 0),
    ...(types === undefined ? {} : { [types]: filled(rows.map((row) => row.types), width, 0) }),
  };
  const element = dtype === 'int64' ? BigInt : Number;
  const feed = (/** @type {number[]} */ elements) => ({ dtype, dims: [rows.length, width], data: ARRAYS[dtype].from(elements.map((each) => element(each))) });
  return Object.fromEntries(Object.entries(made).map(([key, elements]) => [key, feed(elements)]));
}

/** Rows of one width, one behind the other. @param {number[][]} rows @param {number} width @param {number} last */
function filled(rows, width, last) {
  return rows.flatMap((row) => [...row, ...new Array(width - row.length).fill(last)]);
}
