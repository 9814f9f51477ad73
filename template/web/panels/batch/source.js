/**
 * @file Where rows come in: a file dropped or chosen, or rows pasted.
 *
 * @typedef {(file: Blob, name: string) => void} Take
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../ui/types.js').Site} Site
 */

import { h } from '../../ui/dom.js';

/** @param {Field[]} fields @param {Take} take @param {Site} site */
export function makeSource(fields, take, { t }) {
  const input = h('input', { type: 'file', accept: '.csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain' });
  const choose = h('label', { class: 'choose' }, input, h('span', {}, t.batch.choose));
  const box = h('textarea', { rows: 1, placeholder: t.batch.paste, 'aria-label': t.batch.paste, spellcheck: 'false', autocomplete: 'off' });
  const zone = h('div', { class: 'drop' }, h('p', {}, t.batch.privacy), h('div', { class: 'ways' }, choose, box));

  input.addEventListener('change', () => {
    if (input.files?.length) take(input.files[0], input.files[0].name);
    input.value = ''; // the same file may be chosen again, after a change
  });
  box.addEventListener('paste', (event) => {
    if (takeFrom(event.clipboardData, take, t)) event.preventDefault();
  });
  box.addEventListener('input', () => { // phones' keyboards paste as if it were typed
    if (!box.value.includes('\n')) return;
    take(new Blob([box.value]), t.batch.pasted);
    box.value = '';
  });
  zone.addEventListener('dragover', (event) => {
    event.preventDefault(); // else the browser opens the file in place of the page
    zone.classList.add('over');
  });
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    zone.classList.remove('over');
    takeFrom(event.dataTransfer, take, t);
  });

  const names = fields.map(({ name }) => h('code', {}, name)).flatMap((code) => [code, ' ']);
  const needs = h('details', {}, h('summary', {}, t.batch.needs(fields.length)), h('p', { class: 'names' }, ...names));
  return h('div', { class: 'intake' }, zone, h('p', { class: 'help' }, t.batch.first), needs);
}

/** Take a file, or else text, and tell whether there was one. @param {DataTransfer | null} given @param {Take} take @param {Site['t']} t */
function takeFrom(given, take, t) {
  const [file] = given?.files ?? [];
  const text = given?.getData('text/plain');
  if (file) take(file, file.name);
  else if (text) take(new Blob([text]), t.batch.pasted);
  return Boolean(file || text);
}
