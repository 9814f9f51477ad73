/**
 * @file The manifest of a site. Types only: nothing here runs.
 *
 * @typedef {import('../codec/types.js').Form} Form
 * @typedef {import('../codec/types.js').Row} Row
 *
 * @typedef {{url: string, bytes: number, sha256: string, apart?: boolean}} File A file of the site; the url is relative to the manifest's, or that of a
 *   file of a hub. `apart`: kept by the page itself (parts.js), not by sw.js.
 *
 * @typedef {object} Known What training saw of a field.
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [median]
 * @property {unknown[]} [categories]
 *
 * @typedef {{name: string, model: number, baseline: number, better: 'higher' | 'lower' | 'nearest', target?: number, unit?: string}} Metric
 *   `target`: what the nearest is best to
 *
 * @typedef {object} Facts What training and export measured; all of it may be absent.
 * @property {{bytes: number, sha256: string, opset?: Record<string, number>, ir_version?: number, architecture?: string}} [model]
 * @property {string} [trained] ISO date
 * @property {Record<string, string>} [versions] package -> version
 * @property {{train?: number, heldout?: number, made_up?: number, given?: number}} [rows] the last two where there was no estimator
 * @property {string} [source] name of the file that the graph came in, where it was brought from elsewhere
 * @property {Record<string, Known>} [fields]
 * @property {Record<string, number[][]>} [points] output of kind point -> where held-out rows lie, [x, y] each
 * @property {string} [data] what it was trained on, for a card that does not say it
 * @property {Metric[]} [metrics]
 * @property {string} [metrics_on] such as "132 held-out rows"
 * @property {string} [baseline] its name
 *
 * @typedef {{level: number, left: string, right: string, engine: string, cases: number, max_abs: number, max_rel: number,
 *   passed: boolean, tokens?: number, parted?: number, site?: string}} Level One comparison of two sides that should compute the same; of a language
 *   model `tokens` that are equal, and cases whose text `parted` where two tokens were nearly as likely.
 *
 * @typedef {object} Report What a proof on this device found. A difference that is no number is null.
 * @property {boolean} passed
 * @property {string} model its name
 * @property {string} model_sha256
 * @property {string} build of the page
 * @property {number} cases
 * @property {string[]} wrong the names of those that differ
 * @property {number} parted those whose text goes another way where two tokens are nearly as likely
 * @property {{output: string, rows: number, max_abs: number | null, max_rel: number | null, beyond: number}[]} outputs
 * @property {number | null} max_abs
 * @property {number | null} max_rel
 * @property {{rtol: number, atol: number}} rule
 * @property {{browser: string, system: string, backend: 'wasm' | 'webgpu', threads: number, card?: string}} device `card`: with WebGPU
 * @property {Record<string, string>} runtime package -> version
 * @property {number} ms that all cases took
 * @property {string} proven ISO date and time
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
 * @property {'onnx' | 'transformers' | 'llama'} engine what computes
 * @property {{wasm: File, model: File} & Record<string, File>} files what every visit needs: the engine's scripts, and what it reads beside the model,
 *   by name
 * @property {{name: string, revision: string, origins: string[]}} [hub] where visitors load the model from, in place of the site: its name and commit
 *   there, and the servers that give its files
 * @property {File} [rest] the functions that were left out of `files.wasm`, for the visits that need one of them
 * @property {number} threads to compute on, where the page is isolated
 * @property {'wasm' | 'webgpu'} runtime that metadata.yml asks for
 * @property {{files: {ort: File, wasm: File}, processor: string[]} | null} webgpu the runtime for WebGPU, and the operators that it
 *   must leave to the CPU; null when metadata.yml does not ask for it, or it can't run this model
 * @property {File} [graph] what the panel of this name draws
 * @property {Record<string, File>} libraries scripts that a panel loads when it first needs them, by name
 * @property {Record<string, string>} keep url -> SHA-256 of all else that the page needs, for a visit without a network
 * @property {string} index SHA-256 of the page, in which the deploy's folder is called app
 * @property {{title: string, description: string, author: string, license: string, repository: string, url: string}} project
 * @property {{name: string, description: string, task: string, views: PageView[], panels: string[], language: string[], accent: string, map?: Plan}} page `accent` is a
 *   colour that is readable in light and in dark
 * @property {{data?: string, license?: string, limits?: string, contact?: string, unedited?: string[]}} card `unedited`: the keys of
 *   texts that are a recipe's
 * @property {Form} form
 * @property {{label: string, values: Row}[]} examples
 * @property {Facts} facts
 * @property {{levels: Level[]}} [parity]
 * @property {File & {count: number}} [cases] by which the page is proven on the visitor's device, and how many they are
 * @property {Record<string, string>} versions package -> version
 *
 * @typedef {{name: string, title?: string, panels: string[]}} PageView A tab of the page; `title` of one that is not a standard view.
 *
 * @typedef {{loaded: number, total: number}} Progress Bytes, unpacked; loaded = total once only starting is left.
 */
export {};
