/**
 * @file The shapes that the modules of the page share. Types only: nothing here runs.
 *
 * @typedef {object} Field One field of the form.
 * @property {string} name unique over the whole form
 * @property {'number' | 'integer' | 'choice' | 'toggle' | 'text'} kind
 * @property {string} label
 * @property {string} [unit]
 * @property {string} [help] one sentence
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {{value: number | string | boolean, label: string}[]} [choices]
 * @property {number | string | boolean} [default] where the form starts
 * @property {'refuse' | 'nan' | 'empty'} missing what an empty field means
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
 * @property {'value' | 'classes'} kind
 * @property {string} label
 * @property {string} [unit]
 * @property {string} [help]
 * @property {number} [decimals] digits behind the point
 * @property {string[]} [classes] in the order of the columns
 * @property {number} [top] how many of the likeliest classes to show
 *
 * @typedef {{inputs: Input[], outputs: Output[]}} Form
 *
 * @typedef {Record<string, unknown>} Row What a person gave: field name -> value or typed text.
 *
 * @typedef {string[] | Float32Array | Float64Array | Uint16Array | Int8Array | Uint8Array | Int16Array | Int32Array | Uint32Array
 *   | BigInt64Array | BigUint64Array} Data
 * @typedef {{dtype: string, dims: number[], data: Data}} Feed A tensor on its way to or from the worker.
 *
 * @typedef {{kind: 'value', value: number | string | boolean}} ValueResult
 * @typedef {{kind: 'classes', classes: {label: string, probability: number}[]}} ClassesResult likeliest first
 * @typedef {ValueResult | ClassesResult} Result
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
 * @typedef {object} Manifest What the build knows: manifest.json.
 * @property {{ort: File, wasm: File, model: File}} files what every visit needs
 * @property {Record<string, File>} libraries scripts that a panel loads when it first needs them, by name
 * @property {{title: string, description: string, author: string, license: string, repository: string, url: string}} project
 * @property {{name: string, description: string, task: string, panels: string[], language: string, accent: string}} page
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
 * @typedef {{element: HTMLElement, show: (result: any) => void}} View What an output kind makes.
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
