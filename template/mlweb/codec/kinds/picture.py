"""Pictures: uint8 [height, width, 3 or 1], photographed, dropped or drawn. Twin of web/codec/kinds/picture.js."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import PIL.Image
import PIL.ImageOps

from mlweb.codec import types
from mlweb.codec.dtypes import NUMERIC
from mlweb.codec.kinds.base import ArrayField, fixed_batch, port_type
from mlweb.codec.kinds.value_range import ValueRange
from mlweb.codec.refusal import InvalidValue
from mlweb.codec.types import Dims, Input

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")  # pictures that every browser reads


class Picture(ArrayField):
    """A picture, wherever it comes from."""

    rank: ClassVar[float] = 3
    kind: Any

    def mismatches(self, dtype: str, dims: Dims) -> Iterator[str]:
        if dtype not in NUMERIC:
            yield f"kind {self.kind} needs a numeric input, the model's is {dtype}."
        if len(dims) not in (2, 3, 4) or (len(dims) > 2 and dims[-1] not in (None, 1, 3)):
            yield (
                f"kind {self.kind} gives bytes of the shape [height, width, channels] with 1 or 3 channels, the model takes {port_type(dtype, dims)}: "
                "resize, scale and turn them inside the graph."
            )
        elif len(dims) == 4:
            yield from fixed_batch(dtype, dims)

    @classmethod
    def array(cls, field: types.Field, value: np.ndarray, source: Input) -> np.ndarray:
        """A picture with as many channels as the graph takes; [height, width] for a graph that takes no channels."""
        if value.dtype != np.uint8 or value.ndim != 3 or value.shape[2] not in (1, 3):
            raise InvalidValue("picture")
        channels = source["dims"][-1] if len(source["dims"]) > 2 else 0
        if value.shape[2] == 3 and channels in (0, 1):
            value = gray(value)
        if value.shape[2] == 1 and channels in (None, 3):
            value = np.repeat(value, 3, axis=2)
        return value if channels != 0 else value[:, :, 0]

    @classmethod
    def read(cls, path: Path, field: types.Field) -> np.ndarray:
        """uint8 [height, width, 3], turned as its EXIF orientation says, on white where it is transparent; colour profiles are left alone."""
        # Warnings are of odd metadata and of many pixels; too many are an error by themselves.
        with warnings.catch_warnings(action="ignore"), PIL.Image.open(path, formats=FORMATS) as opened:
            turned = PIL.ImageOps.exif_transpose(opened)
            if turned.mode.startswith("I;16"):  # 16 bits of gray, which Pillow would cut off at 255
                turned = PIL.Image.fromarray((np.array(turned) >> 8).astype(np.uint8))
            turned = turned.convert("RGBA")
            paper = PIL.Image.new("RGBA", turned.size, "white")
            return np.array(PIL.Image.alpha_composite(paper, turned).convert("RGB"))

    @classmethod
    def is_limited(cls, field: types.Field) -> bool:
        return True

    @classmethod
    def made_up(cls, field: types.Field, source: Input, scope: ValueRange, generator: np.random.Generator) -> np.ndarray:
        """Bytes between two gray values, so that pictures differ in more than their noise."""
        dims = source["dims"]
        whole = dims[1:] if len(dims) == 4 else dims
        height, width, channels = [*whole, 1][:3]
        low, high = sorted(generator.integers(0, 256, 2))
        shape = height or max(16, scope.size), width or max(16, scope.size), channels or 3
        return scope.drawn(lambda dims: generator.integers(low, high, dims, np.uint8, endpoint=True), shape)


class Image(Picture):
    kind: Literal["image"]


class Drawing(Picture):
    kind: Literal["drawing"]


def gray(pixels: np.ndarray) -> np.ndarray:
    """uint8 [height, width, 3] -> [height, width, 1]: the luma of ITU-R BT.601 in 16-bit fixed point, as Pillow's convert("L") has it."""
    red, green, blue = (pixels[:, :, index : index + 1].astype(np.uint32) for index in range(3))
    return ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16).astype(np.uint8)
