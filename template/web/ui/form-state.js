/**
 * @file What the form holds, for the panels that work with it.
 *
 * @typedef {import('../codec/types.js').Row} Row
 * @typedef {import('../codec/types.js').Result} Result
 */

/** The values of the form, and who wants to know of each change. */
export class FormState {
  /** @type {((row: Row | undefined) => void)[]} */
  #watchers = [];

  /** The row that the form holds; undefined while something in it is refused. @type {Row | undefined} */
  row;

  /** What the model said last, and to which values; for panels that come later. @type {{values: Row, results: Record<string, Result>} | undefined} */
  said;

  /** Writes what the form holds into the address of the page; a form of ours does. */
  remember = () => {};

  /** Fills the form, where there is one; fields left out take their default. @type {(values: Row) => void} */
  fill = () => {};

  /** @param {Row | undefined} row */
  set(row) {
    this.row = row;
    for (const watcher of this.#watchers) watcher(row);
  }

  /** Tell of the row now and after every change. @param {(row: Row | undefined) => void} watcher */
  watch(watcher) {
    this.#watchers.push(watcher);
    watcher(this.row);
  }
}
