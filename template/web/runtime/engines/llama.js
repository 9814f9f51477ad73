/**
 * @file How llama.cpp writes, in WebAssembly: a module of the worker in language-model.js. It imports nothing when it starts. wllama, with which llama.cpp
 * comes, expects to run in a page and would start a worker; what both sides must know of the model's file stands in gguf.json.
 *
 * Twin of mlweb/engines/llama.py and mlweb/engines/sampling.py.
 *
 * @typedef {import('./language-model.js').Writer} Writer
 * @typedef {{size: number, vocabulary: number, begin: number[], ends: number[], control: number[], special: Record<string, string>, template: string}} About
 *   gguf.json: how many tokens the page holds, and how many there are; those in front of a text, those that end one and those that are no text; what
 *   templates call some of them; and the model's own template
 * @typedef {{token: number, p: number}[]} Shares tokens that may come next, the likeliest first, each with its share
 */

const PIECE = 2 ** 22; // bytes

/** @type {import('./language-model.js').Open} */
export async function open({ address, wasm, model, files: { llama, jinja, 'gguf.json': known } }, onstage) {
  stayHere();
  /** @type {any} */ (globalThis).document ??= { baseURI: address }; // wllama expects to run in a page
  const [{ Wllama }, { Template }] = await Promise.all([llama, jinja].map((script) => import(blobOf([script], 'text/javascript'))));
  /** @type {About} */
  const { size, vocabulary, begin, ends, control, special, template } = JSON.parse(new TextDecoder().decode(known));
  const hidden = new Set([...ends, ...control]);

  /** Ends what waits for an answer of llama.cpp, when that is no more. @type {(...said: any[]) => void} */
  let fail = () => {};
  const lost = /** @type {Promise<never>} */ (new Promise((_, reject) => {
    fail = (...said) => reject(new Error(said.map((each) => each?.message ?? each).join(' ')));
  }));
  lost.catch(() => {}); // whoever waits hears of it
  const logger = { debug() {}, log() {}, warn() {}, error: (/** @type {any[]} */ ...said) => fail(...said) };
  const asked = (/** @type {Promise<any>} */ answer) => Promise.race([answer, lost]);

  const wllama = new Wllama({ 'single-thread/wllama.wasm': await reachable(blobOf([wasm], 'application/wasm'), address) }, { logger, suppressNativeLog: true });
  onstage('session');
  await asked(wllama.loadModel([/** @type {any} */ (inPieces(model))], { n_ctx: size, n_threads: 1, cache_type_k: 'f32', cache_type_v: 'f32', flash_attn: false }));

  /** The tokens that llama.cpp has read. @type {number[]} */
  let held = [];
  /** Let it read a prompt, of which it keeps what the last one began with. @param {number[]} prompt */
  async function read(prompt) {
    let same = 0;
    while (same < prompt.length - 1 && held[same] === prompt[same]) same++;
    held = [];
    await asked(same ? wllama.kvRemove(same, -1) : wllama.kvClear());
    await asked(wllama.decode(prompt.slice(same), {}));
    held = [...prompt];
  }

  /** What each token says that was written. @type {Map<number, Uint8Array>} */
  const pieces = new Map();
  /** @type {Writer} */
  const writer = {
    version: Wllama.getLibllamaVersion(),
    threads: 1,
    size,
    template,
    render: (given, messages, prompt) => new Template(given).render({ ...special, messages, prompt, add_generation_prompt: true }),
    async tokens(text, isFramed) {
      const found = text ? await asked(wllama.tokenize(text, true)) : [];
      return [...(isFramed ? begin : []), ...found];
    },
    text(tokens) {
      const bytes = tokens.filter((token) => !hidden.has(token)).flatMap((token) => [...(pieces.get(token) ?? [])]);
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
    },
    async write(prompt, { most, temperature, top_k, seed, signal, ontokens }) {
      const random = randomOf(seed);
      const likeliest = temperature ? Math.min(top_k || vocabulary, vocabulary) : 1;
      await read(prompt);
      for (let count = 1; !signal.aborted; count++) {
        const token = nextToken(await asked(wllama.getLogits(likeliest)), temperature, random);
        if (!pieces.has(token)) pieces.set(token, await asked(wllama.detokenize([token])));
        ontokens([token]);
        if (ends.includes(token) || count === most) return;
        await asked(wllama.decode([token], {}));
        held.push(token);
      }
    },
  };
  return writer;
}

/**
 * Let what wllama would start in a worker of its own run in this one, which is a worker already. Firefox at times never comes back from starting a worker of
 * a worker while something watches its workers, such as the driver of a test. wllama has the script in memory, and it makes one worker only.
 */
function stayHere() {
  /** @type {BlobPart} */
  let script = '';
  const { createObjectURL } = URL;
  URL.createObjectURL = (made) => createObjectURL(script = /** @type {Blob} */ (made));
  /** @type {any} */ (globalThis).Worker = function () {
    const { port1: outside, port2: inside } = new MessageChannel();
    const parts = ['export function start(postMessage) { let onmessage;\n', script, '\nreturn onmessage; }']; // what a worker has for itself
    const begin = async () => {
      const { start } = await import(blobOf(parts, 'text/javascript'));
      inside.onmessage = start((/** @type {any[]} */ ...said) => inside.postMessage(.../** @type {[any]} */ (said)));
    };
    begin().catch((error) => /** @type {any} */ (outside).onerror(error)); // of which wllama tells, as of a worker
    return outside;
  };
}

/**
 * What wllama asks of a Blob. A true one would be copied out of this worker, as a whole, and some browsers have no room for that: Chromium calls it a network error.
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
function inPieces(bytes) {
  let at = 0;
  /** @param {ReadableStreamDefaultController} controller */
  const pull = (controller) => {
    if (at >= bytes.length) return controller.close();
    controller.enqueue(bytes.slice(at, at += PIECE)); // wllama gives each away
  };
  return { size: bytes.length, stream: () => new ReadableStream({ pull }) };
}

/** An address for what is put together from some parts. @param {BlobPart[]} parts @param {string} type */
function blobOf(parts, type) {
  return URL.createObjectURL(new Blob(parts, { type }));
}

/** The first address, or the other one where a host page lets nothing be fetched from the first. @param {string} kept @param {string} address */
async function reachable(kept, address) {
  return fetch(kept).then(() => kept, () => address);
}

/** The likeliest token, or one drawn by its share. @param {Shares} shares @param {number} temperature @param {() => number} random */
function nextToken(shares, temperature, random) {
  if (!temperature) return shares[0].token;
  const scaled = shares.map(({ p }) => Math.fround(Math.log(p) / temperature));
  const raised = scaled.map((each) => Math.fround(Math.exp(each - scaled[0])));
  const sum = (/** @type {number[]} */ numbers) => numbers.reduce((total, each) => total + each, 0);
  const total = sum(raised);
  const parts = raised.map((each) => Math.fround(each / total));
  let left = random() * sum(parts);
  const drawn = parts.findIndex((part) => (left -= part) < 0);
  return shares.at(drawn)?.token ?? shares[0].token; // -1, where rounding leaves something: the last one
}

/** The numbers in 0..1 that Python's `random.Random(seed).random` gives: the Mersenne Twister. @param {number} seed a whole number from 0 @returns {() => number} */
function randomOf(seed) {
  const [N, M] = [624, 397];
  const state = new Uint32Array(N);
  const mixed = (/** @type {number} */ at) => state[at] ^ (state[at] >>> 30);
  state[0] = 19650218;
  for (let at = 1; at < N; at++) state[at] = Math.imul(1812433253, mixed(at - 1)) + at;
  const high = Math.floor(seed / 2 ** 32);
  const key = high ? [seed % 2 ** 32, high] : [seed];
  let at = 1;
  const onward = () => {
    if (++at < N) return;
    state[0] = state[N - 1];
    at = 1;
  };
  for (let step = 0; step < N; step++) {
    state[at] = (state[at] ^ Math.imul(mixed(at - 1), 1664525)) + key[step % key.length] + (step % key.length);
    onward();
  }
  for (let step = 1; step < N; step++) {
    state[at] = (state[at] ^ Math.imul(mixed(at - 1), 1566083941)) - at;
    onward();
  }
  state[0] = 0x80000000;
  let next = N;
  const word = () => {
    if (next === N) {
      for (let each = 0; each < N; each++) {
        const joined = (state[each] & 0x80000000) | (state[(each + 1) % N] & 0x7fffffff);
        state[each] = state[(each + M) % N] ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
      }
      next = 0;
    }
    let y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
  return () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53;
}
