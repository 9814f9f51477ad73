/**
 * @file A conversation: an answer becomes a turn of it when a person replies, and turns that the model did not see are marked.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../codec/types.js').Row} Row
 * @typedef {import('../../codec/types.js').Result} Result
 */

import { button, h } from '../../ui/dom.js';
import { turnsOf } from '../../codec/kinds/conversation.js';

const [PROMPT, TEXT] = ['prompt', 'text']; // of a language model

/**
 * Nothing where the form has no conversation.
 * @param {HTMLFormElement} form which hears `input` after a reply
 * @param {{name: string, write: (value: unknown) => void}[]} fields
 * @param {Site} site
 */
export function makeReply(form, fields, { manifest, form: state, t }) {
  const kinds = manifest.form.inputs.flatMap((input) => input.fields);
  const held = fields.find(({ name }) => kinds.some((field) => field.name === name && field.kind === 'conversation'));
  const prompt = fields.find(({ name }) => name === PROMPT);
  if (!held || !prompt) return undefined;
  const element = button(t.conversation.reply, 'chip', () => {
    if (!state.said) return;
    const { values, results } = state.said;
    const turn = [String(values[PROMPT]), /** @type {import('../../codec/types.js').TextResult} */ (results[TEXT]).text];
    held.write(JSON.stringify([...turnsOf(String(values[held.name] || '[]')), turn]));
    prompt.write('');
    form.dispatchEvent(new Event('input'));
    const box = /** @type {HTMLElement | null} */ (form.querySelector(`[name=${PROMPT}]`));
    box?.focus();
  });
  element.hidden = true;
  return {
    element: h('p', {}, element),
    /** @param {Record<string, Result> | undefined} results those that are shown, if any are */
    show(results) {
      element.hidden = !results;
      const shown = /** @type {import('../../codec/types.js').TextResult | undefined} */ (results?.[TEXT]);
      const omitted = shown?.context?.omitted ?? 0;
      for (const [at, turn] of form.querySelectorAll('.turns > li').entries()) {
        turn.classList.toggle('left-out', at < omitted);
        /** @type {HTMLElement} */ (turn).dataset.says = t.conversation.leftOut;
      }
    },
  };
}
