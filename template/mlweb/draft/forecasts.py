"""Outputs that go on from a window of numbers, with the band around them; and inputs that may be such a window, but do not say so."""

import re
from collections.abc import Iterator

import numpy as np

from mlweb.codec.dtypes import FLOATS
from mlweb.graph import guess
from mlweb.graph.onnx_file import Signature
from mlweb.proof.synthetic_rows import Tried

LONG = 24  # numbers of one input that are rarely as many measurements
LOWER = re.compile(r"(?<![a-z])(lower|low|lo|min)(?![a-z])", re.IGNORECASE)
UPPER = re.compile(r"(?<![a-z])(upper|high|hi|max)(?![a-z])", re.IGNORECASE)


def forecasts(signature: Signature, inputs: dict, outputs: dict, tried: list[Tried]) -> tuple[dict[str, dict], set[str]]:
    """The outputs that are series, as a contract shows them, and those that are the ends of their bands, which are not shown by themselves.

    Only of a graph that takes one series. An output goes on from it when it is called a forecast, or when it lies between two others that are
    called its bounds, in each row that was computed.
    """
    windows = [name for name, given in inputs.items() if given.get("kind") == "series"]
    rows = {name for name, shown in outputs.items() if shown["kind"] in ("tensor", "values") and is_row(name, signature)}
    if len(windows) != 1:
        return {}, set()
    bands: dict[str, list[str]] = {}
    lower, upper = ([name for name in rows if says.search(name)] for says in (LOWER, UPPER))
    middle = [name for name in rows if name not in (*lower, *upper)]
    if len(lower) == len(upper) == len(middle) == 1 and tried and lies_between(middle[0], lower[0], upper[0], tried):
        bands[middle[0]] = [lower[0], upper[0]]
    named = [name for name in middle if guess.is_series(signature.outputs[name], guess.FORECAST)]
    found = {name: {"kind": "series", "after": windows[0], **({"interval": bands[name]} if name in bands else {})} for name in {*named, *bands}}
    return found, {end for name in bands for end in bands[name]}


def is_row(name: str, signature: Signature) -> bool:
    """Whether an output is one row of several floats."""
    port = signature.outputs[name]
    dims = port.dims or []
    return port.dtype in FLOATS and len(dims) == 2 and dims[0] in (None, 1) and dims[1] not in (0, 1)


def lies_between(middle: str, lower: str, upper: str, tried: list[Tried]) -> bool:
    """Whether an output never leaves the band between two others, which is not always empty."""
    for _, _, outputs in tried:
        low, here, high = (outputs[name] for name in (lower, middle, upper))
        if not low.shape == here.shape == high.shape or not ((low <= here) & (here <= high)).all():
            return False
    return any(bool(np.any(outputs[lower] < outputs[upper])) for _, _, outputs in tried)


def windows(inputs: dict) -> Iterator[str]:
    """What to know of inputs that are taken for series, by their names."""
    for name, given in inputs.items():
        if given.get("kind") == "series":
            yield f'"{name}" is taken for one quantity at many times, the latest last: if its numbers are several quantities, give it fields.'
            if given.get("min") == 0:
                yield f'"{name}" takes no negative numbers (min: 0), because for every row with some the model gave NaN.'


def unsure(inputs: dict, outputs: dict) -> Iterator[str]:
    """What to ask of an input with so many numbers that they may be a window of one, or that is called one, its order unsaid."""
    if any(shown["kind"] == "classes" for shown in outputs.values()):
        return
    for name, given in inputs.items():
        fields = given.get("fields", {})
        if (len(fields) >= LONG or (fields and guess.LAGS.search(name))) and all(field["kind"] == "number" for field in fields.values()):
            yield f'"{name}" takes {len(fields)} numbers: if they are one quantity at as many times, the latest last, write {{kind: series}} instead.'
