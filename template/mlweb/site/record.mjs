// Records which functions of the runtime some models call, under Node: node record.mjs <ort.mjs> <instrumented.wasm> <work.json> <out.json>.
// Work is a list of {model: path, runs: [feeds]}, tensors as mlweb/proof/golden.py packs them. Out is a list of the numbers of functions for
// each. A run may fail: how the runtime says so is part of what is recorded.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ARRAYS } from '../../web/codec/dtypes.js';

const [, , script, wasm, work, out] = process.argv;
const MARK = 'called ';

let exported = {};
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const made = await instantiate(...given);
  exported = (made.instance ?? made).exports;
  return made;
};

const ort = await import(pathToFileURL(script).href);
ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmBinary = readFileSync(wasm).buffer;
ort.env.logLevel = 'fatal';

function tensor({ dtype, dims, base64, strings }) {
  return new ort.Tensor(dtype, strings ?? new ARRAYS[dtype](Uint8Array.from(Buffer.from(base64, 'base64')).buffer), dims);
}

/** The numbers of the functions that were called since this was asked last. */
function called() {
  const names = Object.keys(exported).filter((name) => name.startsWith(MARK) && exported[name].value);
  for (const name of names) exported[name].value = 0;
  return names.map((name) => Number(name.slice(MARK.length)));
}

const found = [];
for (const { model, runs } of JSON.parse(readFileSync(work, 'utf8'))) {
  try {
    const session = await ort.InferenceSession.create(readFileSync(model), { executionProviders: ['wasm'], logSeverityLevel: 3 });
    for (const feeds of runs) {
      await session.run(Object.fromEntries(Object.entries(feeds).map(([name, packed]) => [name, tensor(packed)]))).catch(() => {});
    }
    await session.release();
  } catch {
    // the next one
  }
  found.push(called());
}
writeFileSync(out, JSON.stringify(found));
