/**
 * @file The shapes that the modules of the page share. Types only: nothing here runs.
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
 * @property {Record<string, string>} sentences why a value can't be taken, in the page's language (see mlweb/sentences.py)
 *
 * @typedef {Record<string, unknown>} Row What a person gave: field name -> value, typed text, or an array (see inputs/given.js).
 *
 * @typedef {string[] | Float32Array | Float64Array | Uint16Array | Int8Array | Uint8Array | Int16Array | Int32Array | Uint32Array
 *   | BigInt64Array | BigUint64Array} Data
 * @typedef {{dtype: string, dims: number[], data: Data}} Feed A tensor on its way to or from the worker.
 *
 * @typedef {{kind: 'value', value: number | string | boolean, interval?: [number, number]}} ValueResult
 * @typedef {{kind: 'classes', classes: {label: string, probability: number}[]}} ClassesResult likeliest first
 * @typedef {{label: string, score: number, box: [number, number, number, number]}} Box x1, y1, x2, y2 in pixels of the picture
 * @typedef {{kind: 'boxes', boxes: Box[]}} BoxesResult the surest first
 * @typedef {{kind: 'text', text: string}} TextResult
 * @typedef {{kind: 'image' | 'audio' | 'tensor', array: Feed}} ArrayResult
 * @typedef {ValueResult | ClassesResult | BoxesResult | TextResult | ArrayResult} Result
 *
 * @typedef {{url: string, bytes: number, sha256: string}} File A file of the site; the url is relative to the manifest's.
 *
 * @typedef {object} Known What training saw of a field.
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [median]
 * @property {unknown[]} [categories]
 *
 * @typedef {{name: string, model: number, baseline: number, better: 'higher' | 'lower', unit?: string}} Metric
 *
 * @typedef {object} Facts What training and export measured; all of it may be absent.
 * @property {{bytes: number, sha256: string, opset: Record<string, number>, ir_version: number}} [model]
 * @property {string} [trained] ISO date
 * @property {Record<string, string>} [versions] package -> version
 * @property {{train: number, heldout: number}} [rows]
 * @property {Record<string, Known>} [fields]
 * @property {Metric[]} [metrics]
 * @property {string} [metrics_on] such as "132 held-out rows"
 * @property {string} [baseline] its name
 *
 * @typedef {{level: number, left: string, right: string, engine: string, cases: number, max_abs: number, max_rel: number,
 *   passed: boolean}} Level One comparison of two sides that should compute the same.
 *
 * @typedef {object} Plan A map: two numbers of the form as a point of a plane, whose ends are theirs, and what is drawn on it in their units.
 * @property {string} x name of the field that goes across
 * @property {string} y name of the field that goes up
 * @property {number} aspect width over height
 * @property {[number, number][][][]} [areas] each with its rings
 * @property {[number, number][][]} [lines]
 * @property {{name?: string, at: [number, number]}[]} [places]
 *
 * @typedef {object} Manifest What the build knows: manifest.json.
 * @property {{ort: File, wasm: File, model: File}} files what every visit needs
 * @property {number} threads to compute on, where the page is isolated
 * @property {'wasm' | 'webgpu'} runtime that metadata.yml asks for
 * @property {{files: {ort: File, wasm: File}, processor: string[]} | null} webgpu the runtime for the graphics card, and the operators that it
 *   must leave to the processor; null when nobody asks for it, or it can't compute this model
 * @property {File} [graph] what the panel of this name draws
 * @property {Record<string, File>} libraries scripts that a panel loads when it first needs them, by name
 * @property {string[]} keep urls of all else that the page needs, for a visit without a network
 * @property {{title: string, description: string, author: string, license: string, repository: string, url: string}} project
 * @property {{name: string, description: string, task: string, panels: string[], language: string[], accent: string, map?: Plan}} page
 * @property {{data?: string, license?: string, limits?: string, contact?: string}} card
 * @property {Form} form
 * @property {{label: string, values: Row}[]} examples
 * @property {Facts} facts
 * @property {{levels: Level[]}} [parity]
 * @property {Record<string, string>} versions package -> version
 *
 * @typedef {{loaded: number, total: number}} Progress Bytes, unpacked; loaded = total once only starting is left.
 *
 * @typedef {object} Control What an input kind makes: the thing a person handles, without its label.
 * @property {HTMLElement} element
 * @property {HTMLElement} [target] the one part that carries the field's id and label; none in a group of equal parts
 * @property {() => unknown} read what the person gave, as given
 * @property {(value: unknown) => void} write
 * @property {(known: Known) => string} [unseen] a sentence when training never saw such a value, else ''
 *
 * @typedef {object} View What an output kind makes.
 * @property {HTMLElement} element
 * @property {(result: any, row: Row) => void} show the result, of these values
 * @property {(result: any) => string} text the result in a line, for the clipboard
 *
 * @typedef {object} Site What every panel gets.
 * @property {Manifest} manifest
 * @property {import('./client.js').Client} client
 * @property {import('../watched.js').Watched} form what the form holds
 * @property {HTMLElement} loading shows how far the download is, until it removes itself
 * @property {(error: unknown) => void} alarm
 * @property {() => void} calm
 * @property {boolean} [embedded] on a page of others, whose address and title are not ours
 *
 * @typedef {{element: HTMLElement, start?: () => Promise<void>}} Panel `start` is called once the runtime is ready.
 */
export {};
