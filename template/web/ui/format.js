/**
 * @file Numbers as people read them, in the page's language.
 *
 * @typedef {import('../strings/index.js').Strings} Strings
 * @typedef {ReturnType<typeof makeFormat>} Format
 * @typedef {{kind?: string, name?: string, label?: string, unit?: string, min?: number, max?: number, grouping?: boolean}} Countable
 */

/** Whole numbers between these are years, where the name says so. */
const YEARS = [1500, 2200];
const YEAR = /(^|[^\p{L}])(years?|yrs?|ann[ée]es?|ans?|date)([^\p{L}]|$)/iu;

/**
 * Whether thousands are set apart in this number: as the contract says, or else everywhere but in a year.
 * @param {Countable} quantity
 */
function isGrouped({ kind, name = '', label = '', unit, min = NaN, max = NaN, grouping }) {
  if (grouping !== undefined) return grouping;
  const isYear = kind === 'integer' && !unit && min >= YEARS[0] && max <= YEARS[1];
  return !(isYear && [name, label].some((text) => YEAR.test(text.replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 '))));
}

/**
 * @param {(options: Intl.NumberFormatOptions) => Intl.NumberFormat} format @param {Strings} t
 * @param {boolean} useGrouping whether thousands are set apart
 */
function makeNumbers(format, t, useGrouping) {
  /**
   * A number with so many decimals; without them as many digits as the dtype holds (float64: 15, all smaller floats: 7). A BigInt has all
   * of its digits; a whole number that JavaScript may have rounded does not show those that it never had.
   * @param {number | bigint} value @param {number} [decimals] @param {string} [dtype]
   */
  function number(value, decimals, dtype = 'float32') {
    if (typeof value === 'bigint') return format({ useGrouping }).format(value);
    if (Number.isNaN(value)) return t.result.undefined;
    if (decimals !== undefined) {
      const rounded = Number.isFinite(value) ? Number(value.toFixed(decimals)) + 0 : value; // + 0 takes the sign off -0
      return format({ minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping }).format(rounded);
    }
    if (Number.isSafeInteger(value)) return format({ useGrouping }).format(value);
    return format({ maximumSignificantDigits: dtype === 'float64' ? 15 : 7, useGrouping }).format(value);
  }

  /**
   * A measured number, four digits of it.
   * @param {number} value
   */
  function rounded(value) {
    return format({ maximumSignificantDigits: 4, useGrouping }).format(value);
  }

  /**
   * Two ends: 18–42.2; with a minus the dash stands alone. The line never breaks in there.
   * @param {number} min @param {number} max
   */
  function range(min, max) {
    return [min, max].map(rounded).join(min < 0 ? '\u00a0–\u00a0' : '\u2060–\u2060');
  }

  return { number, rounded, range };
}

/** @param {string} language @param {Strings} t */
export function makeFormat(language, t) {
  /** @param {Intl.NumberFormatOptions} options */
  function format(options) {
    return new Intl.NumberFormat(language, options);
  }

  const grouped = makeNumbers(format, t, true);
  const { rounded } = grouped;
  const plain = makeNumbers(format, t, false);

  /** How the numbers of a field, or of an output, are written. @param {Countable} quantity */
  function of(quantity) {
    return isGrouped(quantity) ? grouped : plain;
  }

  /**
   * A share of one: 97.3%.
   * @param {number} share @param {number} [least] how many decimals it has at least
   */
  function percent(share, least = 1) {
    if (Number.isNaN(share)) return t.result.undefined;
    return format({ style: 'percent', minimumFractionDigits: least, maximumFractionDigits: 1 }).format(share);
  }

  /**
   * A very small difference: 3.5e-5; empty for none.
   * @param {number} difference
   */
  function tiny(difference) {
    if (difference === 0) return '';
    return difference < 1e-3 ? difference.toExponential(1).replace('.', t.units.decimal) : rounded(difference);
  }

  /**
   * Bytes in decimal units: 14.2 MB.
   * @param {number} count
   */
  function bytes(count) {
    if (count < 1000) return t.units.bytes(String(count));
    if (count < 1e6) return t.units.kilobytes(format({ maximumFractionDigits: 0 }).format(count / 1e3));
    return t.units.megabytes(format({ minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(count / 1e6));
  }

  /**
   * A duration; clocks of some browsers tick in whole milliseconds, so 0 means less than one.
   * @param {number} ms
   */
  function duration(ms) {
    if (ms < 0.1) return t.result.below(t.units.milliseconds(rounded(ms === 0 ? 1 : 0.1)));
    return t.units.milliseconds(format({ maximumFractionDigits: ms < 10 ? 1 : 0 }).format(ms));
  }

  /**
   * A large number in three digits and a word: 70.5 million.
   * @param {number} value
   */
  function short(value) {
    return format({ notation: 'compact', compactDisplay: 'long', maximumSignificantDigits: 3 }).format(value);
  }

  return { ...grouped, of, short, percent, tiny, bytes, duration };
}
