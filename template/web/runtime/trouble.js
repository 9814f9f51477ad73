/**
 * @file An error with words for people: what happened and what to do about it.
 */

export class Trouble extends Error {
  /**
   * @param {{what: string, todo: string}} words
   * @param {unknown} [detail] the technical message behind it
   */
  constructor({ what, todo }, detail = '') {
    super(what);
    this.todo = todo;
    this.detail = detail instanceof Error ? detail.message : String(detail ?? '');
  }
}
