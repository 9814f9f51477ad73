"""Texts as the numbers of their tokens, for a graph that takes these. Twin of web/codec/tokenize.js.

A tokenizer is a tokenizer.json as Hugging Face's libraries save it. Both sides know it by the checksum of that file, once it was `register`ed.
"""

import hashlib
from typing import Any, NamedTuple

import numpy as np

from mlweb.codec import tokenizer_file
from mlweb.codec.types import Input, Tokenizer

PADDING = ("[PAD]", "<pad>")  # how tokenizers call the token behind a text that is shorter than others of its batch


class Loaded(NamedTuple):
    """A tokenizer: what splits a text, the tokens that stand around each text, and the one behind a shorter one."""

    tokenizer: Any  # tokenizers.Tokenizer
    frame: list[int]
    pad: int


class Tokens(NamedTuple):
    """The tokens of a text that are read, the segment of each, and how many there are in all."""

    ids: list[int]
    types: list[int]
    total: int


loaded: dict[str, Loaded] = {}


def register(data: bytes, named: str) -> str:
    """Make the tokenizer of a file known; the checksum by which it is. Raises UserError, which calls the file `named`."""
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 not in loaded:
        tokenizer, config = tokenizer_file.read(data, named)
        loaded[sha256] = Loaded(tokenizer, tokenizer.encode("").ids, pad_of(config))
    return sha256


def pad_of(config: dict) -> int:
    """The token that fills up a shorter text: the file's own, or one that is called so; 0 where there is none, since the mask hides it."""
    if config.get("padding"):
        return int(config["padding"]["pad_id"])
    return next((int(token["id"]) for token in config.get("added_tokens") or [] if token["content"] in PADDING), 0)


def tokens(split: Tokenizer, text: str, length: int | None = None) -> Tokens:
    """The first tokens of a text, as many as the contract or a graph of fixed length takes. What stands around each text stays around a cut one."""
    tokenizer, frame, _ = loaded[split["sha256"]]
    text = whole(text)
    all_tokens = tokenizer.encode(text)
    ids, types, total = all_tokens.ids, all_tokens.type_ids, len(all_tokens.ids)
    most = min(split["max"], length or split["max"])
    if total <= most:
        return Tokens(ids, types, total)
    behind = behind_text(frame, tokenizer.encode(text, add_special_tokens=False).ids, ids)
    return Tokens(ends(ids, most, behind), ends(types, most, behind), total)


def whole(text: str) -> str:
    """The text with a replacement character for each half of a surrogate pair, which no tokenizer takes."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def behind_text(frame: list[int], content: list[int], ids: list[int]) -> int:
    """How many of the tokens around a text stand behind it; 0 where they are mixed with it."""
    fronts = (front for front in range(len(frame) + 1) if ids == frame[:front] + content + frame[front:])
    return len(frame) - next(fronts, len(frame))


def ends(each: list[int], most: int, behind: int) -> list[int]:
    """The first `most`, of which the last `behind` are the last of all."""
    return each[: most - behind] + each[len(each) - behind :]


def feeds(texts: list[str], source: Input, split: Tokenizer) -> dict[str, np.ndarray]:
    """The tokens of all rows, [rows, longest] or [rows, length of the graph], their mask (1, and 0 behind a shorter text) and their segments."""
    length = source["dims"][1]
    rows = [tokens(split, text, length) for text in texts]
    width = length or max(1, *(len(row.ids) for row in rows))
    made = {source["name"]: filled([row.ids for row in rows], width, loaded[split["sha256"]].pad)}
    made[split["mask"]] = filled([[1] * len(row.ids) for row in rows], width, 0)
    if "types" in split:
        made[split["types"]] = filled([row.types for row in rows], width, 0)
    return {name: np.array(elements, source["dtype"]) for name, elements in made.items()}


def filled(rows: list[list[int]], width: int, last: int) -> list[list[int]]:
    """Rows of one width."""
    return [row + [last] * (width - len(row)) for row in rows]
