/**
 * @file Why a value can't be taken. Twin of mlweb/refusal.py.
 */

/** Why what a person gave can't be read: a sentence. */
export class Refusal extends Error {}

/** Why one value can't be taken: the key of a sentence of the form, and what fills it in. */
export class Unfit extends Error {
  /** @param {string} code @param {Record<string, unknown>} [filled] */
  constructor(code, filled = {}) {
    super(code);
    this.code = code;
    this.filled = filled;
  }
}

/** Every refused value of a request. */
export class Refusals extends Error {
  /** @param {{row: number, field: string, message: string}[]} refusals */
  constructor(refusals) {
    super(refusals.map((refusal) => refusal.message).join(' '));
    this.refusals = refusals;
  }
}
