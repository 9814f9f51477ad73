"""Sounds: float32 [samples] at the field's rate. Twin of web/codec/kinds/audio.js."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from mlweb.codec import types
from mlweb.codec.dtypes import FLOATS
from mlweb.codec.kinds.base import ArrayField, port_type
from mlweb.codec.kinds.value_range import ValueRange
from mlweb.codec.refusal import InvalidValue
from mlweb.codec.types import Dims, Input
from mlweb.errors import UserError


class Audio(ArrayField):
    rank: ClassVar[float] = 1

    kind: Literal["audio"]
    rate: int = Field(default=16_000, ge=8_000, le=96_000, description="Sample rate in Hz that the model expects.")
    seconds: float | None = Field(default=None, gt=0, description="Maximum length of a recording, in seconds.")

    def mismatches(self, dtype: str, dims: Dims) -> Iterator[str]:
        if dtype not in FLOATS or len(dims) not in (1, 2) or (len(dims) == 2 and dims[0] not in (None, 1)):
            yield f"kind audio gives floats of the shape [samples] or [1, samples], the model takes {port_type(dtype, dims)}."

    @classmethod
    def array(cls, field: types.Field, value: np.ndarray, source: Input) -> np.ndarray:
        """The samples; where the graph takes a fixed number, cut at the end or filled up with silence."""
        if value.dtype != np.float32 or value.ndim != 1:
            raise InvalidValue("sound")
        length = source["dims"][-1] if source["dims"] else None
        if length is None:
            return value
        return np.concatenate([value[:length], np.zeros(max(0, length - len(value)), np.float32)])

    @classmethod
    def read(cls, path: Path, field: types.Field) -> np.ndarray:
        """float32 [samples], the mean of all channels; the file must have the field's rate, because every resampler differs a little."""
        import soundfile  # only projects with sounds need it

        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        if rate != field.get("rate"):
            raise UserError(f"{path} has {rate} samples per second, but the contract says {field.get('rate')}: convert it.")
        return samples.mean(axis=1, dtype=np.float32)

    @classmethod
    def made_up(cls, field: types.Field, source: Input, scope: ValueRange, generator: np.random.Generator) -> np.ndarray:
        length = source["dims"][-1] or int(field.get("rate", 16_000) * min(field.get("seconds", 0.5), 0.5))
        return generator.normal(0, 0.1, length).clip(-1, 1).astype(np.float32)
