/**
 * @file The views of the page, and the tabs to choose by where there are several. A view is made when it is first opened, and stays as it was
 * left. The form is one, with its result: it goes along into every view that has it.
 *
 * The address names the view, as `?view=explore`, so that the browser's back and forward, links and reloads lead to it.
 *
 * @typedef {import('../runtime/types.js').PageView} PageView
 * @typedef {import('../ui/types.js').Panel} Panel
 * @typedef {import('../ui/types.js').Site} Site
 */

import { PANELS } from '../panels/index.js';
import { h } from '../ui/dom.js';
import { settled } from '../ui/settled.js';
import { makeTabs } from '../ui/tabs.js';

const FORM = 'predict';
const ON_PAPER = 'card';

/** Drawings of the standard views on their tabs, 24 by 24. @type {Record<string, string>} */
const ICONS = {
  try: 'M4 7h8m5 0h3M4 17h3m5 0h8M14.5 4.5v5M9.5 14.5v5',
  explore: 'M4.5 4.5v15h15M8 15c4 0 3.5-7 6.5-7s2 3.5 5 3.5',
  rows: 'M4 5h16v14H4zM4 9.7h16M4 14.3h16M10 5v14',
  about: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5.5M12 7.5v.2',
  use: 'M8 7l-4.5 5L8 17M16 7l4.5 5-4.5 5M13.5 5l-3 14',
};
const ICON = 'M5 5h14v14H5z';

/**
 * The views, in the element that holds them. A page of one has no tabs, and its panels stand there by themselves.
 * @param {Omit<Site, 'wayTo'>} parts what panels get, but for the way to each other
 * @param {PageView[]} views @param {HTMLElement} main
 */
export function makeViews(parts, views, main) {
  const { client, form, signal, showError, clearError, t } = parts;
  /** @type {Site} */
  const site = { ...parts, wayTo };
  const isAlone = views.length === 1;
  const home = views.find((view) => view.panels.includes(FORM));
  const places = new Map(views.map(({ name }) => [name, isAlone ? main : h('div', tabpanel(name))]));
  for (const view of views) placeOf(view.name).classList.toggle('along', view !== home && view.panels.includes(FORM)); // the others are what it is about
  const named = views.map(({ name, title }) => ({ name, icon: ICONS[name] ?? ICON, ...(title ? { title, short: title } : t.views.standard[name]) }));
  const tabs = isAlone ? undefined : makeTabs(named, t.views.label, go);
  if (tabs) {
    main.prepend(tabs.element);
    main.append(...places.values());
  }
  const heading = document.title;
  /** Each is made once. @type {Map<string, Promise<Panel>>} */
  const panels = new Map();
  /** The starts of panels that were made. @type {Map<Panel, Promise<void>>} */
  const starts = new Map();
  /** Views that were opened. @type {Map<string, Promise<void>>} */
  const filled = new Map();
  /** How far each view was scrolled when it was left. @type {Map<string, number>} */
  const scrolled = new Map();
  let current = '';
  let isLost = false;
  /** What comes after the form. @type {Promise<void> | undefined} */
  let rest;

  /** @param {string} name */
  function panelOf(name) {
    const made = panels.get(name) ?? PANELS[name](site);
    panels.set(name, made);
    made.catch(() => panels.delete(name)); // it may be there when it is asked for again
    return made;
  }

  /** @param {Panel} panel */
  function start(panel) {
    const begun = starts.get(panel) ?? client.ready.then(() => panel.start?.(), () => {}).catch(showError); // who waits for the runtime says why there is none
    starts.set(panel, begun);
    return begun;
  }

  /** Put panels into a view, in this order, and show them at once. @param {string[]} names @param {HTMLElement} place */
  async function put(names, place) {
    const made = await Promise.all(names.map(panelOf));
    const elements = made.map(({ element }) => element);
    for (const element of elements) element.hidden = true;
    place.append(...elements);
    await Promise.all(elements.map(settled));
    for (const element of elements) element.hidden = false;
    return made.map(start);
  }

  /** What follows the form comes after its first result, which nothing then keeps waiting. @param {PageView} view @param {HTMLElement} place */
  async function fill({ name, panels: names }, place) {
    const count = !isAlone && names[0] === FORM ? 1 : names.length;
    const [first] = await put(names.slice(0, count), place);
    if (count === names.length) return;
    rest = first.then(() => put(names.slice(count), place)).then(() => {}, (error) => {
      filled.delete(name); // so that it is asked for again
      lost(error);
    });
  }

  /** @param {PageView} view */
  async function show(view) {
    const place = placeOf(view.name);
    const left = places.get(current);
    const hadFocus = left?.contains(document.activeElement);
    scrolled.set(current, scrollY);
    current = view.name;
    for (const [name, each] of places) each.hidden = name !== view.name;
    tabs?.select(view.name);
    if (hadFocus) tabs?.focus();
    if (left) {
      const { title } = named.find(({ name }) => name === view.name) ?? {};
      document.title = view === views[0] ? heading : `${title} · ${heading}`;
      scrollTo({ top: scrolled.get(view.name) ?? 0, behavior: 'instant' });
    }
    if (!filled.has(view.name)) {
      place.setAttribute('aria-busy', 'true');
      const filling = fill(view, place).finally(() => place.removeAttribute('aria-busy'));
      filled.set(view.name, filling);
      filling.catch(() => filled.delete(view.name));
    } else if (view.panels.includes(FORM)) {
      const { element } = await panelOf(FORM);
      if (element.parentElement !== place && current === view.name) place.insertBefore(element, place.children[view.panels.indexOf(FORM)]);
    }
    await filled.get(view.name);
  }

  /** Make the view that the address names, and the form, whose values other panels go by, even where it is not in that view. */
  async function begin() {
    const view = addressed();
    if (home && !view.panels.includes(FORM)) void (await put([FORM], placeOf(home.name)));
    await show(view);
  }

  /** Make what paper shows after the form, though its view may never be opened: a browser that prints waits for nothing. */
  async function prepare() {
    const view = views.find(({ panels: names }) => names.includes(ON_PAPER));
    if (view && !filled.has(view.name)) await put([ON_PAPER], placeOf(view.name)).then(() => {}, () => {}); // it is asked for again when its view is opened
  }

  /** Open a view as a person does. @param {string} name */
  function go(name) {
    if (name === current) return Promise.resolve();
    const url = new URL(location.href);
    if (name === views[0].name) url.searchParams.delete('view');
    else url.searchParams.set('view', name);
    try {
      history.pushState(null, '', url);
    } catch {
      // a page on a disk or in a sandbox may not write its address
    }
    return show(viewOf(name)).then(found, lost);
  }

  /** What brings a panel into sight, or a part of it; undefined for one that is in none of the views. @param {string} panel */
  function wayTo(panel) {
    const view = views.find(({ panels: names }) => names.includes(panel));
    return view && (async (/** @type {string} */ part = '') => {
      await go(view.name);
      const { element } = await panelOf(panel);
      const target = /** @type {HTMLElement} */ ((part && element.querySelector(part)) || element);
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
      target.scrollIntoView({ block: 'start' });
    });
  }

  /** A view could not be made. @param {unknown} error */
  function lost(error) {
    isLost = true;
    showError(error);
  }

  function found() {
    if (isLost) clearError();
    isLost = false;
  }

  /** The view that the address names; the first one, where it names none. */
  function addressed() {
    const asked = new URLSearchParams(location.search).get('view');
    return views.find(({ name }) => name === asked) ?? views[0];
  }

  /** @param {string} name */
  function viewOf(name) {
    return /** @type {PageView} */ (views.find((view) => view.name === name));
  }

  /** @param {string} name */
  function placeOf(name) {
    return /** @type {HTMLElement} */ (places.get(name));
  }

  addEventListener('popstate', () => {
    const view = addressed();
    if (view.name === current) return; // another link to the form was opened here
    form.remember(); // the values go along: those of the address are of when the view was left
    show(view).then(found, lost);
  }, { signal });

  return {
    begin,
    /** Resolves when the panels so far have started, or can't; and then when those that follow the form are there. */
    started: () => Promise.all(starts.values()),
    complete: () => rest,
    prepare,
  };
}

/** The attributes of what a tab opens. @param {string} name */
function tabpanel(name) {
  return { class: 'view', id: `view-${name}`, role: 'tabpanel', 'aria-labelledby': `tab-${name}`, tabindex: 0, hidden: true };
}
