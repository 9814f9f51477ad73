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
import { ARRAYS } from './dtypes.js';
import { kindOf } from './kinds.js';
import { ValidationErrors, InvalidValue } from './refusal.js';
import { shown, worded } from './scalars.js';
import { feeds as tokenize } from './tokenize.js';

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
  const given = /** @type {Required<import('./kinds.js').Kind>} */ (kindOf(field)).element(field, value, dtype, decimal);
  return dtype === 'string' ? shown(given) : given;
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
  return encodeColumns(form, rows.length, (name) => rows.map((row) => (Object.hasOwn(row, name) ? row[name] : undefined)));
}

const NOTHING = {}; // is no value

/**
 * The same, where the values of each field are at hand for all rows.
 * @param {Form} form @param {number} count of rows @param {(name: string) => unknown[]} columnOf the values of a field
 * @returns {Record<string, Feed>}
 */
export function encodeColumns(form, count, columnOf) {
  const { sentences } = form;
  /** @type {{row: number, field: string, message: string}[]} */
  const refusals = [];
  const built = form.inputs.map((source) => {
    const { fields, dtype } = source;
    const [{ tokenizer }] = fields;
    const inArrays = isArray(fields[0]);
    /** Row by row, as the graph takes them. @type {any} */
    const elements = inArrays || tokenizer || dtype === 'string' ? Array(count * fields.length) : new ARRAYS[dtype](count * fields.length);
    /** @type {(element: any) => any} */
    const stored = inArrays || tokenizer ? (element) => element : storage(dtype);
    fields.forEach((field, index) => {
      const read = inArrays ? array : cell;
      const values = columnOf(field.name);
      /** @type {unknown} */
      let last = NOTHING;
      /** Of the last value: in a table, and around a form, most are like the one before. @type {any} */
      let element;
      for (let row = 0, at = index; row < count; row++, at += fields.length) {
        const value = values[row];
        if (!Object.is(value, last)) {
          last = value;
          try {
            element = stored(read(field, value, source, sentences.decimal));
          } catch (error) {
            if (!(error instanceof InvalidValue)) throw error;
            refusals.push({ row, field: field.name, message: sentence(sentences, field.label, error) });
            last = NOTHING;
            continue;
          }
        }
        elements[at] = element;
      }
    });
    return { source, elements, tokenizer, inArrays };
  });
  if (refusals.length) throw new ValidationErrors(refusals.sort((a, b) => a.row - b.row));
  return Object.fromEntries(built.flatMap(({ source, elements, tokenizer, inArrays }) => {
    const { name, dtype, fields } = source;
    if (tokenizer) return Object.entries(tokenize(elements, source, tokenizer));
    return [[name, inArrays ? stack(elements, source) : { dtype, dims: dims(source.dims, count, fields.length), data: elements }]];
  }));
}

/** What makes an element one that the array of a dtype holds. @param {string} dtype @returns {(element: number | string | boolean) => any} */
function storage(dtype) {
  if (dtype === 'string') return String;
  if (dtype === 'bool') return (element) => Number(Number(element) !== 0);
  return /^u?int64$/.test(dtype) ? (element) => BigInt(Number(element)) : Number;
}
