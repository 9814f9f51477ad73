/**
 * @file The table of input kinds, and what the page knows of each beside its control, which is in inputs/. Twin of mlweb/codec/kinds/.
 *
 * A row here and one in inputs/index.js are all that a new kind needs on the page: how its values are read, written, shared, charted and
 * explained goes by what its file says.
 *
 * @typedef {import('./types.js').Field} Field
 * @typedef {import('./types.js').Feed} Feed
 * @typedef {import('./types.js').Input} Input
 * @typedef {import('../strings/index.js').Strings} Strings
 *
 * @typedef {keyof typeof KINDS} KindName such as number or image
 *
 * @typedef {object} Kind Either `element` or `array` is there.
 * @property {(field: Field, value: unknown, dtype: string, decimal: string) => number | string | boolean} [element] a value as an element of
 *   the dtype, where numbers have this decimal sign; throws InvalidValue
 * @property {(field: Field, value: Feed, source: Input) => Feed} [array] the array that a person gave, as the graph takes it but for dtype and
 *   batch dim; throws InvalidValue
 * @property {boolean} [isNumeric] whether it is a number: written in the page's language, drawn as a curve, compared with the training median
 * @property {boolean} [isWhole] whether that number has no fraction
 * @property {(field: Field, t: Strings) => {value: number | string | boolean, label: string}[]} [options] the few values that it can have, with
 *   what people read in their place
 * @property {boolean} [isPrivate] whether it goes into a link only when a person asks for one, not into the address of the page
 * @property {boolean} [isPicture] whether its array is a picture
 * @property {number} [rank] dims that one array has of its own; none for any number of them
 * @property {(dims: number[], t: Strings) => string} [size] how large an array is, in words; by default 28 × 28 × 1
 */

import { audio } from './kinds/audio.js';
import { choice } from './kinds/choice.js';
import { conversation } from './kinds/conversation.js';
import { integer, number } from './kinds/number.js';
import { picture } from './kinds/picture.js';
import { series } from './kinds/series.js';
import { tensor } from './kinds/tensor.js';
import { text } from './kinds/text.js';
import { toggle } from './kinds/toggle.js';

export const KINDS = { number, integer, choice, toggle, text, conversation, image: picture, drawing: picture, audio, series, tensor };

/** What is known of a field's kind. @param {Pick<Field, 'kind'>} field @returns {Kind} */
export function kindOf({ kind }) {
  return KINDS[kind];
}
