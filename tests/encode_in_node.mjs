// Runs web/runtime/encode.js and decode.js under Node. A list of requests on standard input: {form, rows} gets feeds or refusals,
// {form, outputs} gets results.
import { readFileSync } from 'node:fs';
import { decode } from '../template/web/runtime/decode.js';
import { ARRAYS } from '../template/web/runtime/dtypes.js';
import { encode } from '../template/web/runtime/encode.js';
import { Refusals } from '../template/web/runtime/refusal.js';

/** The tensor as mlweb/golden.py packs it. */
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

const each = (object, change) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));

function answer({ form, rows, outputs }) {
  if (outputs) return decode(form, each(outputs, unpack)).map((row) => each(row, (result) => each(result, (value) => (value?.data ? pack(value) : value))))[0];
  try {
    return { feeds: each(encode(form, rows.map((row) => each(row, unpack))), pack) };
  } catch (error) {
    if (!(error instanceof Refusals)) throw error;
    return { refusals: error.refusals };
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(answer)));
