/**
 * @file What splits texts into tokens: the library, and the tokenizer of each field, before the form takes any text.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 * @typedef {import('../../runtime/types.js').File} File
 * @typedef {import('../../runtime/types.js').Manifest} Manifest
 */

import { corrected } from '../../codec/correct-tokenizers.js';
import { register } from '../../codec/tokenize.js';
import { UserFacingError } from '../../codec/user-facing-error.js';
import { MANIFEST } from '../../runtime/address.js';
import { download } from '../../runtime/download.js';
import { loadModule } from '../../runtime/library.js';

/** Make the tokenizers of these fields known; throws UserFacingError. @param {Field[]} fields @param {Manifest['libraries']} libraries */
export async function load(fields, libraries) {
  const files = fields.map(({ tokenizer }) => /** @type {File} */ (tokenizer));
  const [library, ...contents] = await Promise.all([
    loadModule(libraries.tokenizers, (t) => t.files.tokenizers),
    ...files.map((file) => download(file, MANIFEST, (t) => t.files.tokenizer)),
  ]);
  const { Tokenizer } = corrected(library);
  files.forEach(({ sha256 }, index) => {
    try {
      register(sha256, JSON.parse(new TextDecoder().decode(contents[index])), Tokenizer);
    } catch (error) {
      throw new UserFacingError('tokenizer', (t) => t.trouble.tokenizer, error);
    }
  });
}
