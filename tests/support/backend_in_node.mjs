// Runs models as the page does, under Node: node backend_in_node.mjs <ort.mjs> <ort.wasm> <work.json>. Work is a list of {model: path, form, row};
// each gets {feeds, outputs, results}, or {error}. Tensors travel as mlweb/proof/golden.py packs them.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { decode } from '../../template/web/codec/decode.js';
import { ARRAYS } from '../../template/web/codec/dtypes.js';
import { encode } from '../../template/web/codec/encode.js';

const [, , script, wasm, work] = process.argv;
const ort = await import(pathToFileURL(script).href);
ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmBinary = readFileSync(wasm).buffer;
ort.env.logLevel = 'fatal';

const each = (object, change) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));

function pack({ dtype, dims, data }) {
  if (dtype === 'string') return { dtype, dims: [...dims], strings: Array.from(data) };
  return { dtype, dims: [...dims], base64: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') };
}

function unpack(value) {
  if (!value?.dtype) return value;
  const { dtype, dims, base64, strings } = value;
  return { dtype, dims, data: strings ?? new ARRAYS[dtype](Uint8Array.from(Buffer.from(base64, 'base64')).buffer) };
}

async function answer({ model, form, row }) {
  let session;
  try {
    const feeds = encode(form, [each(row, unpack)]);
    session = await ort.InferenceSession.create(readFileSync(model), { executionProviders: ['wasm'] });
    const given = await session.run(each(feeds, ({ dtype, dims, data }) => new ort.Tensor(dtype, data, dims)));
    const outputs = each(given, ({ type, dims, data }) => ({ dtype: type, dims, data }));
    const [results] = decode(form, outputs);
    return { feeds: each(feeds, pack), outputs: each(outputs, pack), results: each(results, (result) => each(result, (value) => (value?.data ? pack(value) : value))) };
  } catch (error) {
    return { error: String(error?.message ?? error) };
  } finally {
    await session?.release();
  }
}

const answers = [];
for (const item of JSON.parse(readFileSync(work, 'utf8'))) answers.push(await answer(item));
writeFileSync(`${work}.answers`, JSON.stringify(answers, (_, value) => (typeof value === 'bigint' ? Number(value) : value)));
