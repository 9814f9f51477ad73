/**
 * @file How Transformers.js writes, on onnxruntime-web: a module of the worker in language-model.js. It imports nothing when it starts.
 *
 * Twin of mlweb/engines/language_model.py.
 *
 * @typedef {import('./language-model.js').Writer} Writer
 */

const CONTEXT = 2048; // tokens, where config.json does not say how many the model holds
const PLAIN = { skip_special_tokens: true, clean_up_tokenization_spaces: false }; // how tokens become a text

/** @type {import('./language-model.js').Open} */
export async function open({ ort: kept, address, wasm, model: graph, threads, files: { transformers, ...files } }, onstage) {
  const runtime = await import(kept).then(() => kept, () => address); // a page in one file can't lend its blob:, and a host page may forbid it
  const ort = await import(runtime);
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmBinary = wasm;
  ort.env.wasm.initTimeout = 60_000; // a runtime that can't be compiled would keep us waiting for ever
  ort.env.wasm.wasmPaths = location.origin; // or the library would name a server of its own
  const library = await import(linked(transformers, runtime));
  delete ort.env.wasm.wasmPaths; // all is there
  serve(library, { 'onnx/model.onnx': graph, ...files });
  onstage('session');
  const tokenizer = await library.AutoTokenizer.from_pretrained('model');
  const model = await library.AutoModelForCausalLM.from_pretrained('model', { dtype: 'fp32', device: 'wasm', session_options: { logSeverityLevel: 3 } });
  // The tokens that end a text. What else the model's generation_config.json wants of one, such as fewer repetitions, nobody asked for here.
  const ends = { eos_token_id: model.generation_config?.eos_token_id ?? model.config.eos_token_id ?? null };
  model.configs = { ...model.configs, generation_config: {} };
  const forward = model.forward.bind(model);
  model.forward = async (/** @type {any} */ given) => {
    await breath();
    return forward(given);
  };
  const row = (/** @type {number[]} */ numbers) => new library.Tensor('int64', BigInt64Array.from(numbers, BigInt), [1, numbers.length]);
  /** @type {Writer} */
  const writer = {
    version: ort.env.versions.web,
    threads: ort.env.wasm.numThreads,
    size: model.config.max_position_embeddings ?? CONTEXT,
    template: tokenizer.chat_template ?? '',
    render: (template, messages, prompt) =>
      tokenizer.apply_chat_template(messages, { chat_template: template, tokenize: false, add_generation_prompt: true, prompt }),
    tokens: (text, isFramed) => tokenizer.encode(text, { add_special_tokens: isFramed }).map(Number),
    text: (tokens) => tokenizer.decode(tokens, PLAIN),
    write(prompt, { most, temperature, top_k, seed, signal, ontokens }) {
      const stopping = new library.InterruptableStoppingCriteria();
      signal.addEventListener('abort', () => stopping.interrupt(), { once: true });
      let isPrompt = true;
      library.random.seed(seed);
      return model.generate({
        inputs: row(prompt),
        attention_mask: row(prompt.map(() => 1)),
        generation_config: { ...ends, max_new_tokens: most, do_sample: temperature > 0, temperature, top_k },
        stopping_criteria: stopping,
        streamer: {
          put(/** @type {bigint[][]} */ [batch]) {
            if (!isPrompt) ontokens(batch.map(Number));
            isPrompt = false;
          },
          end() {},
        },
      });
    },
  };
  return writer;
}

/** Where the library can be imported from, with the runtime that is here in place of the file beside it. @param {Uint8Array} script @param {string} runtime */
function linked(script, runtime) {
  const source = new TextDecoder().decode(script).replace(/from"\.\/ort-\w+\.js"/g, () => `from"${runtime}"`);
  return URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
}

/** Let the library find these files, and no others. @param {any} library @param {Record<string, Uint8Array<ArrayBuffer>>} files */
function serve(library, files) {
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
