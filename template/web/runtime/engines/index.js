/**
 * @file The table of engines: what computes a model in the page, in a worker of its own. A page starts but one of them.
 *
 * @typedef {object} Engine
 * @property {string} runtime what computes, as its worker tells the version of it
 * @property {string} library the package of npm that it comes with
 * @property {URL} worker its script
 * @property {URL} [writer] the module that its worker is given, where language models share a worker
 * @property {boolean} [canStop] whether a run can be ended early, by the message {type: 'stop'}; else the worker has to be replaced
 * @property {boolean} [onDemand] whether a run takes so long that a person has to ask for it
 * @property {boolean} [isSpoilt] whether a run that failed has spoilt the worker for those after it
 */

const ONNXRUNTIME = { runtime: 'onnxruntime-web', library: 'onnxruntime-web' };

const WRITES = { canStop: true, onDemand: true, isSpoilt: true };

/** @type {Record<import('../types.js').Manifest['engine'], Engine>} */
export const ENGINES = {
  // Addresses are made when they are asked for: in a page of one file the others have none.
  onnx: { ...ONNXRUNTIME, get worker() { return new URL('onnx.js', import.meta.url); } },
  transformers: {
    ...ONNXRUNTIME,
    ...WRITES,
    get worker() { return new URL('language-model.js', import.meta.url); },
    get writer() { return new URL('transformers.js', import.meta.url); },
  },
  llama: {
    runtime: 'llama.cpp',
    library: '@wllama/wllama',
    ...WRITES,
    get worker() { return new URL('language-model.js', import.meta.url); },
    get writer() { return new URL('llama.js', import.meta.url); },
  },
};
