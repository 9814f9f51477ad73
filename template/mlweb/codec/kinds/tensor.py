"""Any array of the graph's own dtype. Twin of web/codec/kinds/tensor.js."""

import json
import math
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from mlweb.codec import types
from mlweb.codec.dtypes import BOUNDS, FLOATS
from mlweb.codec.kinds.base import ArrayField
from mlweb.codec.kinds.text import words
from mlweb.codec.kinds.value_range import ValueRange
from mlweb.codec.refusal import InvalidValue
from mlweb.codec.types import Input


class Tensor(ArrayField):
    rank: ClassVar[float] = math.inf  # so that its graph takes one row a run

    kind: Literal["tensor"]

    @classmethod
    def array(cls, field: types.Field, value: np.ndarray, source: Input) -> np.ndarray:
        """Any array whose elements the graph's dtype can hold."""
        dtype = source["dtype"]
        if (dtype == "string") != (value.dtype.kind in "OU"):
            raise InvalidValue("dtype", dtype=dtype)
        if "int" in dtype and value.dtype.name != dtype:
            low, high = BOUNDS.get(dtype, (-(2**53) + 1, 2**53 - 1))
            if value.size and (not np.isfinite(value).all() or (value != np.floor(value)).any() or value.min() < low or value.max() > high):
                raise InvalidValue("whole_dtype", dtype=dtype)
        return value

    @classmethod
    def read(cls, path: Path, field: types.Field) -> np.ndarray:
        """The array of a .npy file, or of nested lists in a JSON file (float64, or text)."""
        if path.suffix == ".npy":
            given = np.load(path, allow_pickle=False)
            if given.dtype.kind not in "biufUO":
                raise ValueError(f"it holds {given.dtype}, and a page takes whole numbers, fractions, booleans and text")
            return given
        given = np.array(json.loads(path.read_text(encoding="utf-8")))
        return given.astype(object if given.dtype.kind == "U" else np.float64)

    @classmethod
    def made_up(cls, field: types.Field, source: Input, scope: ValueRange, generator: np.random.Generator) -> np.ndarray:
        """An array of the graph's dtype and rank, its batch dim included."""
        dtype = source["dtype"]
        rank = len(source["dims"])
        rows = [rank > 1 and (at == 0 or (source["name"], at) in scope.batch) for at in range(rank)]
        shape = [dim if dim is not None else scope.first if is_rows else scope.size for dim, is_rows in zip(source["dims"], rows, strict=True)]
        if dtype in FLOATS:
            return scope.drawn(lambda dims: generator.normal(0, scope.spread, dims).astype(dtype), shape)
        if dtype == "bool":
            return generator.integers(0, 2, shape).astype(bool)
        if dtype == "string":
            return np.array([words(scope, generator) for _ in range(int(np.prod(shape)))], object).reshape(shape)
        highest = min(scope.whole, BOUNDS.get(dtype, (0, scope.whole))[1])
        return scope.drawn(lambda dims: generator.integers(0, highest, dims, endpoint=True).astype(dtype), shape)
