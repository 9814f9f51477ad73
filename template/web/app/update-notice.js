/**
 * @file A note at the edge of the page, and what it is for: a newer version has been published while this one is open. Nothing is taken away:
 * the page goes on.
 */

import { siteUrl } from '../runtime/address.js';
import { button, h } from '../ui/dom.js';

/** @typedef {(text: string, close: string, ...buttons: HTMLElement[]) => void} Say shows a text, buttons, and the one that closes the note */

/** Makes the note. @returns {Say} */
export function makeNotice() {
  const note = h('div', { class: 'newer', role: 'status' });
  const style = h('link', { rel: 'stylesheet', href: new URL('update-notice.css', import.meta.url).href }); // now: later it may be gone
  document.body.append(style, note);
  return (text, close, ...buttons) => note.replaceChildren(h('p', {}, text), ...buttons, button(close, 'quiet', () => note.replaceChildren()));
}

/**
 * Look whenever the person comes back to the page; the function returned looks at once.
 * @param {string} app the folder of the deploy that runs here @param {Say} say @param {import('../strings/index.js').Strings} t
 */
export function watchForUpdates(app, say, t) {
  let known = app;

  async function look() {
    if (document.hidden) return; // it is time enough when they are back
    const newest = await published();
    if (newest === undefined || newest === known) return;
    known = newest; // is said once
    say(t.newer.there, t.newer.later, button(t.newer.reload, 'main', () => location.reload()));
  }

  document.addEventListener('visibilitychange', look);
  addEventListener('online', look);
  return look;
}

/** The folder of the deploy that the site has now; undefined when nobody can tell. @returns {Promise<string | undefined>} */
async function published() {
  try {
    const response = await fetch(siteUrl('model.json'), { cache: 'no-cache' });
    return response.ok ? (await response.json()).app : undefined;
  } catch {
    return undefined; // without a network, or on the way to another page
  }
}
