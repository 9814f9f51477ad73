"""Outputs -> results. Twin of web/codec/decode.js."""

import math
from collections.abc import Callable
from typing import cast

import numpy as np

from mlweb.codec import nearest as nearest_texts
from mlweb.codec.dtypes import EXACT, FLOATS
from mlweb.codec.scalars import shown
from mlweb.codec.types import (
    Alike,
    Area,
    ArrayKind,
    ArrayResult,
    Box,
    BoxesResult,
    ClassesResult,
    Course,
    Form,
    LabelResult,
    MaskResult,
    NearestResult,
    Output,
    Result,
    Score,
    SeriesResult,
    Share,
    TextResult,
    ValueResult,
    ValuesKind,
    ValuesResult,
)
from mlweb.errors import UserError

Part = Callable[[str], np.ndarray]  # one row of an array of the graph, by its name

COURSE = tuple(Course.__annotations__)
PROBABILITY_SLACK = 1e-4  # how far outside 0..1 rounding may put a probability


def value(output: Output, part: Part) -> ValueResult:
    """The one element, a number, a label or a truth value; with the ends of its interval where the contract names them."""
    ends = [some(each, part, 1)[0] for each in output.get("interval", [])]
    result: ValueResult = {"kind": "value", "value": some(output["name"], part, 1)[0]}
    return {**result, "interval": [end if isinstance(end, str) else float(end) for end in ends]} if ends else result


def values(output: Output, part: Part) -> ValuesResult:
    """Each of the named numbers, in the contract's order."""
    names = [each["name"] for each in output.get("values", [])]
    found = some(output["name"], part, len(names))
    return {"kind": cast("ValuesKind", output["kind"]), "values": [{"name": name, "value": one} for name, one in zip(names, found, strict=True)]}


def label(output: Output, part: Part) -> LabelResult:
    """The one element, and its name in the contract; one that has none is its own name."""
    names = {each["value"]: each["label"] for each in output.get("names", [])}
    [element] = some(output["name"], part, 1)
    return {"kind": "label", "value": element, "label": names.get(shown(element), shown(element))}


def classes(output: Output, part: Part) -> ClassesResult:
    """Class names with their probabilities, or scores, the highest first; equal ones keep the contract's order.

    Numbers that are not what they are said to be make the result `invalid`: NaN has no rank, so the contract's order stays throughout;
    a number outside 0..1 is a score, and no probability.
    """
    names = output.get("classes", [])
    pairs = list(zip(names, some(output["name"], part, len(names)), strict=True))
    is_nan = any(math.isnan(number) for _, number in pairs)
    ranked = pairs if is_nan else sorted(pairs, key=lambda pair: -pair[1])
    scored = output.get("scored", False)
    shares: list[Share] | list[Score] = (
        [{"label": label, "score": number} for label, number in ranked] if scored else [{"label": label, "probability": number} for label, number in ranked]
    )
    result: ClassesResult = {"kind": "classes", "classes": shares}
    if is_nan:
        return {**result, "invalid": "nan"}
    fits = scored or all(-PROBABILITY_SLACK <= number <= 1 + PROBABILITY_SLACK for _, number in pairs)
    return result if fits else {**result, "invalid": "scores"}


def boxes(output: Output, part: Part) -> BoxesResult:
    """Boxes [x1, y1, x2, y2] in pixels of the input picture, the surest first, NaN last; equal ones keep the graph's order."""
    scores = [float(each) for each in elements(part(output.get("scores", "")))]
    corners = np.reshape(some(output["name"], part, 4 * len(scores)), (-1, 4)).tolist()
    names = dict(enumerate(output.get("classes", [])))
    found = zip(corners, scores, some(output.get("labels", ""), part, len(scores)), strict=True)
    each: list[Box] = [{"label": names.get(index, shown(index)), "score": score, "box": box} for box, score, index in found]
    return {"kind": "boxes", "boxes": sorted(each, key=lambda one: math.inf if math.isnan(one["score"]) else -one["score"])}


def mask(output: Output, part: Part) -> MaskResult:
    """The class of each pixel, [height, width], and how much of the picture each class has, the largest first, equal ones by their numbers.

    Floats [classes, height, width] are scores: in each pixel the highest counts, of equal ones the first; where one is NaN, the pixel has no
    class, which is -1. Whole numbers [height, width] are classes as they are; one without a name is called by its number.
    """
    names, given = output.get("classes", []), part(output["name"])
    is_scores = given.dtype.name in FLOATS
    *leading, height, width = (1, 1, *given.shape)
    layers, wanted = math.prod(leading) if given.size else 0, max(len(names), 1) if is_scores else 1
    if layers != wanted:
        raise unexpected(output["name"], layers, wanted)
    planes = given.reshape(wanted, height, width)
    pixels = np.where(np.isnan(planes).any(axis=0), -1, planes.argmax(axis=0)).astype(np.int32) if is_scores else planes[0]
    counted = sorted(zip(*(each.tolist() for each in np.unique(pixels, return_counts=True)), strict=True), key=lambda pair: (-pair[1], pair[0]))
    called = {-1: "NaN"} if is_scores else {}
    called |= dict(enumerate(names))
    areas: list[Area] = [
        {"label": called.get(number, str(int(number))), "number": exact(int(number)), "share": count / pixels.size} for number, count in counted
    ]
    return {"kind": "mask", "array": pixels, "classes": areas}


def text(output: Output, part: Part) -> TextResult:
    """All strings of the output, one a line; with how many tokens it has, and how it came about, where the contract names them."""
    result: TextResult = {"kind": "text", "text": "\n".join(elements(part(output["name"])))}
    if "tokens" in output:
        result["tokens"] = len(elements(part(output["tokens"])))
    if "context" in output:
        result["context"] = cast("Course", dict(zip(COURSE, map(int, some(output["context"], part, len(COURSE))), strict=True)))
    return result


def series(output: Output, part: Part) -> SeriesResult:
    """All numbers of the output, in order; with the ends of the interval of each where the contract names them."""
    values = [float(each) for each in some(output["name"], part)]
    ends = [[float(each) for each in some(name, part, len(values))] for name in output.get("interval", [])]
    return {"kind": "series", "values": values, "interval": ends} if ends else {"kind": "series", "values": values}


def nearest(output: Output, part: Part) -> NearestResult:
    """The texts of a list that are the most alike, the best first; none where the vector is of no direction (NaN)."""
    texts, vectors, _ = nearest_texts.lists[output.get("items", {}).get("sha256", "")]
    vector = part(output["name"])
    if vector.size != vectors.shape[1]:
        raise unexpected(output["name"], vector.size, vectors.shape[1])
    found = nearest_texts.similarities(vector.reshape(-1), vectors)
    if np.isnan(found).any():
        return {"kind": "nearest", "nearest": [], "array": vector, "invalid": "nan"}
    best = nearest_texts.ranked(found, output.get("top", 0))
    alike: list[Alike] = [{"text": texts[index], "index": index, "similarity": float(found[index])} for index in best]
    return {"kind": "nearest", "nearest": alike, "array": vector}


def array(output: Output, part: Part) -> ArrayResult:
    """The array as it is."""
    return {"kind": cast("ArrayKind", output["kind"]), "array": part(output["name"])}


RESULTS = {
    "value": value,
    "values": values,
    "label": label,
    "point": values,
    "classes": classes,
    "boxes": boxes,
    "mask": mask,
    "text": text,
    "image": array,
    "audio": array,
    "series": series,
    "nearest": nearest,
    "tensor": array,
}


def output_names(form: Form) -> list[str]:
    """The outputs that the graph must give for a form: those shown, and those they refer to."""
    named = [[it["name"], *it.get("interval", []), it.get("scores"), it.get("labels"), it.get("tokens"), it.get("context")] for it in form["outputs"]]
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
    """An array's elements as plain values; a whole number that JavaScript's numbers do not hold exactly as text."""
    return [exact(each) if type(each) is int else each for each in np.asarray(part).reshape(-1).tolist()]


def exact(number: int) -> int | str:
    """A whole number; as text where JavaScript's numbers do not hold it exactly."""
    return str(number) if abs(number) > EXACT else number
