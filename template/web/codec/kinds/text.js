/**
 * @file Texts, as they are or as the tokens that a model reads of them. Twin of mlweb/codec/kinds/text.py.
 *
 * @typedef {import('../kinds.js').Kind} Kind
 */

import { InvalidValue } from '../refusal.js';

/** @type {Kind} */
export const text = {
  /** Any text. onnxruntime-web cuts a string at a NUL character, so that one is refused. */
  element(_, value) {
    if (typeof value !== 'string') throw new InvalidValue('text');
    if (value.includes('\0')) throw new InvalidValue('nul');
    return value;
  },
};
