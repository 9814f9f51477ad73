/**
 * @file The rows that a person has collected: how many there are, the file, and deleting them.
 *
 * @typedef {import('../../ui/types.js').Context} Context
 * @typedef {import('../../runtime/types.js').Manifest} Manifest
 * @typedef {import('./store.js').Stored} Stored
 */

import { UserFacingError } from '../../codec/user-facing-error.js';
import { siteAddress } from '../../runtime/address.js';
import { loadLibrary } from '../../runtime/library.js';
import { inert } from '../../ui/csv-cell.js';
import { button, h } from '../../ui/dom.js';
import { save } from '../../ui/save.js';
import { wordsOf } from '../../ui/words.js';
import { makeStore } from './store.js';

/** @param {Manifest} manifest @param {Context} context */
export function makeRows(manifest, { t, signal }) {
  const key = `${siteAddress(manifest)}#feedback`;
  const store = makeStore(key);
  const state = h('p', { class: 'help', role: 'status' });
  const download = button(t.feedback.download, 'quiet', write);
  const remove = button(t.feedback.remove, 'quiet', () => ask(true));
  const question = h('span');
  const keep = button(t.feedback.no, 'quiet', () => ask(false));
  const sure = h('div', { class: 'buttons sure', role: 'group', hidden: true }, question, button(t.feedback.yes, 'quiet bad', clear), keep);
  const tools = h('div', { class: 'buttons' }, download, remove);

  /** @param {string} [news] */
  function show(news = '') {
    const count = store.all().length;
    tools.hidden = !count || !sure.hidden;
    state.textContent = [news, t.feedback.count(count), count && !store.lasting() && t.feedback.inMemory].filter(Boolean).join(' ');
  }

  /** @param {boolean} asked */
  function ask(asked) {
    question.textContent = t.feedback.sure(store.all().length);
    sure.hidden = !asked;
    show();
    (asked ? keep : remove).focus();
  }

  function clear() {
    store.clear();
    sure.hidden = true;
    show(t.feedback.removed);
  }

  async function write() {
    try {
      const Papa = await loadLibrary(manifest.libraries.papaparse, 'Papa', (t) => t.feedback.library);
      save(asFile(Papa, store.all()), t.feedback.file);
    } catch (error) {
      if (!(error instanceof UserFacingError)) throw error;
      const { what, todo } = wordsOf(error, t);
      show(`${what} ${todo}`);
    }
  }

  window.addEventListener('storage', (event) => { // another tab of this page
    if (event.key === key) show();
  }, { signal });
  show();
  return {
    element: h('div', { class: 'rows' }, state, tools, sure),
    /** @param {Stored} row */
    add(row) {
      store.add(row);
      show(t.feedback.added);
    },
  };
}

/** The rows as CSV; those of older deploys may have other columns. @param {any} Papa @param {Stored[]} rows */
function asFile(Papa, rows) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))].map((cells) => cells.map(harmless));
  return new Blob(['\ufeff', Papa.unparse(lines, { newline: '\r\n' }), '\r\n'], { type: 'text/csv;charset=utf-8' });
}

/** A cell that no spreadsheet computes; a number with its sign is none. @param {string} text */
function harmless(text) {
  return /^[+-]?[\d.,]+(e[+-]?\d+)?$/i.test(text) ? text : inert(text);
}
