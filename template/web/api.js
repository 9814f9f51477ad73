/**
 * @file What a panel of your own may import: these names go on taking what they take and giving what they give. Every other file of this
 * folder may change with any update. docs/how-to/own-panels.md of the template explains each, with an example.
 *
 * A panel is a function `(site) => Panel`, or one that promises it. The site brings the rest: `site.t` (sentences), `site.format` (numbers),
 * `site.form` (what the form holds), `site.client` (the model), `site.manifest`, `site.signal` (ends with the page or element),
 * `site.showError`. For what these can do, see their types.
 *
 * @typedef {import('./ui/types.js').Site} Site
 * @typedef {import('./ui/types.js').Panel} Panel
 * @typedef {import('./ui/types.js').Context} Context
 * @typedef {import('./runtime/types.js').Manifest} Manifest
 * @typedef {import('./runtime/types.js').Facts} Facts
 * @typedef {import('./runtime/types.js').Metric} Metric
 * @typedef {import('./runtime/types.js').Known} Known
 * @typedef {import('./runtime/types.js').Level} Level
 * @typedef {import('./strings/index.js').Strings} Strings
 * @typedef {import('./codec/types.js').Field} Field
 * @typedef {import('./codec/types.js').Output} Output
 * @typedef {import('./codec/types.js').Row} Row
 * @typedef {import('./codec/types.js').Feed} Feed
 * @typedef {import('./codec/types.js').Result} Result
 */

// Elements
export { button, h, svg } from './ui/dom.js';
export { facts, part, table } from './ui/parts.js';
export { copier } from './ui/copy.js';
export { linked } from './ui/links.js';
export { save } from './ui/save.js';
export { proveHere } from './ui/prove-here.js';

// Values and results as people read them; numbers alone: site.format
export { formatResult, formatValue } from './ui/format-value.js';

// Values -> tensors -> results
export { encode } from './codec/encode.js';
export { shown } from './codec/scalars.js';
export { shortened } from './codec/shorten.js';
export { decode } from './codec/decode.js';

// What can go wrong, and how it is said
export { ValidationErrors } from './codec/refusal.js';
export { UserFacingError } from './codec/user-facing-error.js';
export { Superseded } from './runtime/client.js';
export { wordsOf } from './ui/words.js';

// Scripts of the panel's own, such as a worker
export { withScriptUrl } from './runtime/trusted-types.js';

// Whatever begins has an end
export { onEnd } from './ui/lifetime.js';
