/**
 * @file Values as the cells of a CSV file that people may open with a spreadsheet.
 */

const ODD = /["\r\n\ufeff]|^ | $/;

/** @type {Record<string, (value: number) => number>} */
const NARROW = { float16: /** @type {any} */ (Math).f16round ?? Math.fround, float32: Math.fround };

/**
 * A value for a file. A number has as few digits as name it for certain in its dtype. Text of the model that a spreadsheet
 * would take for a formula gets an apostrophe in front.
 * @param {number | string | boolean} value @param {string} [dtype]
 */
export function cell(value, dtype = '') {
  if (typeof value === 'string') return /^u?int64$/.test(dtype) ? value : inert(value); // a whole number beyond 2^53 is one too
  const narrow = NARROW[dtype];
  if (typeof value !== 'number' || !narrow || !Number.isFinite(value)) return String(value);
  const digits = [5, 6, 7, 8].find((count) => narrow(Number(value.toPrecision(count))) === value) ?? 9;
  return String(Number(value.toPrecision(digits)));
}

/** A line of cells, with its end; those that need it are in quotation marks. @param {string[]} cells @param {string} separator */
export function row(cells, separator) {
  return `${cells.map((text) => (ODD.test(text) || text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text)).join(separator)}\r\n`;
}

/** Text that no spreadsheet computes. @param {string} text */
export function inert(text) {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}
