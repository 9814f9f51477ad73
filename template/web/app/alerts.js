/**
 * @file The one place where the page says that something is wrong: in words, with what to do. Nothing goes to the console alone.
 *
 * @typedef {import('../strings/index.js').Strings} Strings
 */

import { button, byId, h } from '../ui/dom.js';
import { wordsOf } from '../ui/words.js';

/**
 * Say what happened, in place of what was said before.
 * @param {unknown} error @param {Strings} t
 */
export function showError(error, t) {
  const { what, todo, detail } = wordsOf(error, t);
  document.documentElement.dataset.state = 'error';
  byId('status').replaceChildren(
    h(
      'div',
      { class: 'alert' },
      h('p', {}, h('strong', {}, what)),
      h('p', {}, todo),
      button(t.trouble.reload, 'quiet', () => location.reload()),
      ...(detail ? [h('details', {}, h('summary', {}, t.trouble.detail), h('code', {}, detail))] : []),
    ),
  );
}

/** All is well again. */
export function clearError() {
  document.documentElement.dataset.state = 'ready';
  byId('status').replaceChildren();
}

/**
 * Errors that nothing caught are ours to say, unless they come from what a browser extension put into the page, or only say
 * that a layout takes one more frame.
 * @param {(error: unknown) => void} say
 */
export function onUncaughtError(say) {
  window.addEventListener('error', (event) => {
    const failed = event.target === window && !event.filename.includes('-extension:') && !event.message.startsWith('ResizeObserver loop');
    if (failed) say(event.error ?? event.message);
  });
  window.addEventListener('unhandledrejection', (event) => say(event.reason));
}
