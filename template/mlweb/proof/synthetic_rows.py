"""Rows that nobody brought: values made up within a form's own limits, so that a graph that came without data can be run.

They prove that two runtimes compute the same; they say nothing about how good a model is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from time import monotonic

import numpy as np

from mlweb import runner
from mlweb.codec.decode import output_names
from mlweb.codec.encode import encode
from mlweb.codec.kinds import ARRAYS, KINDS
from mlweb.codec.kinds.value_range import WORDS, ValueRange
from mlweb.codec.types import Field, Form, Input, Row
from mlweb.errors import first_line
from mlweb.graph.carried import Carried

COUNT = 20
TIMEOUT_SECONDS = 30  # seconds after which a slow model's first rows will do

Tried = tuple[Row, dict[str, np.ndarray], dict[str, np.ndarray]]  # a row, the feeds it becomes, the outputs


SIZES = [(1, 4), (4, 4), (1, 1), (1, 2), (1, 8), (1, 32), (1, 64), (1, 224), (2, 3), (64, 64)]
VALUES = [(10, 1.0), (2, 1.0), (100, 10.0), (1, 100.0), (1000, 1000.0)]
PICTURE_SIZES, LARGEST_PICTURE = (4, 32, 64, 224), 1024  # pixels a side, where the graph leaves that open
GAPS = 8  # of so many values that may be missing, one is


def scopes(form: Form, carried: Carried | None = None) -> Iterator[ValueRange]:
    """Those worth a try, the likeliest first; sizes only where the graph leaves dims open, at last those that it speaks of itself."""
    carried = carried or Carried()
    known = (*WORDS, *carried.words), carried.batch
    fields = [(each["name"], column) for it in form["inputs"] for each, column in zip(it["fields"], carried.columns.get(it["name"], []), strict=False)]
    reach = {name: ends for name, column in fields if (ends := column.reach()) is not None}
    is_open = any(None in source["dims"] for source in form["inputs"] if source["fields"][0]["kind"] in ARRAYS)
    if all(KINDS[field["kind"]].is_limited(field) for source in form["inputs"] for field in source["fields"]):  # so that other values are no others
        picture_sizes = [*PICTURE_SIZES, *(size for size in carried.sizes if size <= LARGEST_PICTURE)]
        for size in picture_sizes if is_open else PICTURE_SIZES[:1]:
            yield ValueRange(1, size, *VALUES[0], *known, reach)
        return
    for (first, size), (whole, spread) in product(SIZES if is_open else SIZES[:1], VALUES):
        yield ValueRange(first, size, whole, spread, *known, reach if (whole, spread) == VALUES[0] else {})
    for size in carried.sizes if is_open else ():
        yield ValueRange(1, size, *VALUES[0], *known)


def generate(form: Form, session: runner.Session, count: int, carried: Carried | None = None, first: Sequence[Tried] = (), block: int = 1) -> list[Tried]:
    """As many rows as the model computes, no two runs of it alike where that can be had; none when it computes none of them.

    carried: what the graph knows of its inputs; first: rows to begin with; block: of ValueRange.
    """
    best: list[Tried] = [*first]
    end, late = monotonic() + TIMEOUT_SECONDS, False
    for scope in scopes(form, carried):
        generator = np.random.default_rng(0)
        tried: list[Tried] = [*first]
        for _ in range(2 * count):
            if (one := try_row(form, session, row(form, replace(scope, block=block), generator))) is not None:
                tried.append(one)
            late = monotonic() > end and len(tried) > 1
            if len(tried) >= count or len(tried) == len(first) or late:
                break
        if (len(tried) >= count or late) and (varying(tried) > varying(best) or len(best) == len(first)):
            best = tried
        if len(best) > len(first) and (late or varying(best) == len(best[0][2])):
            break
    return best


def refusal(form: Form, session: runner.Session, row: Row) -> str:
    """Why a row can't be computed, as the form or the runtime says it; "" when it can."""
    try:
        computed(form, session, row)
    except runner.Stopped:
        raise
    except Exception as error:  # the form's, the runtime's, or what odd values do to numpy
        return first_line(error)
    return ""


def row(form: Form, scope: ValueRange, generator: np.random.Generator) -> Row:
    """A made-up row: field name -> value."""
    return {field["name"]: value(field, source, scope, generator) for source in form["inputs"] for field in source["fields"]}


def try_row(form: Form, session: runner.Session, row: Row) -> Tried | None:
    """What the model computes for one row; None when the form or the model refuses it."""
    try:
        return computed(form, session, row)
    except runner.Stopped:
        raise
    except Exception:  # the form's, the runtime's, or what odd values do to numpy
        return None


def computed(form: Form, session: runner.Session, row: Row) -> Tried:
    """What the model computes for one row; raises what the form or the runtime raises."""
    feeds = encode(form, [row])
    return row, feeds, runner.compute(session, output_names(form), feeds)


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
    """A made-up value of one field; None now and then, where it may be missing."""
    if field.get("missing") in ("nan", "empty") and generator.integers(GAPS) == 0:
        return None
    return KINDS[field["kind"]].made_up(field, source, scope, generator)
