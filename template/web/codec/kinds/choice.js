/**
 * @file One of a list. Twin of mlweb/codec/kinds/choice.py.
 *
 * @typedef {import('../kinds.js').Kind} Kind
 */

import { InvalidValue } from '../refusal.js';
import { same, shown, worded } from '../scalars.js';
import { shortened } from '../shorten.js';

/** @type {Kind} */
export const choice = {
  options: ({ choices = [] }) => choices,

  /** One of the listed values, given as itself or as its text. */
  element({ choices = [] }, value, _, decimal) {
    const option = choices.find((candidate) => same(candidate.value, value));
    if (option) return option.value;
    const offered = choices.slice(0, 8).map((candidate) => shortened(worded(candidate.value, decimal))).join(', ');
    const more = choices.length > 8 ? ', …' : '';
    throw new InvalidValue('choice', { text: shortened(shown(value)), offered: offered + more });
  },
};
