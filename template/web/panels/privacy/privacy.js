/**
 * @file What the page has asked the network for, and a lock after which it can ask for nothing.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../ui/types.js').Panel} Panel
 * @typedef {import('../../ui/types.js').Context} Context
 * @typedef {import('./requests.js').RequestRecord} RequestRecord
 */

import { UserFacingError } from '../../codec/user-facing-error.js';
import { hubHosts, isSingleFile, siteAddress } from '../../runtime/address.js';
import { button, h } from '../../ui/dom.js';
import { table } from '../../ui/parts.js';
import { wordsOf } from '../../ui/words.js';
import { lock } from './lock.js';
import { watchRequests } from './requests.js';

/** @param {Site} site @returns {Panel} */
export function privacy(site) {
  const { manifest, client, root, signal, t } = site;
  const style = h('link', { rel: 'stylesheet', href: new URL('privacy.css', import.meta.url).href });
  const head = [style, h('h2', {}, t.privacy.heading)];
  if (isSingleFile()) {
    return { element: h('section', { class: 'card privacy-panel' }, ...head, h('p', {}, t.privacy.single)) };
  }
  if (root !== document) { // the network is the business of the page around
    const visit = h('a', { href: siteAddress(manifest) }, t.privacy.visit);
    return { element: h('section', { class: 'card privacy-panel' }, ...head, h('p', { class: 'help' }, t.privacy.elsewhere, ' ', visit)) };
  }
  const counted = counts(site);
  const locked = makeLock(site);
  watchRequests(client, counted.show, signal); // from now on: a worker that fails to start has asked for something too
  return {
    element: h('section', { class: 'card privacy-panel' }, ...head, counted.element, locked.element),
    async start() {
      locked.ready();
    },
  };
}

/** The figures, and behind them the list. @param {Site} context */
function counts(context) {
  const { t, format, manifest } = context;
  const hosts = hubHosts(manifest).join(', ');
  const [values, own, others] = [t.privacy.values, t.privacy.own, t.privacy.others].map(figure);
  const heads = [t.privacy.what, t.privacy.from, t.privacy.bytes].map((text) => h('th', { scope: 'col' }, text));
  const list = table(heads, []);
  const [body] = list.getElementsByTagName('tbody');
  const details = h('details', {}, h('summary', {}, t.privacy.list), list, h('p', { class: 'help' }, t.privacy.untold));
  values.show(format.bytes(0), hosts ? t.privacy.hub(hosts) : t.privacy.none);
  /** @param {RequestRecord[]} asked */
  function show(asked) {
    const [ours, theirs] = [true, false].map((own) => asked.filter((request) => request.own === own));
    own.show(t.privacy.requests(format.number(ours.length)), format.bytes(sum(ours)));
    others.show(t.privacy.requests(format.number(theirs.length)), size(theirs, context));
    body.append(...asked.slice(body.rows.length).map((request) => h('tr', {}, ...row(request, context)))); // what a person reads stays where it is
  }
  return { element: h('div', {}, h('dl', { class: 'figures' }, values.element, own.element, others.element), details), show };
}

/** @param {string} name */
function figure(name) {
  const [big, small] = [h('strong'), h('small')];
  return {
    element: h('div', {}, h('dt', {}, name), h('dd', {}, big, small)),
    /** @param {string} main @param {string} more */
    show(main, more) {
      big.textContent = main;
      small.textContent = more;
    },
  };
}

/** @param {RequestRecord} asked @param {Context} context */
function row({ url, own, from, bytes: count }, { t, format }) {
  const { host, pathname } = new URL(url);
  const name = own ? pathname.split('/').at(-1) || t.privacy.page : host + pathname;
  const size = from === 'untold' ? t.privacy.sources.untold : format.bytes(count);
  return [h('th', { scope: 'row', title: url }, name), h('td', {}, t.privacy.sources[from]), h('td', {}, h('data', { value: count }, size))];
}

/** How much came of other sites, of which most keep that to themselves. @param {RequestRecord[]} asked @param {Context} context */
function size(asked, { t, format }) {
  if (!asked.length) return '';
  return asked.every(({ from }) => from === 'untold') ? t.privacy.sources.untold : format.bytes(sum(asked));
}

/** @param {RequestRecord[]} asked */
function sum(asked) {
  return asked.reduce((total, request) => total + request.bytes, 0);
}

/** @param {Site} site */
function makeLock(site) {
  const { t } = site;
  const press = button(t.privacy.lock, 'chip', run);
  const state = h('p', { class: 'lock-state', role: 'status' });
  const limits = h('ul', { class: 'limits help' }, ...t.privacy.limits.map((text) => h('li', {}, text)));
  let busy = true; // until the model is there: the lock would keep it out

  /** @param {string} text @param {'open' | 'locked' | 'failed'} how */
  function say(text, how) {
    state.textContent = text;
    state.dataset.lock = how;
    press.setAttribute('aria-disabled', String(busy));
    press.hidden = how === 'locked';
  }

  async function run() {
    if (busy) return;
    busy = true;
    say(t.privacy.locking, 'open');
    try {
      if (await lock(site)) return say(t.privacy.locked, 'locked');
      say(t.privacy.unproven, 'failed');
    } catch (error) {
      const { what, todo } = wordsOf(error, t);
      say(error instanceof UserFacingError ? t.privacy.failed(what, todo) : '', 'failed');
      if (!(error instanceof UserFacingError)) site.showError(error);
    }
    busy = false;
    press.setAttribute('aria-disabled', 'false');
  }

  say('', 'open');
  const parts = [h('p', { class: 'help' }, t.privacy.about), press, state, h('p', { class: 'help' }, t.privacy.beyond), limits];
  return {
    element: h('section', { class: 'lock' }, h('h3', {}, t.privacy.network), ...parts),
    ready() {
      busy = false;
      say('', 'open');
    },
  };
}
