/**
 * @file The form as a link: its values are in the address behind the #, which never leaves the device by itself.
 *
 * `#1&bmi=26.4&sex=2`: the version of this format, then the fields that differ from their defaults, as they were typed.
 *
 * @typedef {import('../runtime/types.js').Manifest} Manifest
 * @typedef {import('../codec/types.js').Field} Field
 * @typedef {import('../codec/types.js').Row} Row
 * @typedef {import('./types.js').Context} Context
 * @typedef {{name: string, initial: unknown, read: () => unknown, isWhole?: boolean, isPrivate?: boolean}} Entry A field of the form, as far as a
 * link goes; what a whole input is given is read only later, and says itself when it can't be.
 */

import { ArrayValue } from '../codec/array-value.js';
import { kindOf } from '../codec/kinds.js';
import { shown } from '../codec/scalars.js';
import { shortened } from '../codec/shorten.js';
import { siteUrl } from '../runtime/address.js';
import { h } from './dom.js';
import { onEnd } from './lifetime.js';

const VERSION = '1';
const MAX_ADDRESS_LENGTH = 1e6; // characters of an address: a browser may take no more
const MAX_LISTED = 300; // characters of what a link could not do; all of it is in the address
const ADDRESS_DELAY_MS = 300; // ms; browsers let a page change its address only some hundred times a minute

/**
 * Takes over what the address says, now and whenever another link is opened here, and keeps the address in step with the form. On a
 * host page the address is left alone, and a link leads to our own page.
 * @param {HTMLElement} element the form, which fires `input` on every change
 * @param {Entry[]} fields
 * @param {(values: Row) => void} choose fills the form; fields left out take their default
 * @param {Context} context
 */
export function makeShare(element, fields, choose, { t, signal, root }) {
  const isOurs = root === document;
  const note = h('p', { class: 'linked', role: 'status', hidden: true });
  let timer = 0;

  /** The link to a row; to what the form holds, even if that is refused, when none is given. @param {Row} [row] @param {Entry[]} [named] */
  function link(row = Object.fromEntries(fields.map((field) => [field.name, field.read()])), named = fields) {
    const page = isOurs ? location.href.split('#')[0] : siteUrl();
    return page + fragment(named, row);
  }

  /** The page's address for what the form holds, as far as browsers take it; what is private is in a link only that is asked for. */
  function address() {
    const whole = link(undefined, fields.filter(({ isPrivate }) => !isPrivate));
    return whole.length > MAX_ADDRESS_LENGTH ? whole.split('#')[0] : whole;
  }

  function remember() {
    clearTimeout(timer);
    history.replaceState(history.state, '', address());
    note.hidden = true; // it was about another address
  }

  function restore() {
    const [, version = '', query = ''] = /^#(\d+)(?:&(.*))?$/.exec(location.hash) ?? [];
    if (location.hash && !version) return; // a place on the page, not a state of the form
    const known = !version || version === VERSION;
    const given = new Map(known ? new URLSearchParams(query) : []);
    const named = fields.filter(({ name }) => given.has(name));
    choose(Object.fromEntries(named.map(({ name }) => [name, given.get(name)])));
    clearTimeout(timer);

    const strange = [...given.keys()].filter((name) => !fields.some((field) => field.name === name));
    const odd = named.filter(({ name, read, isWhole }) => !isWhole && shown(read()) !== given.get(name)).map(({ name }) => `${name}=${given.get(name)}`);
    const said = [
      !known && t.share.version(shortened(version)),
      strange.length && t.share.unknown(shortened(strange.join(', '), MAX_LISTED)),
      odd.length && t.share.odd(shortened(odd.join(', '), MAX_LISTED)),
    ];
    note.textContent = said.filter(Boolean).join(' ');
    note.hidden = !note.textContent;
  }

  if (isOurs) {
    restore();
    element.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(remember, ADDRESS_DELAY_MS);
    });
    element.addEventListener('change', remember); // whoever leaves a field may leave the page
    addEventListener('hashchange', () => {
      if (location.href !== address()) restore(); // else it was another view of these values that was opened
    }, { signal });
    onEnd(signal, () => clearTimeout(timer));
  }
  const style = h('link', { rel: 'stylesheet', href: new URL('share.css', import.meta.url).href });
  return { parts: [style, note], link, remember: isOurs ? remember : () => {} };
}

/**
 * What stands behind the page's address for a row; nothing for the form's own defaults.
 * @param {{name: string, initial: unknown}[]} fields @param {Row} row
 */
export function fragment(fields, row) {
  const changed = fields.filter(({ name, initial }) => shown(row[name]) !== shown(initial));
  const query = new URLSearchParams(changed.map(({ name }) => [name, shown(row[name])]));
  return changed.length ? `#${VERSION}&${query}` : '';
}

/**
 * A result as text, with the values that it is of.
 * @param {Manifest} manifest @param {Row} row @param {string[]} outcome a line for each output @param {string} link to the row
 * @param {Context} context
 */
export function asText({ page, form }, row, outcome, link, context) {
  const fields = form.inputs.flatMap((input) => input.fields);
  const values = fields.map((field) => `${field.label}: ${valueOf(field, row[field.name], context)}`);
  return [page.name, ...outcome, '', ...values, '', link].join('\n');
}

/** A value as people read it. @param {Field} field @param {unknown} value @param {Context} context */
export function valueOf(field, value, { t }) {
  const { options, size } = kindOf(field);
  if (value instanceof ArrayValue) return size?.(value.dims, t) ?? value.dims.join(' × ');
  if (!shown(value).trim()) return t.form.none;
  const typed = shown(value).trim() + (field.unit ? ` ${field.unit}` : '');
  return options?.(field, t).find((option) => option.value === value)?.label ?? typed;
}
