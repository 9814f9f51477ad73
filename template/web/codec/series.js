/**
 * @file The numbers of a series in a text: one a line, or apart by spaces, tabs, semicolons or commas. Twin of mlweb/codec/series.py.
 */

import { InvalidValue } from './refusal.js';
import { THOUSANDS, parsed } from './scalars.js';
import { shortened } from './shorten.js';

const BETWEEN = / *[;\t] *| *, +| +, *| +/;

/**
 * All numbers, in order; a first line that is one word or several, and no number, is a heading. Throws InvalidValue, with the line.
 *
 * Commas are decimal signs, unless some word has two of them or more: then they stand between numbers. Nothing between two of those, or
 * two semicolons, is a gap, which is refused: without it, all that follows would be a step too early.
 * @param {string} text @param {string} decimal
 */
export function readSeries(text, decimal) {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/).map((line) => line.replace(/^[ \t]+|[ \t]+$/g, ''));
  let words = lines.flatMap((line, index) => (line ? trimmed(line.split(BETWEEN)).map((word) => ({ line: index + 1, word })) : []));
  if (words.some(({ word }) => word.split(',').length > 2)) {
    words = words.flatMap(({ line, word }) => trimmed(word.split(',')).map((part) => ({ line, word: part })));
  }
  const first = words[0]?.line ?? 0;
  const heading = words.filter(({ line }) => line === first);
  const isHeading = words.length > heading.length && !/[,;\t]/.test(lines[first - 1]) && heading.every(({ word }) => Number.isNaN(parsed(word)));
  return words.slice(isHeading ? heading.length : 0).map(({ line, word }) => numberIn(word, line, decimal));
}

/** Without the nothing behind a last comma or semicolon. @param {string[]} words */
function trimmed(words) {
  return words.length > 1 && !words.at(-1) ? words.slice(0, -1) : words;
}

/** The number that a word is; throws InvalidValue, with its line. @param {string} word @param {number} line @param {string} decimal */
export function numberIn(word, line, decimal) {
  const number = parsed(word);
  if (Number.isNaN(number)) throw new InvalidValue('series_line', { line, text: shortened(word) });
  if (decimal === '.' && THOUSANDS.test(word.trim())) {
    throw new InvalidValue('series_readings', { line, text: word, pointed: word.replace(',', '.'), whole: word.replace(',', '') });
  }
  return number;
}
