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

import { formatResult } from './format-value.js';

/** The output that has it: the first of floats, for a whole number may be the code of a class. @param {Form} form */
export function numeric(form) {
  const outputs = form.outputs.filter(({ kind }) => kind === 'value' || kind === 'classes');
  return outputs.find(({ dtype }) => dtype.startsWith('float')) ?? outputs.find(({ dtype }) => /int/.test(dtype));
}

/**
 * The number to look at: the output's value, or the probability of the class that is the likeliest now.
 * @param {Output} output @param {Result} now @param {Context} context
 * @returns {TargetValue}
 */
export function ask(output, now, context) {
  const { t, format } = context;
  if (now.kind === 'classes') {
    const best = now.classes[0].label;
    const share = (/** @type {Result} */ result) =>
      result.kind === 'classes' && !result.nan ? result.classes.find(({ label }) => label === best)?.probability ?? NaN : NaN;
    return { name: t.whatIf.probability(best), words: format.percent, tick: format.percent, number: share };
  }
  const said = (/** @type {number} */ value) => [formatResult(output, value, context), output.unit].filter(Boolean).join(' ');
  const value = (/** @type {Result} */ result) => (result.kind === 'value' ? Number(result.value) : NaN);
  return { name: output.label, words: said, tick: (/** @type {number} */ end) => format.number(end), number: value };
}
