/**
 * @file The one number of a result that panels draw and explain.
 *
 * @typedef {import('../runtime/types.js').Form} Form
 * @typedef {import('../runtime/types.js').Output} Output
 * @typedef {import('../runtime/types.js').Result} Result
 *
 * @typedef {object} Asked
 * @property {string} name what the number is
 * @property {(value: number) => string} words the number as people read it, with its unit
 * @property {(value: number) => string} tick the same, as short as it goes
 * @property {(result: Result) => number} number of a result; NaN for none
 */

import { number, percent } from '../format.js';
import { words } from '../outputs/value.js';
import { t } from '../strings.js';

/** The output that has it: the first of floats, for a whole number may be the code of a class. @param {Form} form */
export function numeric(form) {
  const outputs = form.outputs.filter(({ kind }) => kind === 'value' || kind === 'classes');
  return outputs.find(({ dtype }) => dtype.startsWith('float')) ?? outputs.find(({ dtype }) => /int/.test(dtype));
}

/**
 * The number to look at: the output's value, or the probability of the class that is the likeliest now.
 * @param {Output} output @param {Result} now
 * @returns {Asked}
 */
export function ask(output, now) {
  if (now.kind === 'classes') {
    const best = now.classes[0].label;
    const share = (/** @type {Result} */ result) =>
      result.kind === 'classes' ? result.classes.find(({ label }) => label === best)?.probability ?? NaN : NaN;
    return { name: t.whatIf.probability(best), words: percent, tick: percent, number: share };
  }
  const said = (/** @type {number} */ value) => [words(output, value), output.unit].filter(Boolean).join(' ');
  const value = (/** @type {Result} */ result) => (result.kind === 'value' ? Number(result.value) : NaN);
  return { name: output.label, words: said, tick: (/** @type {number} */ end) => number(end), number: value };
}
