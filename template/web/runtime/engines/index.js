/**
 * @file The table of engines: what computes a model in the page, in a worker of its own. A page starts but one of them.
 *
 * @typedef {object} Engine
 * @property {URL} worker its script
 * @property {boolean} [canStop] whether a run can be ended early, by the message {type: 'stop'}; else the worker has to be replaced
 * @property {boolean} [onDemand] whether a run takes so long that a person has to ask for it
 * @property {boolean} [isSpoilt] whether a run that failed has spoilt the worker for those after it
 */

/** @type {Record<import('../types.js').Manifest['engine'], Engine>} */
export const ENGINES = {
  onnx: { get worker() { return new URL('onnx.js', import.meta.url); } }, // made when it is asked for: in a page of one file the other has no address
  transformers: { get worker() { return new URL('transformers.js', import.meta.url); }, canStop: true, onDemand: true, isSpoilt: true },
};
