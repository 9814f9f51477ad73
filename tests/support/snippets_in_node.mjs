// Runs web/panels/embed/snippets.js under Node: each line of standard input is {row, form, page, engine}, each line of the output has the four snippets
// and what the module's code hands to `predict` or `stream`, as a list of [name, value].
import { createInterface } from 'node:readline';
import { element, frame, module, python } from '../../template/web/panels/embed/snippets.js';

const SITE = 'https://example.org/m"o\'del/';
const FILES = { model: { url: '../model/model.onnx' } };

/** The values that the code of a module computes with, by its very own literals. */
async function given(code) {
  const body = code.replace(/^import .*\n/, '').replace('console.log(results)', 'return results').replace('console.log(piece)', 'return piece');
  const named = (values) => Reflect.ownKeys(values).map((name) => [name, values[name]]);
  const load = async () => ({ predict: async (values) => named(values), stream: async function* (values) { yield named(values); } });
  return new Function('load', `return (async () => { ${body} })()`)(load);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { row, form, page, engine } = JSON.parse(line);
  const manifest = { engine, form, page, files: FILES };
  const code = module(SITE, row, manifest);
  const written = { element: element(SITE, row, manifest, ['predict']), module: code, frame: frame(SITE, row, manifest, ['predict']), python: python(SITE, row, manifest) };
  process.stdout.write(`${JSON.stringify({ ...written, given: await given(code) })}\n`);
}
