/**
 * @file The one number of a result that panels draw and explain.
 *
 * @typedef {import('../codec/types.js').Form} Form
 * @typedef {import('../codec/types.js').Output} Output
 * @typedef {import('../codec/types.js').Result} Result
 * @typedef {import('./types.js').Context} Context
 *
 * @typedef {object} TargetValue
 * @property {string} name what the number is
 * @property {(value: number) => string} words the number as people read it, with its unit
 * @property {(value: number) => string} tick the same, as short as it goes
 * @property {(result: Result) => number} number of a result; NaN for none
 */

import { classNumber } from '../codec/decode.js';
import { formatShare, isProbable, withUnit } from './format-value.js';

const KINDS = new Set(['value', 'values', 'point', 'classes']);

/**
 * The output that has it: the first of floats, for a whole number may be the code of a class. Of several numbers it is the first, by whose
 * label, unit and decimals the output then goes.
 * @param {Form} form
 */
export function numeric(form) {
  const outputs = form.outputs.filter(({ kind }) => KINDS.has(kind));
  const output = outputs.find(({ dtype }) => dtype.startsWith('float')) ?? outputs.find(({ dtype }) => /int/.test(dtype));
  return output && { ...output, ...output.values?.[0], name: output.name };
}

/**
 * The number to look at: the output's value, or the probability, or the score, of the class that is the likeliest now.
 * @param {Output} output @param {Result} now @param {Context} context
 * @returns {TargetValue}
 */
export function ask(output, now, context) {
  const { t, format } = context;
  if (now.kind === 'classes') {
    const best = now.classes[0].label;
    const words = (/** @type {number} */ share) => formatShare(output, share, context);
    const share = (/** @type {Result} */ result) => {
      const found = result.kind === 'classes' && !result.invalid && result.classes.find(({ label }) => label === best);
      return found ? classNumber(found) : NaN;
    };
    return { name: isProbable(output) ? t.whatIf.probability(best) : t.whatIf.score(best), words, tick: words, number: share };
  }
  const said = (/** @type {number} */ value) => withUnit(output, value, context);
  return { name: output.label, words: said, tick: (/** @type {number} */ end) => format.of(output).number(end), number: numberOf };
}

/** The value of a result, or the first of its values. @param {Result} result */
function numberOf(result) {
  if (result.kind === 'values' || result.kind === 'point') return Number(result.values[0].value);
  return result.kind === 'value' ? Number(result.value) : NaN;
}
