/**
 * @file The form, its values, tensors and results. Types only: nothing here runs.
 *
 * @typedef {object} Field One field of the form.
 * @property {string} name unique over the whole form
 * @property {'number' | 'integer' | 'choice' | 'toggle' | 'text' | 'image' | 'drawing' | 'audio' | 'tensor'} kind
 * @property {string} label
 * @property {string} [unit]
 * @property {string} [help] one sentence
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {{value: number | string | boolean, label: string}[]} [choices]
 * @property {number} [lines] height of a text field
 * @property {number} [rate] of a sound, samples a second
 * @property {number} [seconds] longest recording
 * @property {number | string | boolean} [default] where the form starts; of an array the url of a sample, relative to the manifest's
 * @property {'refuse' | 'nan' | 'empty'} [missing] what an empty field means; always refused where the value is an array
 *
 * @typedef {object} Input One input of the graph, shown as one or several fields.
 * @property {string} name
 * @property {string} dtype
 * @property {(number | null)[]} dims null = any
 * @property {string} [label] heading of several fields
 * @property {string} [help]
 * @property {Field[]} fields
 *
 * @typedef {object} Output One output of the graph that the page shows.
 * @property {string} name
 * @property {string} dtype
 * @property {(number | null)[]} dims
 * @property {'value' | 'classes' | 'boxes' | 'image' | 'text' | 'audio' | 'tensor'} kind
 * @property {string} label
 * @property {string} [unit]
 * @property {string} [help]
 * @property {number} [decimals] digits behind the point
 * @property {string[]} [classes] in the order of the columns
 * @property {number} [top] how many of the likeliest classes to show
 * @property {number} [threshold] below this probability no class counts as sure
 * @property {[string, string]} [interval] outputs with the lower and the upper end of a value
 * @property {string} [scores] output with how sure each box is
 * @property {string} [labels] output with the index of each box's class
 * @property {number} [rate] of a sound, samples a second
 *
 * @typedef {object} Form
 * @property {Input[]} inputs
 * @property {Output[]} outputs
 * @property {boolean} batch whether one run may hold any number of rows
 * @property {Record<string, string>} sentences why a value can't be taken, in the page's language (see mlweb/contract/sentences.py)
 *
 * @typedef {Record<string, unknown>} Row What a person gave: field name -> value, typed text, or an array (see array-value.js).
 *
 * @typedef {string[] | Float32Array | Float64Array | Uint16Array | Int8Array | Uint8Array | Int16Array | Int32Array | Uint32Array
 *   | BigInt64Array | BigUint64Array} Data
 * @typedef {{dtype: string, dims: number[], data: Data}} Feed A tensor on its way to or from the worker.
 *
 * @typedef {{kind: 'value', value: number | string | boolean, interval?: [number, number]}} ValueResult
 * @typedef {{kind: 'classes', classes: {label: string, probability: number}[], nan?: true}} ClassesResult likeliest first; in the contract's
 *   order, as no ranking holds, where the model gave NaN among the probabilities
 * @typedef {{label: string, score: number, box: [number, number, number, number]}} Box x1, y1, x2, y2 in pixels of the picture
 * @typedef {{kind: 'boxes', boxes: Box[]}} BoxesResult the surest first
 * @typedef {{kind: 'text', text: string}} TextResult
 * @typedef {{kind: 'image' | 'audio' | 'tensor', array: Feed}} ArrayResult
 * @typedef {ValueResult | ClassesResult | BoxesResult | TextResult | ArrayResult} Result
 */
export {};
