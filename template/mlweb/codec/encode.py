"""User values -> feeds. Twin of web/codec/encode.js: same order, same names, same refusals.

A *form* (see form.make_form) lists the inputs of the graph with their fields, and its outputs. A *row* is what a person
gave: a flat dict of field name -> value, where a value may still be the text that was typed. Golden cases pin both twins
to the same bytes.
"""

import math
import re
from functools import partial
from typing import Any

import numpy as np

from mlweb.codec import arrays, tokenize
from mlweb.codec.dtypes import BOUNDS, EXACT, FLOAT_MAX, double
from mlweb.codec.refusal import InvalidValue, Refusal, ValidationErrors
from mlweb.codec.shorten import shortened
from mlweb.codec.types import Dims, Field, Form, Input, Row, Scalar

GROUPS = "[1-9][0-9]{0,2}([ \u00a0\u202f][0-9]{3})+"  # thousands apart: 1 234 567
NUMBER = re.compile(rf"[+-]?(({GROUPS}|[0-9]+)([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?")
THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
TRUTH = {"true": True, "false": False, "1": True, "0": False}
# What JavaScript's trim() takes off; Python's strip() alone differs in a few characters.
WHITE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

# The largest whole number up to which every whole number is exact in the dtype (float32: 2^24). float64 and int64 stop before
# 2^53, which JavaScript's numbers take 2^53 + 1 for.
WHOLE = {"float32": 2**24, "float64": EXACT, "int64": EXACT}


def parsed(text: str) -> float:
    """The number that a text holds, with a point or a comma; NaN for none."""
    trimmed = text.strip(WHITE)
    return float(re.sub("[ \u00a0\u202f]", "", trimmed).replace(",", ".")) if NUMBER.fullmatch(trimmed) else float("nan")


def number(field: Field, given: Any, dtype: str, decimal: str) -> float:
    """A number, or text that holds one. Where numbers have a decimal point, a comma may stand for it unless it could mean thousands."""
    value = given
    if isinstance(given, str):
        text, value = given.strip(WHITE), parsed(given)
        if value != value:
            raise InvalidValue("not_a_number", text=shortened(text))
        if decimal == "." and THOUSANDS.fullmatch(text):
            raise InvalidValue("two_readings", text=text, pointed=text.replace(",", "."), whole=text.replace(",", ""))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidValue("number")
    value = double(value)
    if not abs(value) <= FLOAT_MAX.get(dtype, 1.7976931348623157e308):
        raise InvalidValue("too_large", value=shortened(given), dtype=dtype)
    if "min" in field and value < field["min"]:
        raise InvalidValue("min", min=field["min"])
    if "max" in field and value > field["max"]:
        raise InvalidValue("max", max=field["max"])
    return value


def integer(field: Field, given: Any, dtype: str, decimal: str) -> int:
    """A whole number that the dtype holds exactly."""
    value = number(field, given, dtype, decimal)
    if value != int(value):
        raise InvalidValue("whole")
    low, high = BOUNDS.get(dtype, (-WHOLE.get(dtype, 2**53), WHOLE.get(dtype, 2**53)))
    if not low <= value <= high:
        raise InvalidValue("range", low=low, high=high)
    return int(value)


def choice(field: Field, value: Any, dtype: str, decimal: str) -> Scalar:
    """One of the listed values, given as itself or as its text."""
    choices = field.get("choices", [])
    for option in choices:
        if same(option["value"], value):
            return option["value"]
    offered = ", ".join(shortened(worded(option["value"], decimal)) for option in choices[:8])
    more = ", …" if len(choices) > 8 else ""
    raise InvalidValue("choice", text=shortened(shown(value)), offered=offered + more)


def toggle(field: Field, value: Any, dtype: str, decimal: str) -> bool | int:
    """True or false, or the text of either."""
    truth = TRUTH.get(shown(value).strip(WHITE).lower())
    if truth is None:
        raise InvalidValue("toggle")
    return truth if dtype in ("bool", "string") else int(truth)


def text(field: Field, value: Any, dtype: str, decimal: str) -> str:
    """Any text. onnxruntime-web cuts a string at a NUL character, so that one is refused."""
    if not isinstance(value, str):
        raise InvalidValue("text")
    if "\0" in value:
        raise InvalidValue("nul")
    return value


KINDS = {"number": number, "integer": integer, "choice": choice, "toggle": toggle, "text": text}


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


def sentence(sentences: dict[str, str], label: str, unfit: InvalidValue) -> str:
    """Why a value can't be taken, in the form's language."""
    filled = {"label": label, **unfit.filled}

    def fill(name: re.Match) -> str:
        value = filled[name[1]]
        return arrays.words(value, sentences) if isinstance(value, list) else worded(value, sentences["decimal"])

    return re.sub(r"\{(\w+)\}", fill, sentences[unfit.code])


def same(option: Scalar, value: Any) -> bool:
    """Whether a value names an option: equal, or equal as text or as number ("2", "2.0" and 2 are one choice)."""
    if shown(option) == shown(value):
        return True
    if isinstance(option, bool) or not isinstance(option, int | float) or not isinstance(value, str):
        return False
    return parsed(value) == double(option)


def empty(value: Any) -> bool:
    """Nothing was given: absent, blank text, or NaN (what a table's empty cell becomes)."""
    return value is None or (isinstance(value, float) and math.isnan(value)) or (isinstance(value, str) and not value.strip(WHITE))


def cell(field: Field, value: Any, source: Input, decimal: str) -> Scalar:
    """One value as the element of a tensor; raises InvalidValue."""
    dtype = source["dtype"]
    if empty(value) and not (field["kind"] == "text" and isinstance(value, str) and "tokenizer" not in field):
        if field.get("missing") == "nan":
            return float("nan")
        if field.get("missing") == "empty":
            return ""
        raise InvalidValue("empty")
    element = KINDS[field["kind"]](field, value, dtype, decimal)
    return shown(element) if dtype == "string" else element


def dims(shape: Dims, rows: int, width: int) -> list[int]:
    """The dims of a feed of `rows` rows and `width` fields for a declared shape (None = dynamic) of rank 0, 1 or 2."""
    if len(shape) == 2:
        return [rows, width]
    return [] if not shape else [rows * width]


def encode(form: Form, rows: list[Row]) -> dict[str, np.ndarray]:
    """Feeds of a batch: input name -> array of the graph's dtype (object for strings), row-major, dims as in `dims`.

    A text that the graph takes as tokens feeds several inputs.

    Raises ValidationErrors with every value that can't be taken, in the order of rows and fields.
    """
    sentences = form["sentences"]
    built: list[Any] = []
    refusals: list[Refusal] = []
    for source in form["inputs"]:
        is_array = source["fields"][0]["kind"] in arrays.KINDS
        read, build = (arrays.array, arrays.stack) if is_array else (partial(cell, decimal=sentences["decimal"]), tensor)
        values = []
        for index, row in enumerate(rows):
            for field in source["fields"]:
                try:
                    values.append(read(field, row.get(field["name"]), source))
                except InvalidValue as unfit:
                    refusals.append({"row": index, "field": field["name"], "message": sentence(sentences, field["label"], unfit)})
        built.append((build, values, source))
    if refusals:
        raise ValidationErrors(sorted(refusals, key=lambda refusal: refusal["row"]))
    feeds = {}
    for build, values, source in built:
        split = source["fields"][0].get("tokenizer")
        feeds |= tokenize.feeds(values, source, split) if split else {source["name"]: build(values, source, len(rows))}
    return feeds


def tensor(elements: list, source: Input, rows: int) -> np.ndarray:
    """The elements of one input as an array of its dtype and dims."""
    dtype = object if source["dtype"] == "string" else np.dtype(source["dtype"])
    return np.array(elements, dtype).reshape(dims(source["dims"], rows, len(source["fields"])))
