/**
 * @file Where a language model writes, in a worker of its own. What of that is the same for every engine is here: prompts, conversations, texts in parts,
 * and the message to stop. How an engine writes is in a module beside this one, which comes with the message to load: a worker that runs from a blob:
 * imports nothing when it starts. Nothing is fetched from here: all files come with that message, too.
 *
 * In:  {type: 'load', writer, ort, address, wasm, model, threads, files}: the module as a Blob, the engine's script and where it lies, and those beside the
 *      model by name; {type: 'run', feeds}; and {type: 'stop'}, which ends a run early.
 *      Of a panel: {type: 'lend', module, …}, which the module in that Blob answers.
 * Out: {type: 'ready', version, backend, threads, loadMs}, {type: 'part', outputs} while a text grows, {type: 'ran', outputs, ms}, or
 *      {type: 'failed', stage, detail} with the stage 'runtime' or 'session' of the load, 'run', 'message', and of what can't be written from: 'empty',
 *      'template', which does not render, and 'prompt', which is too long.
 *
 * Twin of mlweb/engines/writer.py: the same tokens, greedy and sampled.
 *
 * @typedef {import('../../codec/types.js').Feed} Feed
 * @typedef {import('../../codec/types.js').Course} Course
 * @typedef {[question: string, answer: string]} Turn
 * @typedef {{role: 'user' | 'assistant', content: string}} Message
 * @typedef {{prompt: string, template?: string, max_new_tokens: number, temperature: number, top_k: number, seed: number, history: string,
 *   in_parts: boolean}} GenerationRequest history: the turns of the conversation before, as JSON
 *
 * @typedef {object} GenerationOptions how a text is to be written
 * @property {number} most tokens
 * @property {number} temperature 0 takes the likeliest token each time
 * @property {number} top_k how many tokens take part, 0 for all
 * @property {number} seed
 * @property {AbortSignal} signal ends it early
 * @property {(tokens: number[]) => void} ontokens hears the next ones
 *
 * @typedef {object} Writer how an engine writes: what the function `open` of its module gives
 * @property {string} version of what computes
 * @property {number} threads
 * @property {number} size how many tokens the model holds, prompt and answer together
 * @property {string} template its own; '' where it has none
 * @property {(template: string, messages: Message[], prompt: string) => string} render what a template makes of them; throws where it does not render
 * @property {(text: string, isFramed: boolean) => number[] | Promise<number[]>} tokens `isFramed`: with the tokens that the tokenizer puts around a text
 * @property {(tokens: number[]) => string} text what tokens say that were written; those that are no text are left out
 * @property {(prompt: number[], how: GenerationOptions) => Promise<unknown>} write from the prompt on to the model's end of a text, or to one of `how`
 * @typedef {(message: any, onstage: (stage: 'runtime' | 'session') => void) => Promise<Writer>} Open
 */

const page = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** What a page may give, where metadata.yml has no field for it; without a template it is the model's own, if it has one. @type {GenerationRequest} */
const DEFAULTS = { prompt: '', template: undefined, max_new_tokens: 128, temperature: 0, top_k: 0, seed: 0, history: '', in_parts: false };
const PART_MS = 50; // from one piece of a text to the next: more of them nobody could read
const SPACE = ' \\t\\n\\r\\f\\v\\u00a0\\u2028\\u2029\\u3000';
const AROUND = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, 'gu');
/** Where a long text may be cut, the best first: behind a sentence or a line, behind a word, anywhere. */
const CUTS = [
  new RegExp(`(?:[.!?…]+["'”’»)\\]]*(?![^${SPACE}])|[。！？]+[”’）」』]*|\\n)[${SPACE}]*`, 'gu'),
  new RegExp(`[${SPACE}]+`, 'gu'),
  /[^]/gu,
];

/** How the engine writes. @type {Writer} */
let writer;
/** Ends the present run. @type {AbortController} */
let stopping;

let queue = Promise.resolve();
page.onmessage = ({ data }) => {
  if (data.type === 'stop') stopping?.abort(); // a run is under way, behind which it would wait
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

/** @param {{writer: Blob}} message */
async function load({ writer: module, ...given }) {
  const start = performance.now();
  let stage = 'runtime';
  try {
    /** @type {{open: Open}} */
    const { open } = await import(URL.createObjectURL(module));
    writer = await open(given, (begun) => { stage = begun; });
    page.postMessage({ type: 'ready', version: writer.version, backend: 'wasm', threads: writer.threads, loadMs: performance.now() - start });
  } catch (error) {
    page.postMessage({ type: 'failed', stage, detail: String(error) });
  }
}

/** @param {{feeds: Record<string, Feed>}} request */
async function run({ feeds }) {
  try {
    const given = Object.entries(feeds).map(([name, { data }]) => [name, typeof data[0] === 'bigint' ? Number(data[0]) : data[0]]);
    /** @type {GenerationRequest} */
    const asked = { ...DEFAULTS, ...Object.fromEntries(given) };
    const start = performance.now();
    stopping = new AbortController();
    const outputs = await (asked.in_parts ? writtenInParts(asked) : written(asked.prompt, asked));
    page.postMessage({ type: 'ran', outputs: outputsOf(outputs), ms: performance.now() - start });
  } catch (error) {
    const said = error instanceof Refused ? { stage: error.stage, detail: error.message } : { stage: 'run', detail: String(error) };
    page.postMessage({ type: 'failed', ...said });
  }
}

/**
 * What is written from a text that may be too long: from each of its parts, then from what was written of these, in a line each, and so on, until
 * that is one part, or does not get fewer. Each text may be stopped, and so are those behind it.
 * @param {GenerationRequest} asked @returns {Promise<Written>}
 */
async function writtenInParts(asked) {
  const { template } = asked;
  const fits = async (/** @type {string} */ text) => (await tokensOf(text, template, [])).length + roomOf(asked) <= writer.size;
  let texts = await partsOf(whole(asked.prompt), fits);
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
      if (stopping.signal.aborted) break;
    }
    const joined = lines.join('\n');
    const again = await partsOf(joined, fits);
    const done = { ...(/** @type {Course} */ (course)), done: stopping.signal.aborted && isFirst ? lines.length : parts };
    if (stopping.signal.aborted || texts.length === 1 || !again.length || again.length >= texts.length) return { text: joined, found, course: done };
    texts = again;
  }
}

/**
 * What goes on from a prompt, its tokens, and how it came about.
 * @param {string} prompt @param {GenerationRequest} asked @param {{done: number, parts: number}} [of] where it is a part of more
 * @returns {Promise<Written>}
 *
 * @typedef {{text: string, found: number[], course: Course}} Written
 */
async function written(prompt, asked, of = { done: 1, parts: 1 }) {
  const { template, max_new_tokens: most, temperature, top_k, seed } = asked;
  const { size } = writer;
  /** @type {Turn[]} */
  const turns = asked.history ? JSON.parse(asked.history) : [];
  let omitted = 0;
  let ids = await tokensOf(prompt, template, turns);
  while (ids.length + roomOf(asked) > size && omitted < turns.length) ids = await tokensOf(prompt, template, turns.slice(++omitted));
  if (!ids.length) throw new Refused('empty', '');
  if (ids.length >= size) throw new Refused('prompt', `${ids.length} ${size}`);
  /** @type {number[]} */
  const found = [];
  let sent = performance.now();
  const now = () => ({ text: writer.text(found), found, course: { prompt: ids.length, size, omitted, ...of } });
  const ontokens = (/** @type {number[]} */ tokens) => {
    found.push(...tokens);
    if (performance.now() - sent < PART_MS) return;
    sent = performance.now();
    page.postMessage({ type: 'part', outputs: outputsOf(now()) });
  };
  await writer.write(ids, { most: Math.min(most, size - ids.length), temperature, top_k, seed, signal: stopping.signal, ontokens });
  return now();
}

/**
 * Tokens that are kept free for the answer, where something can be left out or cut for it: at most half of what the model holds.
 * @param {GenerationRequest} asked
 */
function roomOf({ max_new_tokens: most }) {
  return Math.min(most, Math.floor(writer.size / 2));
}

/**
 * The tokens of a prompt: of what the template makes of it and the turns before. Without a template all is read line by line, and the tokenizer puts
 * its own tokens around it.
 * @param {string} prompt @param {string | undefined} given the template; the model's own, if it has one, where there is none @param {Turn[]} turns
 */
async function tokensOf(prompt, given, turns) {
  const template = given ?? writer.template;
  let text = [...turns.flat(), prompt].join('\n');
  if (template) {
    if (turns.length && !template.includes('messages')) throw new Refused('template', 'it has no messages, so it would leave out the conversation');
    /** @type {Message[]} */
    const said = turns.flatMap(([question, answer]) => [{ role: 'user', content: question }, { role: 'assistant', content: answer }]);
    try {
      text = writer.render(template, [...said, { role: 'user', content: prompt }], prompt);
    } catch (error) {
      throw new Refused('template', error instanceof Error ? error.message : String(error));
    }
  }
  return writer.tokens(whole(text), !template);
}

/** A text with no halves of characters. @param {string} text */
function whole(text) {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/**
 * A text in order, in as few parts as can be told by going on while they fit; nothing of it is lost but the white space around each part. A single
 * character that does not fit is a part all the same. Twin of mlweb/engines/parts.py.
 * @param {string} given @param {(text: string) => Promise<boolean>} fits @param {number} [cut] where it may be cut, of CUTS
 * @returns {Promise<string[]>}
 */
async function partsOf(given, fits, cut = 0) {
  const text = given.replace(AROUND, '');
  if (!text) return [];
  if (await fits(text) || cut === CUTS.length) return [text];
  const found = [];
  let [held, at] = ['', 0];
  for (const end of [...Array.from(text.matchAll(CUTS[cut]), (match) => match.index + match[0].length), text.length]) {
    const piece = text.slice(at, end);
    at = end;
    if (held && !(await fits((held + piece).replace(AROUND, '')))) {
      found.push(...(await partsOf(held, fits, cut + 1)));
      held = '';
    }
    held += piece;
  }
  return [...found, ...(await partsOf(held, fits, cut + 1))];
}

/** What a run gives back. @param {Written} written */
function outputsOf({ text, found, course: { prompt, size, omitted, done, parts } }) {
  const numbers = (/** @type {number[]} */ given) => ({ dtype: 'int64', dims: [1, given.length], data: BigInt64Array.from(given, BigInt) });
  return { text: { dtype: 'string', dims: [1], data: [text] }, tokens: numbers(found), context: numbers([prompt, size, omitted, done, parts]) };
}

/**
 * Let a module answer that comes along, such as for the panel `privacy`: it tells of this worker what only this worker knows.
 * @param {{module: Blob}} request
 */
async function lend({ module, ...question }) {
  const { answer } = await import(URL.createObjectURL(module));
  answer(question);
}

/** What may be asked. @type {Record<string, (data: any) => void | Promise<void>>} */
const TASKS = { load, run, lend };

export {}; // a module of its own
