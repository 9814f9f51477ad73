// Runs web/panels/embed/snippets.js under Node: each line of standard input is {row, form, page}, each line of the output has the four snippets
// and what the module's code hands to `predict`, as a list of [name, value].
import { createInterface } from 'node:readline';
import { element, frame, module, python } from '../../template/web/panels/embed/snippets.js';

const SITE = 'https://example.org/m"o\'del/';
const FILES = { model: { url: '../model/model.onnx' } };

/** The values that the code of a module computes with, by its very own literals. */
async function given(code) {
  const body = code.replace(/^import .*\n/, '').replace('console.log(results)', 'return results');
  const load = async () => ({ predict: async (values) => Reflect.ownKeys(values).map((name) => [name, values[name]]) });
  return new Function('load', `return (async () => { ${body} })()`)(load);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { row, form, page } = JSON.parse(line);
  const manifest = { form, page, files: FILES };
  const code = module(SITE, row);
  const written = { element: element(SITE, row, manifest, ['predict']), module: code, frame: frame(SITE, row, manifest, ['predict']), python: python(SITE, row, manifest) };
  process.stdout.write(`${JSON.stringify({ ...written, given: await given(code) })}\n`);
}
