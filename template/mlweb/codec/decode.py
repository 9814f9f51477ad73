"""Outputs -> results. Twin of web/codec/decode.js."""

import math
from collections.abc import Callable
from typing import cast

import numpy as np

from mlweb.codec.encode import shown
from mlweb.codec.types import ArrayKind, ArrayResult, Box, BoxesResult, ClassesResult, Form, Output, Result, Share, TextResult, ValueResult
from mlweb.errors import UserError

Part = Callable[[str], np.ndarray]  # one row of an array of the graph, by its name


def value(output: Output, part: Part) -> ValueResult:
    """The first element, a number, a label or a truth value; with the ends of its interval where the contract names them."""
    ends = [float(some(each, part)[0]) for each in output.get("interval", [])]
    result: ValueResult = {"kind": "value", "value": some(output["name"], part)[0]}
    return {**result, "interval": ends} if ends else result


def classes(output: Output, part: Part) -> ClassesResult:
    """Class names with their probabilities, the likeliest first; equal ones keep the contract's order.

    NaN among them has no rank: such a result says `nan`, and keeps the contract's order throughout.
    """
    names = output.get("classes", [])
    shares = some(output["name"], part, len(names))
    pairs: list[Share] = [{"label": label, "probability": share} for label, share in zip(names, shares, strict=True)]
    if any(map(math.isnan, shares)):
        return {"kind": "classes", "classes": pairs, "nan": True}
    return {"kind": "classes", "classes": sorted(pairs, key=lambda pair: -pair["probability"])}


def boxes(output: Output, part: Part) -> BoxesResult:
    """Boxes [x1, y1, x2, y2] in pixels of the input picture, the surest first, NaN last; equal ones keep the graph's order."""
    scores = elements(part(output.get("scores", "")))
    corners = np.reshape(some(output["name"], part, 4 * len(scores)), (-1, 4)).tolist()
    names = dict(enumerate(output.get("classes", [])))
    found = zip(corners, scores, some(output.get("labels", ""), part, len(scores)), strict=True)
    each: list[Box] = [{"label": names.get(index, shown(index)), "score": score, "box": box} for box, score, index in found]
    return {"kind": "boxes", "boxes": sorted(each, key=lambda one: math.inf if math.isnan(one["score"]) else -one["score"])}


def text(output: Output, part: Part) -> TextResult:
    """All strings of the output, one a line."""
    return {"kind": "text", "text": "\n".join(elements(part(output["name"])))}


def array(output: Output, part: Part) -> ArrayResult:
    """The array as it is."""
    return {"kind": cast("ArrayKind", output["kind"]), "array": part(output["name"])}


RESULTS = {"value": value, "classes": classes, "boxes": boxes, "text": text, "image": array, "audio": array, "tensor": array}


def output_names(form: Form) -> list[str]:
    """The outputs that the graph must give for a form: those shown, and those they refer to."""
    named = [[it["name"], *it.get("interval", []), it.get("scores"), it.get("labels")] for it in form["outputs"]]
    return list(dict.fromkeys(name for names in named for name in names if name is not None))


def decode(form: Form, outputs: dict[str, np.ndarray], rows: int = 1) -> list[dict[str, Result]]:
    """Results per row: output name -> result of its kind. `outputs` are the graph's arrays, `rows` first."""
    results = []
    for index in range(rows):

        def part(name: str, index: int = index) -> np.ndarray:
            return outputs[name] if rows == 1 else row(name, outputs[name], index, rows)

        results.append({output["name"]: RESULTS[output["kind"]](output, part) for output in form["outputs"]})
    return results


def row(name: str, array: np.ndarray, index: int, rows: int) -> np.ndarray:
    """One row; raises UserError when there are not as many as asked for."""
    if len(array) != rows:
        raise unexpected(name, len(array), rows)
    return array[index, ...]


def some(name: str, part: Part, count: int | None = None) -> list:
    """The elements of an array, as many as wanted, or at least one; raises UserError."""
    all_ = elements(part(name))
    if not all_ if count is None else len(all_) != count:
        raise unexpected(name, len(all_), 1 if count is None else count)
    return all_


def unexpected(name: str, got: int, wanted: int) -> UserError:
    """What is said when the graph gives another number of elements, or rows, than the contract leads to expect."""
    return UserError(f'Output "{name}" has {got} elements, but the page shows {wanted}: metadata.yml and the model do not match.')


def elements(part: np.ndarray) -> list:
    """An array's elements as plain values; whole numbers of 64 bits rounded to what JavaScript's numbers hold."""
    values = np.asarray(part).reshape(-1)
    return [int(float(each)) for each in values] if values.dtype.name in ("int64", "uint64") else values.tolist()
