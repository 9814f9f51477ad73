/**
 * @file Outputs -> results. Twin of mlweb/codec/decode.py.
 *
 * @typedef {import('./types.js').Form} Form
 * @typedef {import('./types.js').Output} Output
 * @typedef {import('./types.js').Feed} Feed
 * @typedef {import('./types.js').Result} Result
 * @typedef {(name: string) => Feed} Part one row of a tensor of the graph, by its name
 */

import { UserFacingError } from './user-facing-error.js';

/**
 * The first element, a number, a label or a truth value; with the ends of its interval where the contract names them.
 * @param {Output} output @param {Part} part
 * @returns {Result}
 */
function value({ name, interval }, part) {
  const first = (/** @type {string} */ each) => some(each, part)[0];
  const ends = interval && { interval: /** @type {[number, number]} */ (interval.map((each) => Number(first(each)))) };
  return { kind: 'value', value: first(name), ...ends };
}

/**
 * Class names with their probabilities, the likeliest first; equal ones keep the contract's order.
 * NaN among them has no rank: such a result says `nan`, and keeps the contract's order throughout.
 * @param {Output} output @param {Part} part
 * @returns {Result}
 */
function classes({ name, classes: names = [] }, part) {
  const shares = some(name, part, names.length);
  const pairs = names.map((label, index) => ({ label, probability: Number(shares[index]) }));
  if (pairs.some(({ probability }) => Number.isNaN(probability))) return { kind: 'classes', classes: pairs, nan: true };
  return { kind: 'classes', classes: pairs.sort((a, b) => b.probability - a.probability) };
}

/**
 * Boxes [x1, y1, x2, y2] in pixels of the input picture, the surest first, NaN last; equal ones keep the graph's order.
 * @param {Output} output @param {Part} part
 * @returns {Result}
 */
function boxes({ name, scores = '', labels = '', classes: names }, part) {
  const sure = elements(part(scores)).map(Number);
  const [corners, index] = [some(name, part, 4 * sure.length), some(labels, part, sure.length)].map((each) => each.map(Number));
  const found = sure.map((score, at) => ({
    label: names?.[index[at]] ?? String(index[at]),
    score,
    box: /** @type {[number, number, number, number]} */ (corners.slice(4 * at, 4 * at + 4)),
  }));
  const rank = (/** @type {{score: number}} */ { score }) => (Number.isNaN(score) ? -Infinity : score);
  return { kind: 'boxes', boxes: found.sort((a, b) => rank(b) - rank(a) || 0) };
}

/** All strings of the output, one a line. @param {Output} output @param {Part} part @returns {Result} */
function text({ name }, part) {
  return { kind: 'text', text: elements(part(name)).join('\n') };
}

/** The tensor as it is. @param {Output} output @param {Part} part @returns {Result} */
function array({ name, kind }, part) {
  return { kind: /** @type {'image' | 'audio' | 'tensor'} */ (kind), array: part(name) };
}

/** @type {Record<string, (output: Output, part: Part) => Result>} */
const RESULTS = { value, classes, boxes, text, image: array, audio: array, tensor: array };

/**
 * The outputs that the graph must give for a form: those shown, and those they refer to.
 * @param {Form} form
 */
export function outputNames(form) {
  const named = form.outputs.flatMap(({ name, interval = [], scores, labels }) => [name, ...interval, scores, labels]);
  return [...new Set(named.filter((name) => name !== undefined))];
}

/**
 * Results per row: output name -> result of its kind. `outputs` are the graph's tensors, `rows` first.
 * @param {Form} form @param {Record<string, Feed>} outputs @param {number} [rows]
 * @returns {Record<string, Result>[]}
 */
export function decode(form, outputs, rows = 1) {
  return Array.from({ length: rows }, (_, index) => {
    const part = (/** @type {string} */ name) => (rows === 1 ? outputs[name] : rowOf(name, outputs[name], index, rows));
    return Object.fromEntries(form.outputs.map((output) => [output.name, RESULTS[output.kind](output, part)]));
  });
}

/**
 * One row; throws UserFacingError when there are not as many as asked for.
 * @param {string} name @param {Feed} tensor @param {number} index @param {number} rows
 * @returns {Feed}
 */
function rowOf(name, { dtype, dims, data }, index, rows) {
  if (dims[0] !== rows) throw unexpected(name, dims[0], rows);
  const width = data.length / rows;
  return { dtype, dims: dims.slice(1), data: data.slice(index * width, (index + 1) * width) };
}

/**
 * The elements of a tensor, as many as wanted, or at least one; throws UserFacingError.
 * @param {string} name @param {Part} part @param {number} [count]
 */
function some(name, part, count) {
  const all = elements(part(name));
  if (count === undefined ? all.length === 0 : all.length !== count) throw unexpected(name, all.length, count ?? 1);
  return all;
}

/**
 * What is said when the graph gives another number of elements, or rows, than the contract leads to expect.
 * @param {string} name @param {number} got @param {number} wanted
 */
function unexpected(name, got, wanted) {
  return new UserFacingError('elements', (t) => t.trouble.elements(name, got, wanted));
}

/**
 * A tensor's elements as plain values: an int64 is a number here, because BigInt reaches neither JSON nor a form.
 * @param {Feed} tensor
 * @returns {(number | string | boolean)[]}
 */
function elements({ dtype, data }) {
  if (dtype === 'bool') return Array.from(data, Boolean);
  return Array.from(/** @type {ArrayLike<any>} */ (data), (element) => (typeof element === 'bigint' ? Number(element) : element));
}
