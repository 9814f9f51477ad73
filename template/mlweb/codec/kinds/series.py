"""A window of numbers [steps], the latest last. Twin of web/codec/kinds/series.js."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from mlweb.codec import types
from mlweb.codec.dtypes import FLOAT_MAX, FLOATS, NUMERIC
from mlweb.codec.kinds.base import ArrayField, InOrder, Strict, Words, fixed_batch, port_type
from mlweb.codec.kinds.number import fraction
from mlweb.codec.kinds.value_range import ValueRange
from mlweb.codec.languages import is_text
from mlweb.codec.refusal import InvalidValue
from mlweb.codec.series import read_series
from mlweb.codec.types import Dims, Input


def axis(given: Any) -> Any:
    """`Height` is short for `{label: Height}`."""
    return {"label": given} if isinstance(given, str) or is_text(given) else given


class Time(Strict):
    """The axis of a series: a series that is given ends at 0, one that goes on from it begins a step later."""

    label: Words | None = Field(default=None, description="The name of the axis with its unit, such as Hours from now.")
    step: float = Field(default=1, gt=0, description="From one number to the next, in that unit.")


TimeAxis = Annotated[Time, BeforeValidator(axis, json_schema_input_type=Time | Words)]


class Series(InOrder, ArrayField):
    """A window of numbers, the latest last: pasted, from a column of a file, or drawn. Where more are given, the last ones count."""

    rank: ClassVar[float] = 1

    kind: Literal["series"]
    time: TimeAxis | None = Field(default=None, description="The axis, or its label.")
    min: float | None = Field(default=None, description="Smaller numbers are refused.")
    max: float | None = Field(default=None, description="Larger numbers are refused.")

    def mismatches(self, dtype: str, dims: Dims) -> Iterator[str]:
        rank = len(dims)
        if dtype not in FLOATS or rank not in (1, 2, 3) or (rank == 3 and dims[2] != 1):
            yield f"kind series gives floats of the shape [N, window], [window] or [N, window, 1], the model takes {port_type(dtype, dims)}."
        elif rank > 1:
            yield from fixed_batch(dtype, dims)

    @classmethod
    def array(cls, field: types.Field, value: np.ndarray, source: Input) -> np.ndarray:
        """The last numbers, as many as the graph takes, or all; each a number within the field's limits. A column, where the graph takes one."""
        if value.dtype.name not in NUMERIC or value.ndim != 1:
            raise InvalidValue("series")
        wanted = window(source)
        if len(value) < (wanted or 1):
            raise InvalidValue("series_short", wanted=wanted or 1, given=len(value))
        kept = value.astype(np.float64)[-wanted if wanted else 0 :]
        for at, number in enumerate(kept.tolist(), len(value) - len(kept) + 1):
            if not math.isfinite(number):
                raise InvalidValue("series_nan", at=at)
            if abs(number) > FLOAT_MAX.get(source["dtype"], math.inf):
                raise InvalidValue("series_too_large", at=at, value=number, dtype=source["dtype"])
            if "min" in field and number < field["min"]:
                raise InvalidValue("series_min", at=at, value=number, min=field["min"])
            if "max" in field and number > field["max"]:
                raise InvalidValue("series_max", at=at, value=number, max=field["max"])
        return kept[:, None] if len(source["dims"]) == 3 else kept

    @classmethod
    def read(cls, path: Path, field: types.Field) -> np.ndarray:
        """float64 [steps], of a text file with a number a line, say; it has decimal points, or commas that can't be taken for thousands."""
        try:
            return np.array(read_series(path.read_text(encoding="utf-8"), "."), np.float64)
        except InvalidValue as unfit:
            line, text = unfit.filled["line"], unfit.filled["text"]
            raise ValueError(f'line {line}: "{text}" {"can be read in two ways" if unfit.code == "series_readings" else "is no number"}') from None

    @classmethod
    def made_up(cls, field: types.Field, source: Input, scope: ValueRange, generator: np.random.Generator) -> np.ndarray:
        length = window(source) or max(2, scope.size)
        return np.array([fraction(field.get("min"), field.get("max"), scope, generator) for _ in range(length)])

    @classmethod
    def odd_values(cls, field: types.Field, dtype: str) -> Sequence[tuple[str, Any]]:
        return [("one number", np.array([1.0])), ("a gap", np.array([1.0, np.nan]))]

    @classmethod
    def can_be_given(cls, field: types.Field, value: Any) -> bool:
        return isinstance(value, np.ndarray) and bool(np.isfinite(value).all())


def window(source: Input) -> int | None:
    """How many numbers of a series the graph takes; None for any number."""
    dims = source["dims"]
    return dims[1] if len(dims) == 3 else dims[-1] if dims else None
