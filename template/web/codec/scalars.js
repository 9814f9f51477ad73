/**
 * @file Single values and their text: the number that a text holds, a value as JavaScript writes it. Twin of mlweb/codec/scalars.py.
 */

/** Numbers may have their thousands apart: 1 234 567. */
const NUMBER = /^[+-]?(([1-9][0-9]{0,2}([ \u00a0\u202f][0-9]{3})+|[0-9]+)([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?$/;
export const THOUSANDS = /^[+-]?[1-9][0-9]{0,2},[0-9]{3}$/;

const [MINUS, POINT, ZERO] = [...'-.0'].map((each) => each.charCodeAt(0));
const TENS = Array.from({ length: 16 }, (_, power) => 10 ** power);

/** The number that a text holds, with a point or a comma; NaN for none. @param {string} text */
export function parsed(text) {
  const trimmed = text.trim();
  const number = plain(trimmed);
  if (!Number.isNaN(number)) return number;
  return NUMBER.test(trimmed) ? Number(trimmed.replace(/[ \u00a0\u202f]/g, '').replace(',', '.')) : NaN;
}

/**
 * The number of a text as most are, digits with at most a minus and a point; NaN for any other. A table has millions of them, and what reads
 * any number takes several times as long. Up to 15 digits and the power of ten are exact, so their quotient is what Number() gives.
 * @param {string} text
 */
function plain(text) {
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  if (text.length === start || text.length > 15) return NaN;
  let [digits, decimals] = [0, -1];
  for (let at = start; at < text.length; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit >= 0 && digit <= 9) {
      digits = 10 * digits + digit;
      if (decimals >= 0) decimals++;
    } else if (digit === POINT - ZERO && decimals < 0 && at > start) decimals = 0;
    else return NaN;
  }
  const number = decimals > 0 ? digits / TENS[decimals] : digits;
  return start ? -number : number;
}

/**
 * A value as JavaScript writes it: 3.0 is 3, true is true, null is empty, 1e-05 is 0.00001, 1e-07 is 1e-7.
 * @param {unknown} value
 */
export function shown(value) {
  return value === null || value === undefined ? '' : String(value);
}

/** A value in a sentence: numbers with the language's decimal sign. @param {unknown} value @param {string} decimal */
export function worded(value, decimal) {
  return typeof value === 'number' ? shown(value).replace('.', decimal) : shown(value);
}

/**
 * Whether a value names an option: equal, or equal as text or as number ("2", "2.0" and 2 are one choice).
 * @param {unknown} option @param {unknown} value
 */
export function same(option, value) {
  if (shown(option) === shown(value)) return true;
  if (typeof option !== 'number' || typeof value !== 'string') return false;
  return parsed(value) === option;
}
