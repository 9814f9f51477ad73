/**
 * @file User values -> feeds. Twin of mlweb/codec/encode.py: same order, same names, same refusals.
 *
 * A form lists the inputs of the graph with their fields, and its outputs. A row is what a person gave: a flat object of
 * field name -> value, where a value may still be the text that was typed. Golden cases pin both twins to the same bytes.
 *
 * @typedef {import('./types.js').Form} Form
 * @typedef {import('./types.js').Field} Field
 * @typedef {import('./types.js').Input} Input
 * @typedef {import('./types.js').Feed} Feed
 */

import { array, isArray, stack, words } from './arrays.js';
import { ARRAYS, BOUNDS, EXACT, FLOAT_MAX } from './dtypes.js';
import { ValidationErrors, InvalidValue } from './refusal.js';
import { shortened } from './shorten.js';
import { feeds as tokenize } from './tokenize.js';

/** Numbers may have their thousands apart: 1 234 567. */
const NUMBER = /^[+-]?(([1-9][0-9]{0,2}([ \u00a0\u202f][0-9]{3})+|[0-9]+)([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?$/;
export const THOUSANDS = /^[+-]?[1-9][0-9]{0,2},[0-9]{3}$/;
const TRUTH = new Map([['true', true], ['false', false], ['1', true], ['0', false]]);

/**
 * The largest whole number up to which every whole number is exact in the dtype (float32: 2^24). float64 and int64 stop before
 * 2^53, which JavaScript's numbers take 2^53 + 1 for.
 * @type {Record<string, number>}
 */
const WHOLE = { float32: 2 ** 24, float64: EXACT, int64: EXACT };

/** The number that a text holds, with a point or a comma; NaN for none. @param {string} text */
export function parsed(text) {
  const trimmed = text.trim();
  return NUMBER.test(trimmed) ? Number(trimmed.replace(/[ \u00a0\u202f]/g, '').replace(',', '.')) : NaN;
}

/**
 * A number, or text that holds one. Where numbers have a decimal point, a comma may stand for it unless it could mean thousands.
 * @param {Field} field @param {unknown} given @param {string} dtype @param {string} decimal
 */
function number(field, given, dtype, decimal) {
  let value = given;
  if (typeof given === 'string') {
    const text = given.trim();
    value = parsed(text);
    if (Number.isNaN(value)) throw new InvalidValue('not_a_number', { text: shortened(text) });
    if (decimal === '.' && THOUSANDS.test(text)) {
      throw new InvalidValue('two_readings', { text, pointed: text.replace(',', '.'), whole: text.replace(',', '') });
    }
  }
  if (typeof value !== 'number') throw new InvalidValue('number');
  if (!(Math.abs(value) <= (FLOAT_MAX[dtype] ?? Number.MAX_VALUE))) throw new InvalidValue('too_large', { value: shortened(given), dtype });
  if (field.min !== undefined && value < field.min) throw new InvalidValue('min', { min: field.min });
  if (field.max !== undefined && value > field.max) throw new InvalidValue('max', { max: field.max });
  return value;
}

/**
 * A whole number that the dtype holds exactly.
 * @param {Field} field @param {unknown} given @param {string} dtype @param {string} decimal
 */
function integer(field, given, dtype, decimal) {
  const value = number(field, given, dtype, decimal);
  if (!Number.isInteger(value)) throw new InvalidValue('whole');
  const most = WHOLE[dtype] ?? 2 ** 53;
  const [low, high] = BOUNDS[dtype] ?? [-most, most];
  if (!(low <= value && value <= high)) throw new InvalidValue('range', { low, high });
  return value + 0; // -0 becomes 0, as in Python
}

/**
 * One of the listed values, given as itself or as its text.
 * @param {Field} field @param {unknown} value @param {string} _ @param {string} decimal
 */
function choice(field, value, _, decimal) {
  const choices = field.choices ?? [];
  const option = choices.find((candidate) => same(candidate.value, value));
  if (option) return option.value;
  const offered = choices.slice(0, 8).map((candidate) => shortened(worded(candidate.value, decimal))).join(', ');
  const more = choices.length > 8 ? ', …' : '';
  throw new InvalidValue('choice', { text: shortened(shown(value)), offered: offered + more });
}

/**
 * True or false, or the text of either.
 * @param {Field} field @param {unknown} value @param {string} dtype
 */
function toggle(field, value, dtype) {
  const truth = TRUTH.get(shown(value).trim().toLowerCase());
  if (truth === undefined) throw new InvalidValue('toggle');
  return dtype === 'bool' || dtype === 'string' ? truth : Number(truth);
}

/**
 * Any text. onnxruntime-web cuts a string at a NUL character, so that one is refused.
 * @param {Field} field @param {unknown} value
 */
function text(field, value) {
  if (typeof value !== 'string') throw new InvalidValue('text');
  if (value.includes('\0')) throw new InvalidValue('nul');
  return value;
}

/** @type {Record<string, (field: Field, value: unknown, dtype: string, decimal: string) => number | string | boolean>} */
const KINDS = { number, integer, choice, toggle, text };

/**
 * A value as JavaScript writes it: 3.0 is 3, true is true, null is empty, 1e-05 is 0.00001, 1e-07 is 1e-7.
 * @param {unknown} value
 */
export function shown(value) {
  return value === null || value === undefined ? '' : String(value);
}

/** A value in a sentence: numbers with the language's decimal sign. @param {unknown} value @param {string} decimal */
function worded(value, decimal) {
  return typeof value === 'number' ? shown(value).replace('.', decimal) : shown(value);
}

/**
 * Why a value can't be taken, in the form's language.
 * @param {Record<string, string>} sentences @param {string} label @param {InvalidValue} unfit
 */
export function sentence(sentences, label, unfit) {
  /** @type {Record<string, unknown>} */
  const filled = { label, ...unfit.filled };
  return sentences[unfit.code].replace(/\{(\w+)\}/g, (_, name) => {
    const value = filled[name];
    return Array.isArray(value) ? words(value, sentences) : worded(value, sentences.decimal);
  });
}

/**
 * Whether a value names an option: equal, or equal as text or as number ("2", "2.0" and 2 are one choice).
 * @param {unknown} option @param {unknown} value
 */
function same(option, value) {
  if (shown(option) === shown(value)) return true;
  if (typeof option !== 'number' || typeof value !== 'string') return false;
  return parsed(value) === option;
}

/**
 * Nothing was given: absent, blank text, or NaN (what a table's empty cell becomes).
 * @param {unknown} value
 */
function empty(value) {
  return value === null || value === undefined || Number.isNaN(value) || (typeof value === 'string' && !value.trim());
}

/**
 * One value as the element of a tensor; throws InvalidValue.
 * @param {Field} field @param {unknown} value @param {Input} source @param {string} decimal
 */
function cell(field, value, { dtype }, decimal) {
  if (empty(value) && !(field.kind === 'text' && typeof value === 'string' && !field.tokenizer)) {
    if (field.missing === 'nan') return NaN;
    if (field.missing === 'empty') return '';
    throw new InvalidValue('empty');
  }
  const element = KINDS[field.kind](field, value, dtype, decimal);
  return dtype === 'string' ? shown(element) : element;
}

/**
 * The dims of a feed of `rows` rows and `width` fields for a declared shape (null = dynamic) of rank 0, 1 or 2.
 * @param {(number | null)[]} shape @param {number} rows @param {number} width
 */
function dims(shape, rows, width) {
  if (shape.length === 2) return [rows, width];
  return shape.length === 0 ? [] : [rows * width];
}

/**
 * Feeds of a batch: input name -> typed array of the graph's dtype (string[] for strings), row-major, dims as in `dims`.
 * A text that the graph takes as tokens feeds several inputs.
 * Throws ValidationErrors with every value that can't be taken, in the order of rows and fields.
 * @param {Form} form @param {Record<string, unknown>[]} rows
 * @returns {Record<string, Feed>}
 */
export function encode(form, rows) {
  const { sentences } = form;
  /** @type {{row: number, field: string, message: string}[]} */
  const refusals = [];
  const built = form.inputs.map((source) => {
    const read = isArray(source.fields[0]) ? array : cell;
    const values = rows.map((row, index) => source.fields.map((field) => {
      try {
        return read(field, Object.hasOwn(row, field.name) ? row[field.name] : undefined, source, sentences.decimal);
      } catch (error) {
        if (!(error instanceof InvalidValue)) throw error;
        refusals.push({ row: index, field: field.name, message: sentence(sentences, field.label, error) });
      }
    }));
    return { source, values: /** @type {any[]} */ (values.flat()), build: read === array ? stack : tensor };
  });
  if (refusals.length) throw new ValidationErrors(refusals.sort((a, b) => a.row - b.row));
  return Object.fromEntries(built.flatMap(({ source, values, build }) => {
    const { tokenizer } = source.fields[0];
    return tokenizer ? Object.entries(tokenize(values, source, tokenizer)) : [[source.name, build(values, source, rows.length)]];
  }));
}

/**
 * The elements of one input as data of its dtype and dims.
 * @param {(number | string | boolean)[]} elements @param {Input} source @param {number} rows
 * @returns {Feed}
 */
function tensor(elements, source, rows) {
  const { dtype } = source;
  const shape = dims(source.dims, rows, source.fields.length);
  if (dtype === 'string') return { dtype, dims: shape, data: elements.map(String) };
  const numbers = elements.map(dtype === 'bool' ? (element) => Number(Number(element) !== 0) : Number);
  const data = /64$/.test(dtype) && dtype !== 'float64' ? ARRAYS[dtype].from(numbers.map(BigInt)) : ARRAYS[dtype].from(numbers);
  return { dtype, dims: shape, data };
}
