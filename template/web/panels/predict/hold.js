/**
 * @file How much place a result takes beside other panels, so that it can be held before there is one.
 *
 * @typedef {import('../../codec/types.js').Output} Output
 */

const BARS = 3; // that style.css shows there of classes
const OTHERS = 8; // lines: pictures, charts, tables

/** About how many lines the outputs take. @param {Output[]} outputs */
export function linesOf(outputs) {
  return outputs.reduce((sum, output) => sum + 1 + own(output), 0);
}

/** Those of an output below its label. @param {Output} output */
function own({ kind, classes = [], top = classes.length, values = [], items }) {
  if (kind === 'classes') return 2 * Math.min(top, classes.length, BARS);
  if (kind === 'values') return 1.5 * values.length;
  if (items) return 2.5 * Math.min(top, items.count);
  return kind === 'value' || kind === 'label' ? 2 : OTHERS;
}
