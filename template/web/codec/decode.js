/**
 * @file Outputs -> results. Twin of mlweb/codec/decode.py.
 *
 * @typedef {import('./types.js').Form} Form
 * @typedef {import('./types.js').Output} Output
 * @typedef {import('./types.js').Feed} Feed
 * @typedef {import('./types.js').Result} Result
 * @typedef {import('./types.js').Share} Share
 * @typedef {import('./types.js').Score} Score
 * @typedef {Row} Part one row of the graph's tensors
 */

import { shown } from './scalars.js';
import { lists, ranked, similarities } from './nearest.js';
import { UserFacingError } from './user-facing-error.js';

/** How a text came about, in the order of the output that says so. @type {(keyof import('./types.js').Course)[]} */
const COURSE = ['prompt', 'size', 'omitted', 'done', 'parts'];
const PROBABILITY_SLACK = 1e-4; // how far outside 0..1 rounding may put a probability

/**
 * The one element, a number, a label or a truth value; with the ends of its interval where the contract names them.
 * @param {Output} output @param {Part} part
 * @returns {Result}
 */
function value({ name, interval }, part) {
  const one = (/** @type {string} */ each) => some(each, part, 1)[0];
  const ends = interval?.map(one).map((end) => (typeof end === 'string' ? end : Number(end)));
  return { kind: 'value', value: one(name), ...(ends && { interval: ends }) };
}

/**
 * Each of the named numbers, in the contract's order.
 * @param {Output} output @param {Part} part
 * @returns {Result}
 */
function values({ name, kind, values: named = [] }, part) {
  const found = some(name, part, named.length);
  return { kind: /** @type {'values' | 'point'} */ (kind), values: named.map((each, index) => ({ name: each.name, value: found[index] })) };
}

/**
 * The one element, and its name in the contract; one that has none is its own name.
 * @param {Output} output @param {Part} part
 * @returns {Result}
 */
function label({ name, names = [] }, part) {
  const [element] = some(name, part, 1);
  const said = shown(element);
  return { kind: 'label', value: element, label: names.find((each) => each.value === said)?.label ?? said };
}

/**
 * Class names with their probabilities, or scores, the highest first; equal ones keep the contract's order.
 * Numbers that are not what they are said to be make the result `invalid`: NaN has no rank, so the contract's order stays throughout;
 * a number outside 0..1 is a score, and no probability.
 * @param {Output} output @param {Part} part
 * @returns {Result}
 */
function classes({ name, classes: names = [], scored }, part) {
  const numbers = some(name, part, names.length).map(Number);
  const pairs = names.map((label, index) => (scored ? { label, score: numbers[index] } : { label, probability: numbers[index] }));
  if (numbers.some(Number.isNaN)) return { kind: 'classes', classes: pairs, invalid: 'nan' };
  pairs.sort((a, b) => classNumber(b) - classNumber(a));
  const fits = scored || numbers.every((number) => number >= -PROBABILITY_SLACK && number <= 1 + PROBABILITY_SLACK);
  return fits ? { kind: 'classes', classes: pairs } : { kind: 'classes', classes: pairs, invalid: 'scores' };
}

/** The number of a class: its probability, or its score. @param {Share | Score} share */
export function classNumber(share) {
  return 'score' in share ? share.score : share.probability;
}

/**
 * Boxes [x1, y1, x2, y2] in pixels of the input picture, the surest first, NaN last; equal ones keep the graph's order.
 * @param {Output} output @param {Part} part
 * @returns {Result}
 */
function boxes({ name, scores = '', labels = '', classes: names }, part) {
  const sure = part.elements(scores).map(Number);
  const corners = some(name, part, 4 * sure.length).map(Number);
  const index = some(labels, part, sure.length).map((each) => (typeof each === 'string' ? each : Number(each)));
  const found = sure.map((score, at) => ({
    label: (typeof index[at] === 'number' ? names?.[index[at]] : undefined) ?? String(index[at]),
    score,
    box: /** @type {[number, number, number, number]} */ (corners.slice(4 * at, 4 * at + 4)),
  }));
  const rank = (/** @type {{score: number}} */ { score }) => (Number.isNaN(score) ? -Infinity : score);
  return { kind: 'boxes', boxes: found.sort((a, b) => rank(b) - rank(a) || 0) };
}

/**
 * The class of each pixel, [height, width], and how much of the picture each class has, the largest first, equal ones by their numbers.
 * Floats [classes, height, width] are scores: in each pixel the highest counts, of equal ones the first; where one is NaN, the pixel has no
 * class, which is -1. Whole numbers [height, width] are classes as they are; one without a name is called by its number.
 * @param {Output} output @param {Part} part
 * @returns {Result}
 */
function mask({ name, classes: names = [] }, part) {
  const { dtype, dims, data } = part.tensor(name);
  const isScores = dtype.startsWith('float');
  const [height, width] = [1, 1, ...dims].slice(-2);
  const size = height * width;
  const [layers, wanted] = [size && data.length / size, isScores ? Math.max(names.length, 1) : 1];
  if (layers !== wanted) throw unexpected(name, layers, wanted);
  const pixels = isScores ? highest(/** @type {Float32Array} */ (data), wanted, size) : data;
  /** @type {Map<any, number>} */
  const times = new Map();
  for (const each of pixels) times.set(each, (times.get(each) ?? 0) + 1);
  const counted = [...times].sort(([a, often], [b, rarely]) => rarely - often || (a < b ? -1 : 1));
  const called = (/** @type {any} */ each) => (isScores && each === -1 ? 'NaN' : names[Number(each)] ?? String(each));
  const areas = counted.map(([each, count]) => ({ label: called(each), number: exact(each), share: count / size }));
  return { kind: 'mask', array: { dtype: isScores ? 'int32' : dtype, dims: [height, width], data: pixels }, classes: areas };
}

/**
 * The number of the highest of each pixel's scores, -1 where one is NaN.
 * @param {Float32Array | Float64Array} scores layer after layer @param {number} layers @param {number} size pixels of each
 */
function highest(scores, layers, size) {
  const found = new Int32Array(size);
  const best = scores.slice(0, size);
  for (let layer = 0, at = 0; layer < layers; layer++) {
    for (let pixel = 0; pixel < size; pixel++, at++) {
      if (scores[at] > best[pixel]) {
        best[pixel] = scores[at];
        found[pixel] = layer;
      } else if (Number.isNaN(scores[at])) {
        best[pixel] = Infinity; // so that no later one is higher
        found[pixel] = -1;
      }
    }
  }
  return found;
}

/**
 * All strings of the output, one a line; with how many tokens it has, and how it came about, where the contract names them.
 * @param {Output} output @param {Part} part
 * @returns {Result}
 */
function text({ name, tokens, context }, part) {
  return {
    kind: 'text',
    text: part.elements(name).join('\n'),
    ...(tokens !== undefined && { tokens: part.elements(tokens).length }),
    ...(context !== undefined && { context: course(some(context, part, COURSE.length)) }),
  };
}

/** The numbers by their names. @param {unknown[]} numbers */
function course(numbers) {
  return /** @type {import('./types.js').Course} */ (Object.fromEntries(COURSE.map((name, at) => [name, Number(numbers[at])])));
}

/**
 * All numbers of the output, in order; with the ends of the interval of each where the contract names them.
 * @param {Output} output @param {Part} part
 * @returns {Result}
 */
function series({ name, interval }, part) {
  const values = some(name, part).map(Number);
  const ends = interval?.map((each) => some(each, part, values.length).map(Number));
  return { kind: 'series', values, ...(ends && { interval: ends }) };
}

/**
 * The texts of a list that are the most alike, the best first; none where the vector is of no direction (NaN).
 * @param {Output} output @param {Part} part
 * @returns {Result}
 */
function nearest({ name, items, top }, part) {
  const { texts, width, vectors } = /** @type {import('./nearest.js').Listed} */ (lists.get(items?.sha256 ?? ''));
  const array = part.tensor(name);
  if (array.data.length !== width) throw unexpected(name, array.data.length, width);
  const found = similarities(/** @type {Float32Array} */ (array.data), vectors);
  if (found.some(Number.isNaN)) return { kind: 'nearest', nearest: [], array, invalid: 'nan' };
  const alike = ranked(found, top ?? 0).map((index) => ({ text: texts[index], index, similarity: found[index] }));
  return { kind: 'nearest', nearest: alike, array };
}

/** The tensor as it is. @param {Output} output @param {Part} part @returns {Result} */
function array({ name, kind }, part) {
  return { kind: /** @type {'image' | 'audio' | 'tensor'} */ (kind), array: part.tensor(name) };
}

/** @type {Record<string, (output: Output, part: Part) => Result>} */
const RESULTS = { value, values, label, point: values, classes, boxes, mask, text, image: array, audio: array, series, nearest, tensor: array };

/**
 * The outputs that the graph must give for a form: those shown, and those they refer to.
 * @param {Form} form
 */
export function outputNames(form) {
  const named = form.outputs.flatMap(({ name, interval = [], scores, labels, tokens, context }) => [name, ...interval, scores, labels, tokens, context]);
  return [...new Set(named.filter((name) => name !== undefined))];
}

/**
 * Results per row: output name -> result of its kind. `outputs` are the graph's tensors, `rows` first.
 * @param {Form} form @param {Record<string, Feed>} outputs @param {number} [rows]
 * @returns {Record<string, Result>[]}
 */
export function decode(form, outputs, rows = 1) {
  return Array.from({ length: rows }, (_, index) => {
    const part = new Row(outputs, index, rows);
    return Object.fromEntries(form.outputs.map((output) => [output.name, RESULTS[output.kind](output, part)]));
  });
}

/** One row of the graph's tensors. Its methods throw UserFacingError when a tensor has not as many rows as it should. */
class Row {
  #outputs;
  #index;
  #rows;

  /** @param {Record<string, Feed>} outputs @param {number} index @param {number} rows */
  constructor(outputs, index, rows) {
    this.#outputs = outputs;
    this.#index = index;
    this.#rows = rows;
  }

  /** Its part of a tensor, without the first dim; the whole tensor, where there is one row only. @param {string} name @returns {Feed} */
  tensor(name) {
    const tensor = this.#outputs[name];
    if (this.#rows === 1) return tensor;
    const [from, to] = this.#ends(name);
    return { dtype: tensor.dtype, dims: tensor.dims.slice(1), data: tensor.data.slice(from, to) };
  }

  /**
   * The same as plain values, because BigInt reaches neither JSON nor a form: an int64 is a number here, or text where no number holds it
   * exactly.
   * @param {string} name
   * @returns {(number | string | boolean)[]}
   */
  elements(name) {
    const { dtype, data } = this.#outputs[name];
    const [from, to] = this.#ends(name);
    const found = [];
    for (let at = from; at < to; at++) found.push(dtype === 'bool' ? Boolean(data[at]) : exact(data[at]));
    return found;
  }

  /** Where it begins and ends among the elements of a tensor. @param {string} name */
  #ends(name) {
    const { dims, data } = this.#outputs[name];
    if (this.#rows === 1) return [0, data.length];
    if (dims[0] !== this.#rows) throw unexpected(name, dims[0], this.#rows);
    const width = data.length / this.#rows;
    return [this.#index * width, (this.#index + 1) * width];
  }
}

/**
 * The elements of a tensor, as many as wanted, or at least one; throws UserFacingError.
 * @param {string} name @param {Part} part @param {number} [count]
 */
function some(name, part, count) {
  const all = part.elements(name);
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

/** An element as it is, but for a BigInt: a number, or text where no number holds it exactly. @param {any} element */
function exact(element) {
  if (typeof element !== 'bigint') return element;
  return Number.isSafeInteger(Number(element)) ? Number(element) : String(element);
}
