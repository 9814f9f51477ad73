/**
 * @file What was proven about these results, in a visitor's words: where the page was built, with the way to the proof where the page shows
 * that; and on this very device.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../runtime/types.js').Report} Report
 */

import { button, h } from '../../ui/dom.js';

/** Nothing is said unless every comparison passed, those in a browser among them. @param {Site} site */
export function proven({ manifest: { parity }, wayTo, t, format: { number } }) {
  const levels = parity?.levels ?? [];
  const browser = levels.filter(({ level }) => level === 2);
  if (!browser.length || levels.some(({ passed }) => !passed)) return [];
  const cases = Math.max(...browser.map((each) => each.cases));
  const parted = Math.max(...browser.map((each) => each.parted ?? 0));
  const words = parted ? t.result.parted(number(cases - parted), number(cases)) : t.result.proven(number(cases));
  const show = wayTo?.('card');
  return [h('p', { class: 'proven' }, show ? button(words, 'proven-link', () => show('.proof')) : words)];
}

/**
 * What a proof on this device has found, for the badge by a result; nothing before there was one of what computed that result.
 * @param {Site} site
 */
export function provenHere({ client, signal, t }) {
  const element = h('span', { class: 'here', hidden: true });
  let backend = '';
  function update() {
    const { proof } = client;
    element.hidden = proof?.device.backend !== backend;
    if (!proof || element.hidden) return;
    element.textContent = ` · ${proof.passed ? t.result.here : t.result.notHere}`;
    element.classList.toggle('failed', !proof.passed);
  }
  client.onProof(update, signal);
  return {
    element,
    /** @param {Report['device']['backend']} now what computed the result */
    show(now) {
      backend = now;
      update();
    },
  };
}
