/**
 * @file Yes or no. Twin of mlweb/codec/kinds/toggle.py.
 *
 * @typedef {import('../kinds.js').Kind} Kind
 */

import { InvalidValue } from '../refusal.js';
import { shown } from '../scalars.js';

const TRUTH = new Map([['true', true], ['false', false], ['1', true], ['0', false]]);

/** @type {Kind} */
export const toggle = {
  options: (_, { result: { yes, no } }) => [{ value: true, label: yes }, { value: false, label: no }],

  /** True or false, or the text of either. */
  element(_, value, dtype) {
    const truth = TRUTH.get(shown(value).trim().toLowerCase());
    if (truth === undefined) throw new InvalidValue('toggle');
    return dtype === 'bool' || dtype === 'string' ? truth : Number(truth);
  },
};
