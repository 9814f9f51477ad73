"""Arrays among the values of a form: pictures, drawings, sounds, series and raw tensors. Twin of web/codec/arrays.js.

Such a field is the whole input of the graph. Its value is an array as a person gave it: a picture uint8 [height, width, 3 or 1],
a sound float32 [samples] at the field's rate, a series numbers [steps], the latest last, a tensor of any dtype and dims.
"""

import math
from typing import Any

import numpy as np

from mlweb.codec.dtypes import BOUNDS, FLOAT_MAX, NUMERIC
from mlweb.codec.refusal import InvalidValue
from mlweb.codec.types import Dims, Field, Input


def picture(field: Field, value: np.ndarray, source: Input) -> np.ndarray:
    """A picture with as many channels as the graph takes; [height, width] for a graph that takes no channels."""
    if value.dtype != np.uint8 or value.ndim != 3 or value.shape[2] not in (1, 3):
        raise InvalidValue("picture")
    channels = source["dims"][-1] if len(source["dims"]) > 2 else 0
    if value.shape[2] == 3 and channels in (0, 1):
        value = gray(value)
    if value.shape[2] == 1 and channels in (None, 3):
        value = np.repeat(value, 3, axis=2)
    return value if channels != 0 else value[:, :, 0]


def gray(pixels: np.ndarray) -> np.ndarray:
    """uint8 [height, width, 3] -> [height, width, 1]: the luma of ITU-R BT.601 in 16-bit fixed point, as Pillow's convert("L") has it."""
    red, green, blue = (pixels[:, :, index : index + 1].astype(np.uint32) for index in range(3))
    return ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16).astype(np.uint8)


def sound(field: Field, value: np.ndarray, source: Input) -> np.ndarray:
    """The samples; where the graph takes a fixed number, cut at the end or filled up with silence."""
    if value.dtype != np.float32 or value.ndim != 1:
        raise InvalidValue("sound")
    length = source["dims"][-1] if source["dims"] else None
    if length is None:
        return value
    return np.concatenate([value[:length], np.zeros(max(0, length - len(value)), np.float32)])


def window(source: Input) -> int | None:
    """How many numbers of a series the graph takes; None for any number."""
    dims = source["dims"]
    return dims[1] if len(dims) == 3 else dims[-1] if dims else None


def series(field: Field, value: np.ndarray, source: Input) -> np.ndarray:
    """The last numbers of a series, as many as the graph takes, or all; each a number within the field's limits. A column, where the graph takes one."""
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


def raw(field: Field, value: np.ndarray, source: Input) -> np.ndarray:
    """Any array whose elements the graph's dtype can hold."""
    dtype = source["dtype"]
    if (dtype == "string") != (value.dtype.kind in "OU"):
        raise InvalidValue("dtype", dtype=dtype)
    if "int" in dtype and value.dtype.name != dtype:
        low, high = BOUNDS.get(dtype, (-(2**53) + 1, 2**53 - 1))
        if value.size and (not np.isfinite(value).all() or (value != np.floor(value)).any() or value.min() < low or value.max() > high):
            raise InvalidValue("whole_dtype", dtype=dtype)
    return value


KINDS = {"image": picture, "drawing": picture, "audio": sound, "series": series, "tensor": raw}


def array(field: Field, value: Any, source: Input) -> np.ndarray:
    """One value as the graph takes it, without a batch dim; raises InvalidValue."""
    if not isinstance(value, np.ndarray):
        raise InvalidValue("empty")
    value, shape = KINDS[field["kind"]](field, value, source), source["dims"]
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
