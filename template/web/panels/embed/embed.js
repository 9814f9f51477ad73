/**
 * @file The model elsewhere: snippets that work when pasted, with the values that the form holds.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../ui/types.js').Panel} Panel
 * @typedef {import('../../ui/types.js').Context} Context
 * @typedef {import('../../runtime/types.js').Manifest} Manifest
 */

import { isSingleFile, siteUrl } from '../../runtime/address.js';
import { copier } from '../../ui/copy.js';
import { h } from '../../ui/dom.js';
import { local } from '../../ui/links.js';
import { part } from '../../ui/parts.js';
import { element, frame, module, python, tidy } from './snippets.js';

/** @param {Site} site @returns {Panel} */
export function embed(site) {
  const { manifest, form, t } = site;
  if (isSingleFile()) return { element: pointer(manifest.project, site) };
  const address = new URL(siteUrl());
  const snippets = [
    snippet(t.embed.element, element, site),
    snippet(t.embed.module, module, site),
    snippet(t.embed.frame, frame, site),
    ...(manifest.engine === 'onnx' ? [snippet(t.embed.python, python, site)] : []), // a language model is run many times for a text
  ];
  const state = h('p', { class: 'help', role: 'status' });
  const panels = choosePanels(manifest.page.panels, () => fill(form.row), site);
  /** @param {import('../../codec/types.js').Row | undefined} row */
  function fill(row) {
    state.textContent = row ? '' : t.embed.refused;
    if (row) for (const { write } of snippets) write(address.href, tidy(manifest.form, row), manifest, panels.chosen());
  }
  form.watch(fill);

  const style = h('link', { rel: 'stylesheet', href: new URL('embed.css', import.meta.url).href });
  const unpublished = local(address.hostname) ? [h('p', { class: 'help' }, t.embed.local(address.host))] : [];
  const notes = [h('p', { class: 'help' }, t.embed.about), state, ...unpublished, panels.element];
  const parts = h('div', { class: 'parts' }, ...snippets.map(({ element: shown }) => shown));
  return {
    element: h('section', { class: 'card embed' }, style, h('h2', {}, t.embed.heading), ...notes, parts, h('p', { class: 'help' }, t.embed.cors)),
  };
}

/**
 * Which panels the element and the frame show; the last one can't be taken away.
 * @param {string[]} names of the page's panels @param {() => void} onchange @param {Context} context
 */
function choosePanels(names, onchange, { t }) {
  const boxes = names.filter((name) => name !== 'embed').map((name, index) => h('input', { type: 'checkbox', value: name, checked: index === 0 }));
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const element = h('fieldset', {}, h('legend', {}, t.embed.panels), ...boxes.map((box) => h('label', {}, box, ` ${box.value}`)));
  element.addEventListener('change', (event) => {
    if (!chosen().length) /** @type {HTMLInputElement} */ (event.target).checked = true;
    onchange();
  });
  return { element, chosen };
}

/** Where the snippets are, for a page that has no address. @param {Manifest['project']} project @param {Context} context */
function pointer({ url }, { t }) {
  const words = url ? [t.embed.single, ' ', h('a', { href: url }, url)] : [t.embed.unpublished];
  return h('section', { class: 'card' }, h('h2', {}, t.embed.heading), h('p', {}, ...words));
}

/**
 * A heading, code with a button that copies it, and what there is to know.
 * @param {{heading: string, note: string}} words @param {typeof frame} code @param {Context} context
 */
function snippet({ heading, note }, code, context) {
  const { t } = context;
  const shown = h('code', {});
  const box = h('pre', { tabindex: 0, role: 'region', 'aria-label': heading }, shown);
  const copy = copier({ [t.embed.copy]: () => shown.textContent ?? '' }, context);
  copy.querySelector('button')?.setAttribute('aria-label', t.embed.copyOf(heading));
  return {
    element: part(heading, box, h('p', { class: 'help' }, note), copy),
    /** @param {Parameters<typeof frame>} filled */
    write(...filled) {
      shown.textContent = code(...filled);
    },
  };
}
