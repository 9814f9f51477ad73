/**
 * @file What was proven about the page's numbers, and truthfully what was not.
 *
 * @typedef {import('../../api.js').Context} Context
 * @typedef {import('../../api.js').Site} Site
 * @typedef {import('../../api.js').Strings} Strings
 * @typedef {import('../../api.js').Manifest} Manifest
 * @typedef {import('../../api.js').Level} Level
 */

import { h, part, proveHere } from '../../api.js';

/**
 * What each level puts to the test, beside what, and on what: how many cases, `madeUp` of them where there was no data to hold out.
 * @type {Record<number, (level: Level, t: Strings, cases: string, madeUp?: string) => {what: string, whose: string, tried: string}>}
 */
const SIDES = {
  1: ({ left, right }, t, cases, madeUp) => ({
    what: t.proof.estimator(right === 'llama.cpp'), whose: left === 'python' ? t.proof.as.python : t.proof.as.estimator, tried: t.proof.rows(cases, madeUp),
  }),
  2: ({ engine }, t, cases, madeUp) => ({ what: engine, whose: t.proof.as.python, tried: t.proof.rows(cases, madeUp) }),
  3: ({ engine }, t, cases) => ({ what: t.proof.page(engine), whose: t.proof.as.python, tried: t.proof.cases(cases) }),
};

/** @param {Manifest} manifest @param {Site} site */
export function proof({ parity, facts: { rows } }, site) {
  const { t } = site;
  const levels = (parity?.levels ?? []).filter(({ level }) => level in SIDES);
  const items = levels.map((level) => item(level, rows?.made_up, site));
  const proven = levels.some(({ level }) => level > 1);
  const rest = proven ? [] : [h('li', { class: 'open' }, levels.length ? t.proof.noBrowser : t.proof.nothing)];
  return part(t.proof.heading, h('ul', { class: 'proof' }, ...items, ...rest), ...proveHere(site));
}

/** @param {Level} level @param {number | undefined} madeUp @param {Context} context */
function item(level, madeUp, { t, format }) {
  if (level.level === 1 && level.left === level.right) return h('li', { class: 'open' }, h('strong', {}, t.proof.estimator(level.right === 'llama.cpp')), h('span', {}, t.proof.noEstimator(level.right)));
  const { what, whose, tried } = SIDES[level.level](level, t, format.number(level.cases), madeUp === undefined ? undefined : format.number(madeUp));
  const words = level.passed ? t.proof.same : t.proof.different;
  const prompts = level.tokens && t.proof.prompts(format.number(level.cases), format.number(level.tokens));
  const counted = prompts ? t.proof.equal(prompts, level.max_abs > 0) : tried;
  const text = level.parted ? t.proof.parted(whose, prompts || tried, format.number(level.parted)) : words(whose, counted, format.tiny(level.max_abs));
  return h('li', { class: level.passed ? 'passed' : 'failed' }, h('strong', {}, what), h('span', {}, text));
}
