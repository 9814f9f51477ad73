/**
 * @file Where @huggingface/tokenizers splits a text otherwise than the tokenizers of Python, which models are trained with.
 *
 * What is left are characters that came into Unicode in the last years: either side knows those of its own tables.
 */

/** How Python's lowers: character by character, so that no sigma becomes a final one. @param {string} text */
const lowered = (text) => Array.from(text, (character) => character.toLowerCase()).join('');

const REMOVED = /[\0\ufffd]|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}]/gu;
const ACCENTS = /\p{Mn}/gu;
/** The blocks of Chinese characters that BERT takes as words, those beyond 16 bits too. */
const CHINESE = /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;
const WORDS = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;
const NO_SPACE = /\P{White_Space}+/gu;

/** @typedef {{clean_text?: boolean, handle_chinese_chars?: boolean, strip_accents?: boolean | null, lowercase?: boolean}} Bert */

/** @this {{config: Bert}} @param {string} given */
function normalize(given) {
  const { clean_text: clean, handle_chinese_chars: chinese, strip_accents: strip, lowercase } = this.config;
  let text = given;
  if (clean) text = text.replace(REMOVED, '').replace(/\p{White_Space}/gu, ' ');
  if (chinese) text = text.replace(CHINESE, ' $& ');
  if (strip ?? lowercase) text = text.normalize('NFD').replace(ACCENTS, '');
  return lowercase ? lowered(text) : text;
}

/**
 * The library, corrected in place.
 * @param {any} library
 */
export function corrected(library) {
  const matches = (/** @type {RegExp} */ pattern) => (/** @type {string} */ text) => text.match(pattern) ?? [];
  library.BertNormalizer.prototype.normalize = normalize;
  library.LowercaseNormalizer.prototype.normalize = lowered;
  library.WhitespacePreTokenizer.prototype.pre_tokenize_text = matches(WORDS);
  library.WhitespaceSplitPreTokenizer.prototype.pre_tokenize_text = matches(NO_SPACE);
  library.DigitsPreTokenizer.prototype.pre_tokenize_text = /** @this {any} @param {string} text */ function digits(text) {
    return text.match(this.config.individual_digits ? /\P{N}+|\p{N}/gu : /\P{N}+|\p{N}+/gu) ?? [];
  };
  return library;
}
