// Runs web/codec/encode.js and decode.js under Node: each line of standard input is a request, each line of the output its answer.
// {form, rows} gets feeds or refusals, {form, outputs, count} gets the results of so many rows, or what was unexpected about them,
// {text, decimal} the numbers of a series, or why one of them is none, {kinds} what is said of each kind, {tokenizer, sha256, library} makes a tokenizer known,
// {list, sha256} a list of texts.
// Tensors are as mlweb/proof/golden.py packs them; numbers that JSON lacks are {"$number": "NaN"}.
import { createInterface } from 'node:readline';
import { corrected } from '../../template/web/codec/correct-tokenizers.js';
import { decode } from '../../template/web/codec/decode.js';
import { ARRAYS } from '../../template/web/codec/dtypes.js';
import { encode } from '../../template/web/codec/encode.js';
import { KINDS } from '../../template/web/codec/kinds.js';
import { register as registerList } from '../../template/web/codec/nearest.js';
import { InvalidValue, ValidationErrors } from '../../template/web/codec/refusal.js';
import { readSeries } from '../../template/web/codec/series.js';
import { register } from '../../template/web/codec/tokenize.js';
import { UserFacingError } from '../../template/web/codec/user-facing-error.js';

const each = (object, change) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));

function pack({ dtype, dims, data }) {
  if (dtype === 'string') return { dtype, dims, strings: data };
  return { dtype, dims, base64: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') };
}

/** What `pack` was given; anything else as it is. */
function unpack(value) {
  if (!value?.dtype) return value;
  const { dtype, dims, base64, strings } = value;
  return { dtype, dims, data: strings ?? new ARRAYS[dtype](Uint8Array.from(Buffer.from(base64, 'base64')).buffer) };
}

/** What decode.py's `unexpected` was given: name, number of elements, number wanted. */
function unexpected(error) {
  if (!(error instanceof UserFacingError)) throw error;
  return { unexpected: error.words({ trouble: { elements: (...filled) => filled } }) };
}

function encoded({ form, rows }) {
  try {
    return { feeds: each(encode(form, rows.map((row) => each(row, unpack))), pack) };
  } catch (error) {
    if (!(error instanceof ValidationErrors)) throw error;
    return { refusals: error.refusals };
  }
}

function decoded({ form, outputs, count }) {
  try {
    const packed = (result) => (result.array ? { ...result, array: pack(result.array) } : result);
    return { results: decode(form, each(outputs, unpack), count).map((row) => each(row, packed)) };
  } catch (error) {
    return unexpected(error);
  }
}

function numbers({ text, decimal }) {
  try {
    return { numbers: readSeries(text, decimal) };
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    return { unfit: [error.code, error.filled] };
  }
}

async function registered({ tokenizer, sha256, library }) {
  const { Tokenizer } = corrected(await import(library));
  register(sha256, JSON.parse(tokenizer), Tokenizer);
  return {};
}

/** What is said of each kind of input. */
function kinds() {
  return each(KINDS, ({ array, isPicture = false, isNumeric = false, rank }) => ({ array: Boolean(array), isPicture, isNumeric, rank }));
}

async function answer(request) {
  try {
    if (request.kinds) return kinds();
    if (request.tokenizer !== undefined) return await registered(request);
    if (request.list !== undefined) return registerList(request.sha256, Buffer.from(request.list)) ?? {};
    if (request.text !== undefined) return numbers(request);
    return request.outputs ? decoded(request) : encoded(request);
  } catch (error) {
    return { crash: error.stack };
  }
}

const isRare = (value) => typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0));
const read = (_, value) => (value?.$number === undefined ? value : Number(value.$number));
const write = (_, value) => (isRare(value) ? { $number: Object.is(value, -0) ? '-0' : String(value) } : value);

createInterface({ input: process.stdin }).on('line', async (line) => {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line, read)), write)}\n`); // one request comes at a time
});
