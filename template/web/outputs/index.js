/**
 * @file The table of output kinds.
 *
 * @typedef {import('../runtime/types.js').Output} Output
 * @typedef {import('../runtime/types.js').View} View
 */

import { classes } from './classes.js';
import { value } from './value.js';

/** @type {Record<string, (output: Output) => View>} */
const OUTPUTS = { value, classes };

/**
 * A view of one output.
 * @param {Output} output
 */
export function makeView(output) {
  const view = OUTPUTS[output.kind](output);
  view.element.dataset.output = output.name;
  return view;
}
