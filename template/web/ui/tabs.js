/**
 * @file Tabs, by the pattern of that name: arrow keys, Home and End move the focus; a click, Enter or the space bar opens. Arrows alone open
 * nothing: what lies between would be fetched, and be in the browser's history.
 *
 * @typedef {object} Tab
 * @property {string} name
 * @property {string} title
 * @property {string} short the same in a word, for narrow screens; a part of the title
 * @property {string} icon the path of a drawing, 24 by 24
 */

import { h, svg } from './dom.js';

/**
 * A list of tabs. Of a tab called x the element is #tab-x, and what it opens is #view-x.
 * @param {Tab[]} tabs @param {string} label of the list @param {(name: string) => void} choose
 */
export function makeTabs(tabs, label, choose) {
  const buttons = tabs.map(({ name, title, short, icon }) => {
    const drawn = svg('svg', { viewBox: '0 0 24 24', 'aria-hidden': true }, svg('path', { d: icon }));
    const words = [h('span', { class: 'long' }, title), h('span', { class: 'short' }, short)];
    const element = h('button', { type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': `view-${name}`, 'aria-label': title }, drawn, ...words);
    element.addEventListener('click', () => choose(name));
    return { name, element };
  });
  const element = h('div', { class: 'tabs', role: 'tablist', 'aria-label': label }, ...buttons.map((each) => each.element));

  element.addEventListener('keydown', (event) => {
    const at = buttons.findIndex((each) => each.element === event.target);
    const last = buttons.length - 1;
    /** @type {Record<string, number>} */
    const targets = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last };
    if (at < 0 || !Object.hasOwn(targets, event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    buttons[targets[event.key]].element.focus();
  });

  return {
    element,
    /** Shows which one is open; the others are reached from it by arrow keys. @param {string} open */
    select(open) {
      for (const each of buttons) {
        each.element.setAttribute('aria-selected', String(each.name === open));
        each.element.tabIndex = each.name === open ? 0 : -1;
      }
    },
    focus() {
      buttons.find((each) => each.element.tabIndex === 0)?.element.focus();
    },
  };
}
