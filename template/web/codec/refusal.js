/**
 * @file Why a value can't be taken. Twin of mlweb/codec/refusal.py.
 *
 * @typedef {import('../strings/index.js').Strings} Strings
 */

/** Why what a person gave can't be read. */
export class Refusal extends Error {
  /** @param {string} code @param {(t: Strings) => string} sentence of the code, filled in */
  constructor(code, sentence) {
    super(code);
    this.code = code;
    this.sentence = sentence;
  }
}

/** Why one value can't be taken: the key of a sentence of the form, and what fills it in. */
export class InvalidValue extends Error {
  /** @param {string} code @param {Record<string, unknown>} [filled] */
  constructor(code, filled = {}) {
    super(code);
    this.code = code;
    this.filled = filled;
  }
}

/** Every refused value of a request, each in the form's language. */
export class ValidationErrors extends Error {
  code = 'invalid';

  /** @param {{row: number, field: string, message: string}[]} refusals */
  constructor(refusals) {
    super(refusals.map((refusal) => refusal.message).join(' '));
    this.refusals = refusals;
  }
}
