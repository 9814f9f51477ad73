/**
 * @file The fields of the form: a table of kinds, and what every field has around its control: label, unit, help, hint, refusal.
 *
 * @typedef {import('../codec/types.js').Field} Field
 * @typedef {import('../codec/types.js').Input} Input
 * @typedef {import('../runtime/types.js').Known} Known
 * @typedef {import('../ui/types.js').Control} Control
 * @typedef {import('../ui/types.js').Site} Site
 */

import { isArray } from '../codec/arrays.js';
import { kindOf } from '../codec/kinds.js';
import { h } from '../ui/dom.js';

/**
 * Each is fetched only by a page that has such a field.
 * @type {Record<string, (field: Field, id: string, site: Site, source: Input) => Promise<Control>>}
 */
const INPUTS = {
  number: async (field, id, context) => (await import('./number.js')).number(field, id, context),
  integer: async (field, id, context) => (await import('./integer.js')).integer(field, id, context),
  choice: async (field, id, context) => (await import('./choice/choice.js')).choice(field, id, context),
  toggle: async (field, id) => (await import('./toggle.js')).toggle(field, id),
  conversation: async (field, id, context) => (await import('./conversation/conversation.js')).conversation(field, id, context),
  text: async (field, id) => (await import('./text.js')).text(field, id),
  tokens: async (field, id, context, source) => (await import('./tokens/tokens.js')).tokens(field, id, context, source),
  image: async (field, id, context) => (await import('./image/image.js')).image(field, id, context),
  drawing: async (field, id, context, source) => (await import('./drawing/drawing.js')).drawing(field, id, context, source),
  audio: async (field, id, context) => (await import('./audio/audio.js')).audio(field, id, context),
  series: async (field, id, site, source) => (await import('./series/series.js')).series(field, id, site, source),
  tensor: async (field, id, context, source) => (await import('./tensor/tensor.js')).tensor(field, id, context, source),
};

/** Two numbers as a point on a map, if the page has one. @type {(...given: Parameters<typeof import('./map/map.js').addMap>) => Promise<void>} */
export const addMap = async (...given) => (await import('./map/map.js')).addMap(...given);

/**
 * What has to be there before a form takes anything: what splits its texts into tokens, if the model reads those. Throws UserFacingError.
 * @param {import('../runtime/types.js').Manifest} manifest
 */
export async function prepare({ form, libraries }) {
  const texts = form.inputs.flatMap(({ fields }) => fields).filter(({ tokenizer }) => tokenizer);
  if (texts.length) await (await import('./tokens/tokens.js')).load(texts, libraries);
}

/**
 * A field with everything around it. `refuse` says why its value can't be taken, or '' when it can.
 * @param {Field} field
 * @param {Known} known what training saw of it
 * @param {Input} source the graph's input that it belongs to
 * @param {Site} site
 */
export async function makeField(field, known, source, site) {
  const id = `field-${field.name.replace(/\s/g, '\u00a0')}`; // a list of ids is split at plain spaces
  const control = await INPUTS[field.tokenizer ? 'tokens' : field.kind](field, id, site, source);
  const unit = field.unit ? [' ', h('span', { class: 'unit' }, field.unit)] : [];
  const label = control.target ? h('label', { for: id }, field.label, ...unit) : h('legend', {}, field.label, ...unit);
  const help = h('p', { class: 'help', id: `${id}-help`, hidden: !field.help }, field.help ?? '');
  const hint = h('p', { class: 'hint', id: `${id}-hint`, hidden: true });
  const refusal = h('p', { class: 'refusal', id: `${id}-refusal`, hidden: true });
  const wish = h('p', { class: 'help', id: `${id}-wish`, hidden: true });
  const about = { class: `field ${field.kind}`, 'data-field': field.name };
  const element = control.target
    ? h('div', about, label, control.element, help, hint, wish, refusal)
    : h('fieldset', { ...about, role: control.role ?? 'radiogroup' }, label, control.element, help, hint, wish, refusal);
  control.drag?.(label);
  const target = control.target ?? element;
  const isWhole = isArray(field);
  /** Nothing was given yet where one can't type: a wish, no mistake. */
  const isWaiting = () => isWhole && control.read() === undefined;

  return {
    element,
    name: field.name,
    initial: field.default,
    read: control.read,
    write: control.write,
    isWhole,
    isPrivate: kindOf(field).isPrivate,
    isWaiting,
    /** @param {string} message */
    refuse(message) {
      const refused = isWaiting() ? '' : message;
      show(refusal, refused);
      show(wish, refused === message ? '' : site.t.form.wish[field.kind]);
      show(hint, message ? '' : control.unseen?.(known) ?? '');
      target.setAttribute('aria-invalid', String(Boolean(refused)));
      const notes = [help, hint, wish, refusal].filter((note) => !note.hidden);
      target.setAttribute('aria-describedby', notes.map((note) => note.id).join(' '));
    },
  };
}

/** @param {HTMLElement} note @param {string} message */
function show(note, message) {
  note.textContent = message;
  note.hidden = !message;
}
