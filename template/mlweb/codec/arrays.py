"""Arrays among the values of a form, of any kind in ARRAYS: a picture, say. Such a field is a whole input of the graph. Twin of web/codec/arrays.js."""

from typing import Any

import numpy as np

from mlweb.codec.kinds import ARRAYS
from mlweb.codec.refusal import InvalidValue
from mlweb.codec.types import Dims, Field, Input


def array(field: Field, value: Any, source: Input) -> np.ndarray:
    """One value as the graph takes it, without a batch dim; raises InvalidValue."""
    if not isinstance(value, np.ndarray):
        raise InvalidValue("empty")
    value, shape = ARRAYS[field["kind"]].array(field, value, source), source["dims"]
    row = shape[1:] if len(shape) == value.ndim + 1 else shape
    if len(row) != value.ndim or any(wanted not in (None, there) for wanted, there in zip(row, value.shape, strict=True)):
        raise InvalidValue("dims", wanted=row, given=list(value.shape))
    if value.dtype.name in ("int64", "uint64") and source["dtype"] == "float32":
        value = value.astype(np.float64)  # rounded twice, as JavaScript does, whose numbers are doubles
    return value if source["dtype"] == "string" else value.astype(source["dtype"])


def words(dims: Dims, sentences: dict[str, str]) -> str:
    """`28 × 28 × any`."""
    return " × ".join(sentences["any"] if dim is None else str(dim) for dim in dims) or sentences["single"]


def stack(values: list[np.ndarray], source: Input, rows: int) -> np.ndarray:
    """The arrays of all rows as one tensor; a graph without a batch dim takes one row only."""
    if len(source["dims"]) == values[0].ndim + 1:
        return np.stack(values)
    if rows > 1:
        raise ValueError("this graph takes one row at a time")
    return values[0]
