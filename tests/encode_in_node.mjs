// Runs web/runtime/encode.js under Node: a list of {form, rows} on standard input, a list of feeds or refusals on standard output.
import { readFileSync } from 'node:fs';
import { Refusals, encode } from '../template/web/runtime/encode.js';

/** The tensor as mlweb/golden.py packs it. */
function pack({ dtype, dims, data }) {
  if (dtype === 'string') return { dtype, dims, strings: data };
  return { dtype, dims, base64: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') };
}

function answer({ form, rows }) {
  try {
    return { feeds: Object.fromEntries(Object.entries(encode(form, rows)).map(([name, feed]) => [name, pack(feed)])) };
  } catch (error) {
    if (!(error instanceof Refusals)) throw error;
    return { refusals: error.refusals };
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(answer)));
