/**
 * @file Rows that stay in this browser, for this site alone; in memory where the browser keeps nothing or has no room.
 *
 * @typedef {Record<string, string>} Stored column -> cell
 */

/** @param {string} key */
export function makeStore(key) {
  /** @type {Stored[]} */
  let memory = [];
  let storage = usable(key);

  /** @returns {Stored[]} */
  function all() {
    if (!storage) return memory;
    try {
      const rows = JSON.parse(storage.getItem(key) ?? '[]');
      return Array.isArray(rows) ? rows : [];
    } catch { // not ours: whatever wrote it, there are no rows in it
      return [];
    }
  }

  return {
    all,
    /** Whether the rows are still there on the next visit. */
    lasting: () => Boolean(storage),
    /** @param {Stored} row */
    add(row) {
      const rows = [...all(), row];
      try {
        storage?.setItem(key, JSON.stringify(rows));
      } catch { // full
        storage = undefined;
      }
      if (!storage) memory = rows;
    },
    clear() {
      storage?.removeItem(key);
      memory = [];
    },
  };
}

/** The browser's storage, unless it is blocked. @param {string} key */
function usable(key) {
  try {
    localStorage.getItem(key);
    return localStorage;
  } catch {
    return undefined;
  }
}
