"""A tokenizer.json as Hugging Face's libraries save it: read by the package tokenizers, if the page's library can split by it as well."""

import json
from typing import Any

from mlweb.errors import UserError, first_line

PACKAGE = "tokenizers==0.23.3"

# The parts that the page's library knows by their type, and what holds further ones.
PARTS = {
    "model": "WordPiece Unigram BPE",
    "normalizer": "BertNormalizer Precompiled Sequence Replace NFC NFD NFKC NFKD Strip StripAccents Lowercase Prepend",
    "pre_tokenizer": "BertPreTokenizer Sequence Whitespace WhitespaceSplit Metaspace ByteLevel Split Punctuation Digits FixedLength",
    "post_processor": "TemplateProcessing ByteLevel BertProcessing RobertaProcessing Sequence",
}
NESTED = ("normalizers", "pretokenizers", "processors")


def read(data: bytes, named: str) -> tuple[Any, dict]:
    """The tokenizer (tokenizers.Tokenizer), which neither cuts a text nor fills it up, and the file itself. Raises UserError, which calls it `named`."""
    try:
        from tokenizers import Tokenizer  # only projects whose graph takes tokens need it
    except ImportError:
        raise UserError(f"{named} can't be read without the package tokenizers: add it with: uv add {PACKAGE}") from None
    anew = "save it anew, with tokenizer.save_pretrained(folder) of transformers, or tokenizer.save(path) of tokenizers."
    try:
        config = json.loads(data)
        if not isinstance(config, dict) or not isinstance(config.get("model"), dict):
            raise ValueError("it has no model")
        tokenizer = Tokenizer.from_str(data.decode())
        tokenizer.no_truncation()
        tokenizer.no_padding()
        tokenizer.encode("It works, \U0001d518.")  # also where it knows a character not
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # the package's share no base class of their own, and what it did not foresee is no Exception
        raise UserError(f"{named} is no tokenizer.json of Hugging Face ({first_line(Exception(error))}): {anew}") from None
    for part, known in PARTS.items():
        if unknown := next((each for each in types_of(config.get(part)) if each not in known.split()), None):
            raise UserError(f"{named}: a page can't split texts by the {part} {unknown}: it knows {', '.join(known.split())}.")
    return tokenizer, config


def types_of(part: dict | None) -> list[str]:
    """The type of a part, and those of the parts in it."""
    if not part:
        return []
    nested = [each for key in NESTED for inner in part.get(key, []) for each in types_of(inner)]
    return [part["type"], *nested] if "type" in part else nested  # old files lack that of the model
