/**
 * @file Where a language model writes: Transformers.js on onnxruntime-web, in a worker of its own. Imports nothing when it starts, for it runs from
 * a blob:. Nothing is fetched from here: all files come with the message.
 *
 * In:  {type: 'load', ort, address, transformers, wasm, model, threads, files} with those beside the model by name, {type: 'run', feeds}, and
 *      {type: 'stop'}, which ends a run early.
 *      Of the panel `privacy`: {type: 'reach', url, port} and {type: 'requests', port}, answered through their port.
 * Out: {type: 'ready', version, backend, threads, loadMs}, {type: 'part', outputs} while a text grows, {type: 'ran', outputs, ms}, or
 *      {type: 'failed', stage, detail} with the stage 'runtime' or 'session' of the load, 'run', 'message', and of what can't be written from: 'empty',
 *      'template', which does not render, and 'prompt', which is too long.
 *
 * Twin of mlweb/engines/language_model.py: the same tokens, greedy and sampled.
 *
 * @typedef {import('../../codec/types.js').Feed} Feed
 * @typedef {[question: string, answer: string]} Turn
 * @typedef {{prompt: string, template?: string, max_new_tokens: number, temperature: number, top_k: number, seed: number, history: string,
 *   in_parts: boolean}} Asked history: the turns of the conversation before, as JSON
 * @typedef {{prompt: number, size: number, leftOut: number, done: number, parts: number}} Course how a text came about, in the order of the output
 *   `context`: tokens of the prompt, or of the last that was written from, and that the model holds; turns of the conversation that did not fit;
 *   parts of a long text whose summaries are there, of how many
 */

const page = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** What a page may give, where metadata.yml has no field for it; without a template it is the model's own, if it has one. @type {Asked} */
const DEFAULTS = { prompt: '', template: undefined, max_new_tokens: 128, temperature: 0, top_k: 0, seed: 0, history: '', in_parts: false };
const CONTEXT = 2048; // tokens, where config.json does not say how many the model holds
const PART_MS = 50; // from one piece of a text to the next: more of them nobody could read
const PLAIN = { skip_special_tokens: true, clean_up_tokenization_spaces: false }; // how tokens become a text
const SPACE = ' \\t\\n\\r\\f\\v\\u00a0\\u2028\\u2029\\u3000';
const AROUND = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, 'gu');
/** Where a long text may be cut, the best first: behind a sentence or a line, behind a word, anywhere. */
const CUTS = [
  new RegExp(`(?:[.!?…]+["'”’»)\\]]*(?![^${SPACE}])|[。！？]+[”’）」』]*|\\n)[${SPACE}]*`, 'gu'),
  new RegExp(`[${SPACE}]+`, 'gu'),
  /[^]/gu,
];

/** The modules of the library and of the runtime. @type {any} */
let library;
/** @type {any} */
let ort;
/** @type {any} */
let model;
/** @type {any} */
let tokenizer;
/** What the model's generation_config.json says of the tokens that end a text. @type {{eos_token_id: any}} */
let ends;
/** Ends the present run. @type {any} */
let stopping;

let queue = Promise.resolve();
page.onmessage = ({ data }) => {
  if (data.type === 'stop') stopping?.interrupt(); // a run is under way, behind which it would wait
  else queue = queue.then(() => answer(data));
};

/** Why nothing can be written from what was given. */
class Refused extends Error {
  /** @param {'empty' | 'template' | 'prompt'} stage @param {string} detail */
  constructor(stage, detail) {
    super(detail);
    this.stage = stage;
  }
}

/** Answer a message; one that can't be answered does not keep the next ones from it. @param {{type: string}} message */
async function answer(message) {
  try {
    await TASKS[message.type](message);
  } catch (error) {
    page.postMessage({ type: 'failed', stage: 'message', detail: `${message?.type}: ${error}` });
  }
}

/** @param {any} given */
async function load({ ort: kept, address, transformers, wasm, model: graph, threads, files }) {
  const start = performance.now();
  let stage = 'runtime';
  try {
    const runtime = await import(kept).then(() => kept, () => address); // a page in one file can't lend its blob:, and a host page may forbid it
    ort = await import(runtime);
    ort.env.logLevel = 'error';
    ort.env.wasm.numThreads = threads;
    ort.env.wasm.wasmBinary = wasm;
    ort.env.wasm.initTimeout = 60_000; // a runtime that can't be compiled would keep us waiting for ever
    ort.env.wasm.wasmPaths = page.location.origin; // or the library would name a server of its own
    library = await import(linked(transformers, runtime));
    delete ort.env.wasm.wasmPaths; // all is there
    serve({ 'onnx/model.onnx': graph, ...files });
    stage = 'session';
    tokenizer = await library.AutoTokenizer.from_pretrained('model');
    model = await library.AutoModelForCausalLM.from_pretrained('model', { dtype: 'fp32', device: 'wasm', session_options: { logSeverityLevel: 3 } });
    ends = { eos_token_id: model.generation_config?.eos_token_id ?? model.config.eos_token_id ?? null };
    model.configs = { ...model.configs, generation_config: {} }; // what else it wants of a text, such as fewer repetitions, nobody asked for here
    const forward = model.forward.bind(model);
    model.forward = async (/** @type {any} */ given) => {
      await breath();
      return forward(given);
    };
    page.postMessage({ type: 'ready', version: ort.env.versions.web, backend: 'wasm', threads: ort.env.wasm.numThreads, loadMs: performance.now() - start });
  } catch (error) {
    page.postMessage({ type: 'failed', stage, detail: String(error) });
  }
}

/** Where the library can be imported from, with the runtime that is here in place of the file beside it. @param {Uint8Array} script @param {string} runtime */
function linked(script, runtime) {
  const source = new TextDecoder().decode(script).replace(/from"\.\/ort-\w+\.js"/g, () => `from"${runtime}"`);
  return URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
}

/** Let the library find these files, and no others. @param {Record<string, Uint8Array<ArrayBuffer>>} files */
function serve(files) {
  const { env } = library;
  const find = (/** @type {string} */ address) => Object.keys(files).find((name) => address.endsWith(`/${name}`));
  Object.assign(env, {
    logLevel: library.LogLevel.ERROR,
    allowRemoteModels: false,
    allowLocalModels: true,
    useBrowserCache: false,
    useWasmCache: false,
    useCustomCache: true,
    customCache: {
      async match(/** @type {string} */ address) {
        const name = find(address);
        return name && new Response(files[name], { headers: { 'Content-Length': String(files[name].length) } });
      },
      async put() {},
    },
    fetch: async () => new Response(null, { status: 404 }), // it asks for files that a model may have
  });
}

/** Let a message to stop in, which a worker that computes would not see: through a channel, since a timer would take its time. */
function breath() {
  return /** @type {Promise<void>} */ (new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  }));
}

/** @param {{feeds: Record<string, Feed>}} request */
async function run({ feeds }) {
  try {
    const given = Object.entries(feeds).map(([name, { data }]) => [name, typeof data[0] === 'bigint' ? Number(data[0]) : data[0]]);
    /** @type {Asked} */
    const asked = { ...DEFAULTS, ...Object.fromEntries(given) };
    const start = performance.now();
    stopping = new library.InterruptableStoppingCriteria();
    const outputs = await (asked.in_parts ? writtenInParts(asked) : written(asked.prompt, asked));
    page.postMessage({ type: 'ran', outputs: outputsOf(outputs), ms: performance.now() - start });
  } catch (error) {
    const said = error instanceof Refused ? { stage: error.stage, detail: error.message } : { stage: 'run', detail: String(error) };
    page.postMessage({ type: 'failed', ...said });
  } finally {
    stopping = undefined;
  }
}

/**
 * What is written from a text that may be too long: from each of its parts, then from what was written of these, in a line each, and so on, until
 * that is one part, or does not get fewer. Each text may be stopped, and so are those behind it.
 * @param {Asked} asked @returns {Promise<Written>}
 */
async function writtenInParts(asked) {
  const { template } = asked;
  const fits = (/** @type {string} */ text) => tokensOf(text, template, []).length + roomOf(asked) <= sizeOf();
  let texts = partsOf(whole(asked.prompt), fits);
  if (!texts.length) texts = [''];
  const parts = texts.length;
  for (let isFirst = true; ; isFirst = false) {
    /** @type {number[]} */
    const found = [];
    const lines = [];
    /** @type {Course | undefined} */
    let course;
    for (const [at, text] of texts.entries()) {
      const each = await written(text, asked, { done: isFirst ? at : parts, parts });
      found.push(...each.found);
      lines.push(each.text);
      course = each.course;
      if (stopping.interrupted) break;
    }
    const joined = lines.join('\n');
    const again = partsOf(joined, fits);
    const done = { ...(/** @type {Course} */ (course)), done: stopping.interrupted && isFirst ? lines.length : parts };
    if (stopping.interrupted || texts.length === 1 || !again.length || again.length >= texts.length) return { text: joined, found, course: done };
    texts = again;
  }
}

/**
 * What goes on from a prompt, its tokens, and how it came about.
 * @param {string} prompt @param {Asked} asked @param {{done: number, parts: number}} [of] where it is a part of more
 * @returns {Promise<Written>}
 *
 * @typedef {{text: string, found: number[], course: Course}} Written
 */
async function written(prompt, asked, of = { done: 1, parts: 1 }) {
  const { template, max_new_tokens: most, temperature, top_k, seed } = asked;
  const size = sizeOf();
  /** @type {Turn[]} */
  const turns = asked.history ? JSON.parse(asked.history) : [];
  let leftOut = 0;
  let ids = tokensOf(prompt, template, turns);
  while (ids.length + roomOf(asked) > size && leftOut < turns.length) ids = tokensOf(prompt, template, turns.slice(++leftOut));
  if (!ids.length) throw new Refused('empty', '');
  if (ids.length >= size) throw new Refused('prompt', `${ids.length} ${size}`);
  /** @type {number[]} */
  const found = [];
  let isPrompt = true;
  let sent = performance.now();
  library.random.seed(seed);
  const row = (/** @type {number[]} */ numbers) => new library.Tensor('int64', BigInt64Array.from(numbers, BigInt), [1, numbers.length]);
  const now = () => ({ text: tokenizer.decode(found, PLAIN), found, course: { prompt: ids.length, size, leftOut, ...of } });
  await model.generate({
    inputs: row(ids),
    attention_mask: row(ids.map(() => 1)),
    generation_config: { ...ends, max_new_tokens: Math.min(most, size - ids.length), do_sample: temperature > 0, temperature, top_k },
    stopping_criteria: stopping,
    streamer: {
      put(/** @type {bigint[][]} */ [batch]) {
        if (!isPrompt) found.push(...batch.map(Number));
        isPrompt = false;
        if (performance.now() - sent < PART_MS) return;
        sent = performance.now();
        page.postMessage({ type: 'part', outputs: outputsOf(now()) });
      },
      end() {},
    },
  });
  return now();
}

/** How many tokens the model holds, prompt and answer together. */
function sizeOf() {
  return model.config.max_position_embeddings ?? CONTEXT;
}

/** Tokens that are kept free for the answer, where something can be left out or cut for it: at most half of what the model holds. @param {Asked} asked */
function roomOf({ max_new_tokens: most }) {
  return Math.min(most, Math.floor(sizeOf() / 2));
}

/**
 * The tokens of a prompt: of what the template makes of it and the turns before. Without a template all is read line by line, and the tokenizer puts
 * its own tokens around it.
 * @param {string} prompt @param {string | undefined} given the template; the model's own, if it has one, where there is none @param {Turn[]} turns
 * @returns {number[]}
 */
function tokensOf(prompt, given, turns) {
  const template = given ?? tokenizer.chat_template ?? '';
  let text = [...turns.flat(), prompt].join('\n');
  if (template) {
    if (turns.length && !template.includes('messages')) throw new Refused('template', 'it has no messages, so it would leave out the conversation');
    const said = turns.flatMap(([question, answer]) => [{ role: 'user', content: question }, { role: 'assistant', content: answer }]);
    const settings = { chat_template: template, tokenize: false, add_generation_prompt: true, prompt };
    try {
      text = tokenizer.apply_chat_template([...said, { role: 'user', content: prompt }], settings);
    } catch (error) {
      throw new Refused('template', error instanceof Error ? error.message : String(error));
    }
  }
  return tokenizer.encode(whole(text), { add_special_tokens: !template }).map(Number);
}

/** A text with no halves of characters. @param {string} text */
function whole(text) {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/**
 * A text in order, in as few parts as can be told by going on while they fit; nothing of it is lost but the white space around each part. A single
 * character that does not fit is a part all the same. Twin of mlweb/engines/parts.py.
 * @param {string} given @param {(text: string) => boolean} fits @param {number} [cut] where it may be cut, of CUTS
 * @returns {string[]}
 */
function partsOf(given, fits, cut = 0) {
  const text = given.replace(AROUND, '');
  if (!text) return [];
  if (fits(text) || cut === CUTS.length) return [text];
  const found = [];
  let [held, at] = ['', 0];
  for (const end of [...Array.from(text.matchAll(CUTS[cut]), (match) => match.index + match[0].length), text.length]) {
    const piece = text.slice(at, end);
    at = end;
    if (held && !fits((held + piece).replace(AROUND, ''))) {
      found.push(...partsOf(held, fits, cut + 1));
      held = '';
    }
    held += piece;
  }
  return [...found, ...partsOf(held, fits, cut + 1)];
}

/** What a run gives back. @param {Written} written */
function outputsOf({ text, found, course: { prompt, size, leftOut, done, parts } }) {
  const numbers = (/** @type {number[]} */ given) => ({ dtype: 'int64', dims: [1, given.length], data: BigInt64Array.from(given, BigInt) });
  return { text: { dtype: 'string', dims: [1], data: [text] }, tokens: numbers(found), context: numbers([prompt, size, leftOut, done, parts]) };
}

/**
 * Tell whether a connection can be made from here: 'refused' by the policy that binds this worker, 'reached', or 'failed' otherwise.
 * @param {{url: string, port: MessagePort}} request
 */
function reach({ url, port }) {
  page.addEventListener('securitypolicyviolation', () => port.postMessage('refused'), { once: true });
  fetch(url, { cache: 'no-store' }).then(() => port.postMessage('reached'), () => setTimeout(() => port.postMessage('failed'), 1000));
}

/** Tell of every request made from here, the past ones too. @param {{port: MessagePort}} request */
function requests({ port }) {
  const tell = (/** @type {PerformanceObserverEntryList} */ list) => port.postMessage(list.getEntries().map((entry) => entry.toJSON()));
  new PerformanceObserver(tell).observe({ type: 'resource', buffered: true });
}

/** What may be asked. @type {Record<string, (data: any) => void | Promise<void>>} */
const TASKS = { load, run, reach, requests };

export {}; // a module of its own
