/**
 * @file One of very many: a box that searches while one types. The keyboard works as the ARIA practices have it of a combobox.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../ui/types.js').Control} Control
 * @typedef {import('../../ui/types.js').Context} Context
 * @typedef {{text: string, label: string}} Option
 */

import { h } from '../../ui/dom.js';

const MAX_OPTIONS = 200; // options in the list; more are found by typing on

/** @param {Field} field @param {string} id @param {Option[]} options @param {Context} context @returns {Control} */
export function search(field, id, options, { t, format }) {
  const list = h('ul', { id: `${id}-list`, role: 'listbox', 'aria-label': field.label, hidden: true });
  const box = h('input', {
    type: 'text', id, name: field.name, role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': list.id, 'aria-expanded': 'false',
    autocomplete: 'off', spellcheck: 'false',
  });
  const count = h('p', { class: 'count', role: 'status' });
  const style = h('link', { rel: 'stylesheet', href: new URL('search.css', import.meta.url).href });
  const element = h('div', { class: 'search' }, style, box, list, count);
  const names = options.map(({ label }) => plain(label));
  /** @type {Option | undefined} */
  let chosen;
  /** Those in the list. @type {Option[]} */
  let found = [];
  let active = -1;

  /** Show the options whose names hold what was typed: those that are it first, then those that begin with it. @param {string} typed */
  function open(typed) {
    const wanted = plain(typed);
    const rank = (/** @type {string} */ name) => (name === wanted ? 0 : name.startsWith(wanted) ? 1 : 2);
    const matching = [...names.keys()].filter((index) => names[index].includes(wanted)).sort((a, b) => rank(names[a]) - rank(names[b]));
    found = matching.slice(0, MAX_OPTIONS).map((index) => options[index]);
    list.replaceChildren(...found.map((option, index) => item(option, index)));
    list.hidden = !found.length;
    const all = format.number(matching.length);
    count.textContent = matching.length > MAX_OPTIONS ? t.form.foundMore(format.number(MAX_OPTIONS), all) : t.form.found(all);
    box.setAttribute('aria-expanded', String(!list.hidden));
    mark(typed ? 0 : Math.max(0, found.indexOf(chosen ?? found[0])));
  }

  /** @param {Option} option @param {number} index */
  function item(option, index) {
    const line = h('li', { id: `${id}-option-${index}`, role: 'option' }, option.label || t.form.none);
    line.addEventListener('click', () => choose(option));
    return line;
  }

  /** @param {number} index of the option that Enter would choose */
  function mark(index) {
    active = found.length ? (index + found.length) % found.length : -1;
    [...list.children].forEach((line, at) => line.setAttribute('aria-selected', String(at === active)));
    if (active < 0) return box.removeAttribute('aria-activedescendant');
    box.setAttribute('aria-activedescendant', list.children[active].id);
    list.children[active].scrollIntoView({ block: 'nearest' });
  }

  /** Close the list, with what is chosen in the box. */
  function close() {
    list.hidden = true;
    found = [];
    count.textContent = '';
    box.setAttribute('aria-expanded', 'false');
    box.removeAttribute('aria-activedescendant');
    box.value = chosen?.label ?? '';
  }

  /** @param {Option} option */
  function choose(option) {
    chosen = option;
    close();
    box.select(); // what is typed next takes its place
    element.dispatchEvent(new Event('input', { bubbles: true }));
  }

  /** What a key does. @type {Record<string, () => void>} */
  const keys = {
    ArrowDown: () => (list.hidden ? open('') : mark(active + 1)),
    ArrowUp: () => (list.hidden ? open('') : mark(active - 1)),
    Enter: () => active >= 0 && !list.hidden && choose(found[active]),
    Escape: close,
  };
  box.addEventListener('keydown', (event) => {
    if (!Object.hasOwn(keys, event.key) || event.isComposing) return;
    event.preventDefault();
    keys[event.key]();
  });
  box.addEventListener('input', (event) => {
    event.stopPropagation(); // nothing is chosen yet
    open(box.value);
  });
  box.addEventListener('focus', () => box.select());
  box.addEventListener('click', () => list.hidden && open(''));
  box.addEventListener('blur', close);
  list.addEventListener('pointerdown', (event) => event.preventDefault()); // the box keeps the focus

  return {
    element,
    target: box,
    read: () => chosen?.text,
    write(value) {
      chosen = options.find(({ text }) => text === value);
      close();
    },
  };
}

/** A text without case and accents. @param {string} text */
function plain(text) {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
