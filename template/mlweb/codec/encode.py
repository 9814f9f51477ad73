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
from mlweb.codec.kinds import ARRAYS, SCALARS
from mlweb.codec.refusal import InvalidValue, Refusal, ValidationErrors
from mlweb.codec.scalars import WHITE, shown, worded
from mlweb.codec.types import Dims, Field, Form, Input, Row, Scalar


def sentence(sentences: dict[str, str], label: str, unfit: InvalidValue) -> str:
    """Why a value can't be taken, in the form's language."""
    filled = {"label": label, **unfit.filled}

    def fill(name: re.Match) -> str:
        value = filled[name[1]]
        return arrays.words(value, sentences) if isinstance(value, list) else worded(value, sentences["decimal"])

    return re.sub(r"\{(\w+)\}", fill, sentences[unfit.code])


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
    element = SCALARS[field["kind"]].element(field, value, dtype, decimal)
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
        is_array = source["fields"][0]["kind"] in ARRAYS
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
