/**
 * @file An error for people: what happened and what to do about it, in the reader's language.
 *
 * @typedef {import('../strings/index.js').Strings} Strings
 * @typedef {{what: string, todo: string}} Words
 */

export class UserFacingError extends Error {
  /**
   * @param {string} code identifies this error; control flow looks at nothing else
   * @param {(t: Strings) => Words} words the sentences of the code, filled in
   * @param {unknown} [detail] the technical message behind it
   */
  constructor(code, words, detail = '') {
    super(code);
    this.code = code;
    this.words = words;
    this.detail = detail instanceof Error ? detail.message : String(detail ?? '');
  }
}
