"""A long text in parts that a model can take, cut at the ends of its sentences. Twin of `partsOf` in web/runtime/engines/transformers.js."""

import re
from collections.abc import Callable

SPACE = " \t\n\r\f\v\u00a0\u2028\u2029\u3000"
# Where a text may be cut, the best first: behind a sentence or a line, behind a word, anywhere.
CUTS = (
    rf"(?:[.!?…]+[\"'”’»)\]]*(?![^{SPACE}])|[。！？]+[”’）」』]*|\n)[{SPACE}]*",
    rf"[{SPACE}]+",
    r"(?s:.)",
)


def text_parts(text: str, fits: Callable[[str], bool], cut: int = 0) -> list[str]:
    """The text in order, in as few parts as can be told by going on while they fit; nothing of it is lost but the white space around each part.

    cut: where it may be cut, of CUTS. A single character that does not fit is a part all the same.
    """
    if not (text := text.strip(SPACE)):
        return []
    if fits(text) or cut == len(CUTS):
        return [text]
    found, held, at = [], "", 0
    for end in [*(match.end() for match in re.finditer(CUTS[cut], text)), len(text)]:
        piece, at = text[at:end], end
        if held and not fits((held + piece).strip(SPACE)):
            found += text_parts(held, fits, cut + 1)
            held = ""
        held += piece
    return found + text_parts(held, fits, cut + 1)
