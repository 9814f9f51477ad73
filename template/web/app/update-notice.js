/**
 * @file Says that a newer version of the page has been published while this one is open. Nothing is taken away: the page goes on.
 */

import { siteUrl } from '../runtime/address.js';
import { button, h } from '../ui/dom.js';

/**
 * Look whenever the person comes back to the page; the function returned looks at once.
 * @param {string} app the folder of the deploy that runs here @param {import('../strings/index.js').Strings} t
 */
export function watchForUpdates(app, t) {
  const note = h('div', { class: 'newer', role: 'status' });
  const style = h('link', { rel: 'stylesheet', href: new URL('update-notice.css', import.meta.url).href }); // now: later it may be gone
  document.body.append(style, note);
  let known = app;

  async function look() {
    if (document.hidden) return; // it is time enough when they are back
    const newest = await published();
    if (newest === undefined || newest === known) return;
    known = newest; // is said once
    const reload = button(t.newer.reload, 'main', () => location.reload());
    note.replaceChildren(h('p', {}, t.newer.there), reload, button(t.newer.later, 'quiet', () => note.replaceChildren()));
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
