"""Single values and their text: the number that a text holds, a value as JavaScript writes it. Twin of web/codec/scalars.js."""

import re
from typing import Any

import numpy as np

from mlweb.codec.dtypes import double
from mlweb.codec.types import Scalar

GROUPS = "[1-9][0-9]{0,2}([ \u00a0\u202f][0-9]{3})+"  # thousands apart: 1 234 567
NUMBER = re.compile(rf"[+-]?(({GROUPS}|[0-9]+)([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?")
THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
# What JavaScript's trim() takes off; Python's strip() alone differs in a few characters.
WHITE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


def parsed(text: str) -> float:
    """The number that a text holds, with a point or a comma; NaN for none."""
    trimmed = text.strip(WHITE)
    return float(re.sub("[ \u00a0\u202f]", "", trimmed).replace(",", ".")) if NUMBER.fullmatch(trimmed) else float("nan")


def shown(value: Any) -> str:
    """A value as JavaScript writes it: 3.0 is 3, True is true, None is empty, 1e-05 is 0.00001, 1e-07 is 1e-7, 2**60 is 1152921504606847000."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, int | float):
        return str(value)
    number = double(value) + 0.0  # -0.0 is 0
    if number == 0 or 1e-6 <= abs(number) < 1e21:
        return np.format_float_positional(number, trim="-")
    return str(number).replace("e-0", "e-").replace("inf", "Infinity").replace("nan", "NaN")


def worded(value: Any, decimal: str) -> str:
    """A value in a sentence: numbers with the language's decimal sign."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return shown(value).replace(".", decimal) if is_number else shown(value)


def same(option: Scalar, value: Any) -> bool:
    """Whether a value names an option: equal, or equal as text or as number ("2", "2.0" and 2 are one choice)."""
    if shown(option) == shown(value):
        return True
    if isinstance(option, bool) or not isinstance(option, int | float) or not isinstance(value, str):
        return False
    return parsed(value) == double(option)
