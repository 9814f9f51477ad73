/**
 * @file Values as the cells of a CSV file that people may open with a spreadsheet.
 */

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

/** Text that no spreadsheet computes. @param {string} text */
export function inert(text) {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}
