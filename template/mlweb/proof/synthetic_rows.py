"""Rows that nobody brought: values made up within a form's own limits, so that a graph that came without data can be run.

They prove that two runtimes compute the same; they say nothing about how good a model is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from time import monotonic

import numpy as np
import onnxruntime

from mlweb.codec.arrays import KINDS as ARRAYS
from mlweb.codec.decode import output_names
from mlweb.codec.dtypes import BOUNDS, FLOATS
from mlweb.codec.encode import encode
from mlweb.codec.types import Dims, Field, Form, Input, Row
from mlweb.contract import check

COUNT = 20
TIMEOUT_SECONDS = 30  # seconds after which a slow model's first rows will do

WORDS = ("yes", "a good day", "not bad at all", "Zürich", "déjà vu", "42", "the quick brown fox", "東京")

Tried = tuple[Row, dict[str, np.ndarray], dict[str, np.ndarray]]  # a row, the feeds it becomes, the outputs


@dataclass(frozen=True)
class ValueRange:
    """How large made-up values are: dims left open (the first one apart, it may count rows), whole numbers, floats."""

    first: int
    size: int
    whole: int
    spread: float


SIZES = [(1, 4), (4, 4), (1, 1), (1, 2), (1, 8), (1, 32), (1, 64), (1, 224), (2, 3)]
VALUES = [(10, 1.0), (2, 1.0), (100, 10.0), (1, 100.0), (1000, 1000.0)]


def scopes(form: Form) -> Iterator[ValueRange]:
    """Those worth a try, the likeliest first; sizes only where the graph leaves dims open."""
    is_open = any(None in source["dims"] for source in form["inputs"] if source["fields"][0]["kind"] in ARRAYS)
    for (first, size), (whole, spread) in product(SIZES if is_open else SIZES[:1], VALUES):
        yield ValueRange(first, size, whole, spread)


def generate(form: Form, session: onnxruntime.InferenceSession, count: int) -> list[Tried]:
    """As many rows as the model computes, no two runs of it alike where that can be had; none when it computes none of them."""
    best: list[Tried] = []
    end, late = monotonic() + TIMEOUT_SECONDS, False
    for scope in scopes(form):
        generator = np.random.default_rng(0)
        tried: list[Tried] = []
        for _ in range(2 * count):
            if (one := try_row(form, session, row(form, scope, generator))) is not None:
                tried.append(one)
            late = monotonic() > end and len(tried) > 1
            if len(tried) == count or not tried or late:
                break
        if (len(tried) == count or late) and varying(tried) > varying(best):
            best = tried
        if best and (late or varying(best) == len(best[0][2])):
            break
    return best


def row(form: Form, scope: ValueRange, generator: np.random.Generator) -> Row:
    """A made-up row: field name -> value."""
    return {field["name"]: value(field, source, scope, generator) for source in form["inputs"] for field in source["fields"]}


def try_row(form: Form, session: onnxruntime.InferenceSession, row: Row) -> Tried | None:
    """What the model computes for one row; None when the form or the model refuses it."""
    try:
        return computed(form, session, row)
    except Exception:  # onnxruntime's exceptions share no base class of their own
        return None


def computed(form: Form, session: onnxruntime.InferenceSession, row: Row) -> Tried:
    """What the model computes for one row; raises what the form or the runtime raises."""
    feeds = encode(form, [row])
    return row, feeds, check.compute(session, output_names(form), feeds)


def varying(tried: list[Tried]) -> float:
    """How many outputs are not the same in all runs; half a point for having run at all."""
    if not tried:
        return 0
    first, *others = (outputs for _, _, outputs in tried)
    differ = sum(any(not same(output, other[name]) for other in others) for name, output in first.items())
    return differ or 0.5


def same(left: np.ndarray, right: np.ndarray) -> bool:
    """Whether two outputs are equal; NaN equals NaN."""
    left, right = np.asarray(left), np.asarray(right)
    return left.shape == right.shape and np.array_equal(left, right, equal_nan=left.dtype.kind == "f")


def value(field: Field, source: Input, scope: ValueRange, generator: np.random.Generator):
    """A made-up value of one field."""
    match field["kind"]:
        case "number" | "integer":
            low, high = field.get("min"), field.get("max")
            if field["kind"] == "integer" and low is high is None and source["dims"] in ([], [1]):
                return field.get("default", 1)  # a lone whole number is an axis or a count, and odd ones can keep a runtime busy for ever
            return number(field["kind"], low, high, source["dtype"], scope, generator)
        case "choice":
            choices = field.get("choices", [])
            return choices[generator.integers(len(choices))]["value"]
        case "toggle":
            return bool(generator.integers(2))
        case "text":
            return words(generator)
        case "image" | "drawing":
            return picture(source["dims"], scope, generator)
        case "audio":
            length = source["dims"][-1] or int(field.get("rate", 16_000) * min(field.get("seconds", 0.5), 0.5))
            return generator.normal(0, 0.1, length).clip(-1, 1).astype(np.float32)
    return tensor(source, scope, generator)


def number(kind: str, low: float | None, high: float | None, dtype: str, scope: ValueRange, generator: np.random.Generator) -> float:
    """A number within the field's limits, with few enough digits to be typed."""
    is_whole = kind == "integer"
    spread = scope.whole if is_whole else scope.spread
    if low is None:
        low = 0 if is_whole else -spread
        low = low if high is None or high > low else high - spread
    if high is None:
        high = low + (spread if is_whole else 2 * spread)
    if is_whole:
        return int(generator.integers(int(low), int(min(high, BOUNDS.get(dtype, (0, high))[1])), endpoint=True))
    return float(np.clip(float(f"{generator.uniform(low, high):.4g}"), low, high))


def words(generator: np.random.Generator) -> str:
    return " ".join(generator.choice(WORDS, generator.integers(1, 4)))


def picture(dims: Dims, scope: ValueRange, generator: np.random.Generator) -> np.ndarray:
    """Bytes between two gray values, so that pictures differ in more than their noise."""
    whole = dims[1:] if len(dims) == 4 else dims
    height, width, channels = [*whole, 1][:3]
    low, high = sorted(generator.integers(0, 256, 2))
    shape = height or max(16, scope.size), width or max(16, scope.size), channels or 3
    return generator.integers(low, high, shape, np.uint8, endpoint=True)


def tensor(source: Input, scope: ValueRange, generator: np.random.Generator) -> np.ndarray:
    """An array of the graph's dtype and rank, its batch dim included."""
    dtype = source["dtype"]
    firsts = [scope.first if len(source["dims"]) > 1 else scope.size, *[scope.size] * len(source["dims"])]
    shape = [wanted if dim is None else dim for dim, wanted in zip(source["dims"], firsts, strict=False)]
    if dtype in FLOATS:
        return generator.normal(0, scope.spread, shape).astype(dtype)
    if dtype == "bool":
        return generator.integers(0, 2, shape).astype(bool)
    if dtype == "string":
        return np.array([words(generator) for _ in range(int(np.prod(shape)))], object).reshape(shape)
    return generator.integers(0, min(scope.whole, BOUNDS.get(dtype, (0, scope.whole))[1]), shape, endpoint=True).astype(dtype)
