/**
 * @file Code that runs the model elsewhere, filled with a site's address and the values of a form.
 *
 * @typedef {import('../../runtime/types.js').Manifest} Manifest
 * @typedef {import('../../codec/types.js').Feed} Feed
 * @typedef {import('../../codec/types.js').Row} Row
 */

import { outputNames } from '../../codec/decode.js';
import { encode } from '../../codec/encode.js';
import { kindOf } from '../../codec/kinds.js';
import { fragment } from '../../ui/share.js';
import { isLarge, numpyType, plain, python as large, zeros } from './snippet-arrays.js';

/** The custom element. @param {string} site @param {Row} row @param {Manifest} manifest @param {string[]} panels */
export function element(site, row, manifest, panels) {
  return `<script type="module" src="${attribute(`${site}embed.js`)}"></script>
<ml-model
  src="${attribute(site)}"
  panels="${panels.join(' ')}"
  values='${attribute(JSON.stringify(mapped(row))).replaceAll('&quot;', '"')}'></ml-model>
`;
}

/** The ES module; what a language model writes comes piece by piece. @param {string} site @param {Row} row @param {Manifest} manifest */
export function module(site, row, { engine }) {
  const use = engine === 'onnx'
    ? `const results = await model.predict(${literals(row)});\nconsole.log(results);`
    : `for await (const piece of model.stream(${literals(row)})) {\n  console.log(piece);\n}`;
  return `import { load } from ${script(`${site}embed.js`)};

const model = await load(${script(site)});
${use}
`;
}

/** The page in a frame. @param {string} site @param {Row} row @param {Manifest} manifest @param {string[]} panels */
export function frame(site, row, { page, form }, panels) {
  const fields = form.inputs.flatMap((input) => input.fields).map((field) => ({ name: field.name, initial: field.default }));
  const address = attribute(`${site}?panels=${panels}${fragment(fields, row)}`);
  return `<iframe
  src="${address}"
  title="${attribute(page.name)}"
  width="100%" height="800" loading="lazy"></iframe>
`;
}

/** Python with onnxruntime. @param {string} site @param {Row} row @param {Manifest} manifest */
export function python(site, row, { form, files }) {
  const feeds = encode(form, [row]);
  /** @type {Set<string>} */
  const imports = new Set();
  const lines = form.inputs.flatMap((source) => {
    const { tokenizer } = source.fields[0];
    if (tokenizer) return tokens([source.name, tokenizer.mask, tokenizer.types ?? []].flat(), feeds);
    const [given, feed] = [row[source.fields[0].name], feeds[source.name]];
    const { code, needs, instead } = isLarge(given) ? large(given, feed, source, site) : { code: array(feed), needs: [], instead: [] };
    for (const need of needs) imports.add(`${need}\n`);
    return [...instead.map((line) => `    # ${line}`), `    ${JSON.stringify(source.name)}: ${code},`];
  });
  const model = new URL(files.model.url, new URL('app/manifest.json', site)).href; // any folder: it leads out of it
  return `from urllib.request import urlopen

import numpy as np
import onnxruntime as ort
${[...imports].join('')}
model = urlopen(${JSON.stringify(model)}).read()
session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
feeds = {
${lines.join('\n')}
}
names = ${JSON.stringify(outputNames(form))}
for name, value in zip(names, session.run(names, feeds)):
    print(name, value)
`;
}

/** What a text is to the model. @param {string[]} names of the inputs that it feeds @param {Record<string, Feed>} feeds */
function tokens(names, feeds) {
  return ['    # The tokens of the text, by the tokenizer.json of the model.', ...names.map((name) => `    ${JSON.stringify(name)}: ${array(feeds[name])},`)];
}

/** A tensor as a numpy array of its dtype and dims. @param {Feed} feed */
function array({ dtype, dims, data }) {
  const elements = Array.from(/** @type {ArrayLike<any>} */ (data), (one) => literal(one, dtype));
  const [flat, shape] = [`[${elements.join(', ')}]`, dims.join(', ') + (dims.length === 1 ? ',' : '')];
  return `np.array(${flat}, dtype=${numpyType(dtype)}).reshape((${shape}))`;
}

/** An element as Python writes it. @param {any} element @param {string} dtype */
function literal(element, dtype) {
  if (dtype === 'string') return JSON.stringify(element); // Python reads it as well
  if (dtype === 'bool') return element ? 'True' : 'False';
  if (Number.isNaN(element)) return 'np.nan';
  if (Math.abs(Number(element)) === Infinity) return element > 0 ? 'np.inf' : '-np.inf';
  return dtype === 'float32' ? shortest(element) : String(element);
}

/** The shortest decimal number that is this one in float32: 26.4, not 26.399999618530273. @param {number} value */
function shortest(value) {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

/** The values as JSON can have them; large arrays are left out. @param {Row} row */
function mapped(row) {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));
}

/** The values in JavaScript, with zeros for large arrays that have no address. @param {Row} row */
function literals(row) {
  const lines = Object.entries(row).flatMap(([name, value]) => {
    const [json, key] = [plain(value), name === '__proto__' ? '["__proto__"]' : script(name)]; // else it would be the object's prototype
    if (json !== undefined) return [`  ${key}: ${script(json)},`];
    return isLarge(value) ? ['  // In place of the zeros put a File, a Blob or an address.', `  ${key}: ${zeros(value)},`] : [];
  });
  return `{\n${lines.join('\n')}\n}`;
}

/** A value as JavaScript writes it; a “</script>” or “<!--” in it does not change where the script around it ends. @param {unknown} value */
function script(value) {
  return JSON.stringify(value).replace(/<(?=[/!]|script)/gi, '\\u003c');
}

/** The values with numbers for what was typed as a plain number. @param {Manifest['form']} form @param {Row} row @returns {Row} */
export function tidy(form, row) {
  const numbers = form.inputs.flatMap((input) => input.fields).filter((field) => kindOf(field).isNumeric);
  const typed = numbers.map(({ name }) => [name, row[name]]).filter(([, text]) => String(Number(text)) === text);
  return { ...row, ...Object.fromEntries(typed.map(([name, text]) => [name, Number(text)])) };
}

/** A text inside of a quoted HTML attribute. @param {string} text */
function attribute(text) {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#39;').replaceAll('<', '&lt;');
}
