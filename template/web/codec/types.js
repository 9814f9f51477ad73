/**
 * @file The form, its values, tensors and results. Types only: nothing here runs.
 *
 * @typedef {import('./kinds.js').KindName} KindName
 *
 * @typedef {object} Tokenizer How a text becomes tokens, in the words of tokenize.js.
 * @property {string} sha256 of its tokenizer.json
 * @property {number} max tokens
 * @property {string} mask the input of the graph that says which tokens are of the text
 * @property {string} [types] the input that says which segment each token is of
 * @property {string} [url] where a page finds the file
 * @property {number} [bytes] how many it has
 *
 * @typedef {object} Items A list of texts that are ranked, in the words of nearest.js.
 * @property {string} sha256 of the file with the texts and their vectors
 * @property {number} count texts
 * @property {string} [url] where a page finds the file
 * @property {number} [bytes] how many it has
 *
 * @typedef {object} Field One field of the form.
 * @property {string} name unique over the whole form
 * @property {KindName} kind number, image or another of those that inputs have
 * @property {string} label
 * @property {string} [unit]
 * @property {string} [help] one sentence
 * @property {number} [min]
 * @property {number} [max]
 * @property {[number, number]} [slider] its ends, where they are no limits
 * @property {number} [step]
 * @property {boolean} [grouping] whether thousands are set apart; by default everywhere but in a year
 * @property {{value: number | string | boolean, label: string}[]} [choices]
 * @property {number} [lines] height of a text field
 * @property {boolean} [code] whether a text is code
 * @property {Tokenizer} [tokenizer] of a text that the graph takes as tokens
 * @property {number} [rate] of a sound, samples a second
 * @property {number} [seconds] longest recording
 * @property {Time} [time] of a series
 * @property {number | string | boolean} [default] where the form starts; of an array the url of a sample, relative to the manifest's
 * @property {'refuse' | 'nan' | 'empty'} [missing] what an empty field means; always refused where the value is an array
 *
 * @typedef {object} Time The axis of a series.
 * @property {string} [label]
 * @property {number} step from one number to the next
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
 * @property {'value' | 'values' | 'label' | 'point' | 'classes' | 'boxes' | 'mask' | 'image' | 'text' | 'audio' | 'series' | 'nearest' | 'tensor'} kind
 * @property {string} label
 * @property {string} [unit]
 * @property {string} [help]
 * @property {number} [decimals] digits behind the point
 * @property {boolean} [grouping] whether thousands are set apart
 * @property {Quantity[]} [values] its numbers, in the order of the columns
 * @property {{value: string, label: string}[]} [names] of its elements, each as text
 * @property {string[]} [classes] in the order of the columns
 * @property {number} [top] how many of the likeliest classes, or of the most alike texts, to show
 * @property {Items} [items] the texts that are ranked
 * @property {number} [threshold] below this probability no class counts as sure
 * @property {boolean} [scored] whether the numbers of the classes are plain scores, not probabilities
 * @property {[string, string]} [interval] outputs with the lower and the upper end of a value, or of each number of a series
 * @property {string} [after] field with the series that one goes on from
 * @property {string} [over] field with the picture that a tensor or a mask lies over
 * @property {(string | null)[]} [colors] of the classes of a mask, such as #c2410c; null for one that is left clear
 * @property {Time} [time] of a series
 * @property {string} [scores] output with how sure each box is
 * @property {string} [tokens] output with the numbers of the tokens of a text
 * @property {string} [context] output with how it came about
 * @property {string} [labels] output with the index of each box's class
 * @property {number} [rate] of a sound, samples a second
 *
 * @typedef {object} Quantity One of several numbers of an output.
 * @property {string} name unique in its output
 * @property {string} label
 * @property {string} [unit]
 * @property {string} [help]
 * @property {number} [decimals]
 * @property {boolean} [grouping]
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
 * @typedef {{kind: 'value', value: number | string | boolean, interval?: (number | string)[]}} ValueResult a whole number beyond 2^53 is
 *   text, with all its digits; so it is in the kinds below
 * @typedef {{name: string, value: number | string | boolean}} Named
 * @typedef {{kind: 'values' | 'point', values: Named[]}} ValuesResult named numbers in the contract's order
 * @typedef {{kind: 'label', value: number | string | boolean, label: string}} LabelResult the element as the graph gives it, and its name; as
 *   text where it has none
 * @typedef {{label: string, probability: number}} Share
 * @typedef {{label: string, score: number}} Score
 * @typedef {{kind: 'classes', classes: (Share | Score)[], invalid?: 'nan' | 'scores'}} ClassesResult the highest first; `invalid`, why none of
 *   them can be relied on: NaN, in the contract's order then, or scores said to be probabilities
 * @typedef {{label: string, score: number, box: [number, number, number, number]}} Box x1, y1, x2, y2 in pixels of the picture
 * @typedef {{kind: 'boxes', boxes: Box[]}} BoxesResult the surest first
 * @typedef {{label: string, number: number | string, share: number}} Area a class of a mask: its number in the array, its share of the picture
 * @typedef {{kind: 'mask', array: Feed, classes: Area[]}} MaskResult the class of each pixel [height, width], and those that are there, the
 *   largest first
 * @typedef {{prompt: number, size: number, omitted: number, done: number, parts: number}} Course how a text of a language model came about: tokens of
 *   the prompt, or of the last that was written from, and that the model holds, prompt and answer together; the oldest turns of the conversation, which
 *   did not fit; parts of a long text whose summaries are there, of how many
 * @typedef {{kind: 'text', text: string, tokens?: number, context?: Course}} TextResult of a language model with how many tokens it has, and how
 *   it came about
 * @typedef {{kind: 'series', values: number[], interval?: number[][]}} SeriesResult numbers one after another, and the lower and the upper
 *   end of each
 * @typedef {{text: string, index: number, similarity: number}} Alike a text of a list, which of them it is, and the cosine of the angle between
 *   the vectors, -1 to 1
 * @typedef {{kind: 'nearest', nearest: Alike[], array: Feed, invalid?: 'nan'}} NearestResult the most alike first, and the vector that they were
 *   found by; `invalid`, why there are none, where the vector holds NaN
 * @typedef {{kind: 'image' | 'audio' | 'tensor', array: Feed}} ArrayResult
 * @typedef {ValueResult | ValuesResult | LabelResult | ClassesResult | BoxesResult | MaskResult | TextResult | SeriesResult
 *   | NearestResult | ArrayResult} Result
 */
export {};
