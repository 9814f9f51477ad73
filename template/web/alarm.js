/**
 * @file The one place where the page says that something is wrong: in words, with what to do. Nothing goes to the console alone.
 */

import { button, byId, h } from './dom.js';
import { Trouble } from './runtime/trouble.js';
import { t } from './strings.js';

/** How browsers say that a module could not be loaded; Safari does not tell which. */
const LOST = /dynamically imported module: \S*?([^/\s]+)$|Importing a module script failed/;

/**
 * Say what happened, in place of what was said before.
 * @param {unknown} error
 */
export function alarm(error) {
  const trouble = error instanceof Trouble ? error : new Trouble(described(error), traced(error));
  document.documentElement.dataset.state = 'error';
  byId('status').replaceChildren(
    h(
      'div',
      { class: 'alarm' },
      h('p', {}, h('strong', {}, trouble.message)),
      h('p', {}, trouble.todo),
      button(t.trouble.reload, 'quiet', () => location.reload()),
      ...(trouble.detail ? [h('details', {}, h('summary', {}, t.trouble.detail), h('code', {}, trouble.detail))] : []),
    ),
  );
}

/** An error that nobody put into words. @param {unknown} error */
function described(error) {
  const lost = LOST.exec(String(error));
  return lost ? t.trouble.part(lost[1] ?? 'JavaScript') : t.trouble.unexpected;
}

/** An error with where it came from. @param {unknown} error */
function traced(error) {
  return error instanceof Error ? `${error}\n${error.stack}` : String(error);
}

/** All is well again. */
export function calm() {
  document.documentElement.dataset.state = 'ready';
  byId('status').replaceChildren();
}

/**
 * Errors that nothing caught are ours to say, unless they come from what a browser extension put into the page, or only say
 * that a layout takes one more frame.
 */
export function watch() {
  window.addEventListener('error', (event) => {
    const failed = event.target === window && !event.filename.includes('-extension:') && !event.message.startsWith('ResizeObserver loop');
    if (failed) alarm(event.error ?? event.message);
  });
  window.addEventListener('unhandledrejection', (event) => alarm(event.reason));
}
