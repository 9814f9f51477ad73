"""The numbers of a series in a text: one a line, or apart by spaces, tabs, semicolons or commas. Twin of web/codec/series.js."""

import math
import re

from mlweb.codec.refusal import InvalidValue
from mlweb.codec.scalars import THOUSANDS, WHITE, parsed
from mlweb.codec.shorten import shortened

BETWEEN = re.compile(r" *[;\t] *| *, +| +, *| +")


def read_series(text: str, decimal: str) -> list[float]:
    """All numbers, in order; a first line that is one word or several, and no number, is a heading. Raises InvalidValue, with the line.

    Commas are decimal signs, unless some word has two of them or more: then they stand between numbers. Nothing between two of those, or
    two semicolons, is a gap, which is refused: without it, all that follows would be a step too early.
    """
    lines = [line.strip(" \t") for line in re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))]
    words = [(number, word) for number, line in enumerate(lines, 1) if line for word in split(line)]
    if any(word.count(",") > 1 for _, word in words):
        words = [(number, part) for number, word in words for part in trimmed(word.split(","))]
    first = words[0][0] if words else 0
    heading = [word for number, word in words if number == first]
    is_heading = len(words) > len(heading) and not re.search("[,;\t]", lines[first - 1]) and all(math.isnan(parsed(word)) for word in heading)
    return [number_in(word, number, decimal) for number, word in words[len(heading) if is_heading else 0 :]]


def split(line: str) -> list[str]:
    return trimmed(BETWEEN.split(line))


def trimmed(words: list[str]) -> list[str]:
    """Without the nothing behind a last comma or semicolon."""
    return words[:-1] if len(words) > 1 and not words[-1] else words


def number_in(word: str, line: int, decimal: str) -> float:
    """The number that a word is; raises InvalidValue, with its line."""
    number = parsed(word)
    if math.isnan(number):
        raise InvalidValue("series_line", line=line, text=shortened(word))
    if decimal == "." and THOUSANDS.fullmatch(word.strip(WHITE)):
        raise InvalidValue("series_readings", line=line, text=word, pointed=word.replace(",", "."), whole=word.replace(",", ""))
    return number
