/**
 * @file User values -> feeds, outputs -> results. Twin of mlweb/encode.py: same order, same names, same sentences.
 *
 * A form lists the inputs of the graph with their fields, and its outputs. A row is what a person gave: a flat object of
 * field name -> value, where a value may still be the text that was typed. Golden cases pin both twins to the same bytes.
 *
 * @typedef {import('./types.js').Form} Form
 * @typedef {import('./types.js').Field} Field
 * @typedef {import('./types.js').Input} Input
 * @typedef {import('./types.js').Output} Output
 * @typedef {import('./types.js').Feed} Feed
 * @typedef {import('./types.js').Result} Result
 */

const NUMBER = /^[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?$/;
const THOUSANDS = /^[+-]?[1-9][0-9]{0,2},[0-9]{3}$/;
const TRUTH = new Map([['true', true], ['false', false], ['1', true], ['0', false]]);

/**
 * The largest whole number up to which every whole number is exact in the dtype (float32: 2^24, float64: 2^53).
 * int64 stops at 2^53 as well, because JavaScript's numbers do.
 * @type {Record<string, number>}
 */
const WHOLE = { float32: 2 ** 24, float64: 2 ** 53, int64: 2 ** 53 - 1 };
/** @type {Record<string, [number, number]>} */
const BOUNDS = {
  int8: [-(2 ** 7), 2 ** 7 - 1],
  uint8: [0, 2 ** 8 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [0, 2 ** 16 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  uint64: [0, 2 ** 53 - 1],
};
/** @type {Record<string, number>} */
const FLOAT_MAX = { float32: 3.4028234663852886e38 };

/** Why one value can't be taken: a sentence that begins with the field's label. */
export class Refusal extends Error {}

/** Every refused value of a request. */
export class Refusals extends Error {
  /** @param {{row: number, field: string, message: string}[]} refusals */
  constructor(refusals) {
    super(refusals.map((refusal) => refusal.message).join(' '));
    this.refusals = refusals;
  }
}

/**
 * A number, or text that holds one. A comma may stand for the decimal point unless it could mean thousands.
 * @param {Field} field @param {unknown} value @param {string} dtype
 */
function number(field, value, dtype) {
  const { label } = field;
  if (typeof value === 'string') {
    const text = value.trim();
    if (!NUMBER.test(text)) throw new Refusal(`${label}: “${text}” is not a number, such as 12.5.`);
    if (THOUSANDS.test(text)) {
      throw new Refusal(`${label}: “${text}” can be read in two ways; write ${text.replace(',', '.')} or ${text.replace(',', '')}.`);
    }
    value = Number(text.replace(',', '.'));
  }
  if (typeof value !== 'number') throw new Refusal(`${label} needs a number.`);
  if (!(Math.abs(value) <= (FLOAT_MAX[dtype] ?? Number.MAX_VALUE))) {
    throw new Refusal(`${label}: ${shown(value)} is too large for the model (${dtype}).`);
  }
  if (field.min !== undefined && value < field.min) throw new Refusal(`${label} must be at least ${shown(field.min)}.`);
  if (field.max !== undefined && value > field.max) throw new Refusal(`${label} must be at most ${shown(field.max)}.`);
  return value;
}

/**
 * A whole number that the dtype holds exactly.
 * @param {Field} field @param {unknown} given @param {string} dtype
 */
function integer(field, given, dtype) {
  const value = number(field, given, dtype);
  if (!Number.isInteger(value)) throw new Refusal(`${field.label} needs a whole number.`);
  const most = WHOLE[dtype] ?? 2 ** 53;
  const [low, high] = BOUNDS[dtype] ?? [-most, most];
  if (!(low <= value && value <= high)) {
    throw new Refusal(`${field.label}: the model takes whole numbers from ${shown(low)} to ${shown(high)} here.`);
  }
  return value + 0; // -0 becomes 0, as in Python
}

/**
 * One of the listed values, given as itself or as its text.
 * @param {Field} field @param {unknown} value
 */
function choice(field, value) {
  const choices = field.choices ?? [];
  const option = choices.find((candidate) => same(candidate.value, value));
  if (option) return option.value;
  const offered = choices.slice(0, 8).map((candidate) => shown(candidate.value)).join(', ');
  const more = choices.length > 8 ? ', …' : '';
  throw new Refusal(`${field.label}: “${shown(value)}” is not one of ${offered}${more}.`);
}

/**
 * True or false, or the text of either.
 * @param {Field} field @param {unknown} value @param {string} dtype
 */
function toggle(field, value, dtype) {
  const truth = TRUTH.get(shown(value).trim().toLowerCase());
  if (truth === undefined) throw new Refusal(`${field.label} must be true or false.`);
  return dtype === 'bool' || dtype === 'string' ? truth : Number(truth);
}

/**
 * Any text. onnxruntime-web cuts a string at a NUL character, so that one is refused.
 * @param {Field} field @param {unknown} value
 */
function text(field, value) {
  if (typeof value !== 'string') throw new Refusal(`${field.label} needs text.`);
  if (value.includes('\0')) throw new Refusal(`${field.label} holds a NUL character, which the model can't take.`);
  return value;
}

/** @type {Record<string, (field: Field, value: unknown, dtype: string) => number | string | boolean>} */
const KINDS = { number, integer, choice, toggle, text };

/**
 * A value as JavaScript writes it: 3.0 is 3, true is true, null is empty, 1e-05 is 0.00001, 1e-07 is 1e-7.
 * @param {unknown} value
 */
export function shown(value) {
  return value === null || value === undefined ? '' : String(value);
}

/**
 * Whether a value names an option: equal, or equal as text or as number ("2", "2.0" and 2 are one choice).
 * @param {unknown} option @param {unknown} value
 */
function same(option, value) {
  if (shown(option) === shown(value)) return true;
  if (typeof option !== 'number' || typeof value !== 'string') return false;
  return NUMBER.test(value.trim()) && Number(value.trim().replace(',', '.')) === option;
}

/**
 * Nothing was given: absent, blank text, or NaN (what a table's empty cell becomes).
 * @param {unknown} value
 */
function empty(value) {
  return value === null || value === undefined || Number.isNaN(value) || (typeof value === 'string' && !value.trim());
}

/**
 * One value as the element of a tensor; throws Refusal.
 * @param {Field} field @param {unknown} value @param {string} dtype
 */
function cell(field, value, dtype) {
  if (empty(value) && !(field.kind === 'text' && typeof value === 'string')) {
    if (field.missing === 'nan') return NaN;
    if (field.missing === 'empty') return '';
    throw new Refusal(`${field.label} is empty: fill it in.`);
  }
  const element = KINDS[field.kind](field, value, dtype);
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
 * Throws Refusals with every value that can't be taken, in the order of rows and fields.
 * @param {Form} form @param {Record<string, unknown>[]} rows
 * @returns {Record<string, Feed>}
 */
export function encode(form, rows) {
  /** @type {[Input, (number | string | boolean)[]][]} */
  const inputs = [];
  /** @type {{row: number, field: string, message: string}[]} */
  const refusals = [];
  for (const source of form.inputs) {
    /** @type {(number | string | boolean)[]} */
    const elements = [];
    for (const [index, row] of rows.entries()) {
      for (const field of source.fields) {
        try {
          elements.push(cell(field, Object.hasOwn(row, field.name) ? row[field.name] : undefined, source.dtype));
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          refusals.push({ row: index, field: field.name, message: error.message });
        }
      }
    }
    inputs.push([source, elements]);
  }
  if (refusals.length) throw new Refusals(refusals.sort((a, b) => a.row - b.row));
  return Object.fromEntries(inputs.map(([source, elements]) => [source.name, tensor(source, elements, rows.length)]));
}

/**
 * The elements of one input as data of its dtype and dims.
 * @param {Input} source @param {(number | string | boolean)[]} elements @param {number} rows
 * @returns {Feed}
 */
function tensor(source, elements, rows) {
  const { dtype } = source;
  const shape = dims(source.dims, rows, source.fields.length);
  if (dtype === 'string') return { dtype, dims: shape, data: elements.map(String) };
  const numbers = elements.map(Number);
  const data = /64$/.test(dtype) && dtype !== 'float64' ? ARRAYS[dtype].from(numbers.map(BigInt)) : ARRAYS[dtype].from(numbers);
  return { dtype, dims: shape, data };
}

/** Typed arrays by dtype; bool is one byte an element, as onnxruntime-web takes it. @type {Record<string, any>} */
const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

/**
 * The first element: a number, a label or a truth value.
 * @param {Output} output @param {(number | string | boolean)[]} elements
 * @returns {Result}
 */
function value(output, elements) {
  return { kind: 'value', value: elements[0] };
}

/**
 * Class names with their probabilities, the likeliest first; equal ones keep the contract's order.
 * @param {Output} output @param {(number | string | boolean)[]} elements
 * @returns {Result}
 */
function classes(output, elements) {
  const pairs = (output.classes ?? []).map((label, index) => ({ label, probability: Number(elements[index]) }));
  return { kind: 'classes', classes: pairs.sort((a, b) => b.probability - a.probability) };
}

/** @type {Record<string, (output: Output, elements: (number | string | boolean)[]) => Result>} */
const RESULTS = { value, classes };

/**
 * Results per row: output name -> result of its kind. `outputs` are the graph's tensors, `rows` first.
 * @param {Form} form @param {Record<string, Feed>} outputs @param {number} [rows]
 * @returns {Record<string, Result>[]}
 */
export function decode(form, outputs, rows = 1) {
  /** @type {Record<string, Result>[]} */
  const results = Array.from({ length: rows }, () => ({}));
  for (const output of form.outputs) {
    const flat = elementsOf(outputs[output.name]);
    const width = flat.length / rows;
    results.forEach((result, index) => {
      const elements = flat.slice(index * width, (index + 1) * width);
      result[output.name] = RESULTS[output.kind](output, elements);
    });
  }
  return results;
}

/**
 * A tensor's elements as plain values: an int64 is a number here, because BigInt reaches neither JSON nor a form.
 * @param {Feed} tensor
 * @returns {(number | string | boolean)[]}
 */
function elementsOf({ dtype, data }) {
  if (dtype === 'bool') return Array.from(data, Boolean);
  return Array.from(/** @type {ArrayLike<any>} */ (data), (element) => (typeof element === 'bigint' ? Number(element) : element));
}
