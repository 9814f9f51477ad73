"""A GGUF file, which holds a model as llama.cpp runs it: its header, which says all that is known of the model but its weights.

The format is in https://github.com/ggml-org/ggml/blob/master/docs/gguf.md: numbers are little-endian, a text is its length and its bytes.
"""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mlweb import files
from mlweb.errors import UserError

MAGIC, VERSIONS = b"GGUF", (2, 3)
NUMBERS = ("B", "b", "H", "h", "I", "i", "f", "?", "", "", "Q", "q", "d")  # by the number of a type
TEXT, LIST = 8, 9
FULL = {0, 1, 28, 30}  # the types of weights that are not rounded to few bits: float32, float16, float64, bfloat16
MOST_DIMS, MOST_KEYS, MOST_ENTRIES = 4, 100_000, 10_000_000
MISSING = "train and export first, with: uv run poe train && uv run poe export, or put a GGUF file there."


class Gguf(NamedTuple):
    """A file, what its header says of the model, by keys such as `llama.context_length`, and the type of the numbers of each tensor, by its name."""

    data: bytes
    metadata: dict[str, Any]
    types: Mapping[str, int]

    def of_model(self, key: str) -> Any:
        """What the header says under the name of the model's architecture; None where it does not."""
        return self.metadata.get(f"{self.metadata.get('general.architecture')}.{key}")

    def of_tokenizer(self, key: str, default: Any = None) -> Any:
        return self.metadata.get(f"tokenizer.ggml.{key}", default)


def load(path: Path) -> Gguf:
    """The model in a GGUF file; raises UserError with the reason when it is none."""
    data = files.inside(path.parent, path.name, files.MODEL, f"{path} is missing: {MISSING}").read_bytes()
    if data.startswith(b"version https://git-lfs"):
        raise UserError(f"{path} is a Git LFS pointer, not the model itself: fetch the file with: git lfs pull")
    if not data.startswith(MAGIC):
        raise UserError(f"{path} is no GGUF file (it begins with {data[:4]!r}): the engine llama runs no other. Fetch or export one, or write engine: onnx.")
    try:
        return read(data)
    except (struct.error, IndexError, UnicodeDecodeError, ValueError):
        raise UserError(f"{path} is a GGUF file of another version, or only part of one ({len(data):,} bytes): fetch or export it again.") from None


def read(data: bytes) -> Gguf:
    """What the bytes of a file hold; raises what `Header` raises."""
    header = Header(data)
    return Gguf(data, header.metadata(), header.types)


class Header:
    """Reads one after the other what a header has. Raises struct.error, IndexError or ValueError where it ends too early or is none."""

    def __init__(self, data: bytes):
        self.data, self.at = data, len(MAGIC)
        self.types: dict[str, int] = {}  # of the tensors, once these were read

    def metadata(self) -> dict[str, Any]:
        """All keys with their values; the weights must lie within the file."""
        if self.number("I") not in VERSIONS:
            raise ValueError
        tensors, keys = self.number("Q"), self.number("Q")
        if max(tensors, keys) > MOST_KEYS:
            raise ValueError
        found = {self.text(): self.value(self.number("I")) for _ in range(keys)}
        ends = [self.tensor() for _ in range(tensors)]
        if self.at + max(ends, default=0) >= len(self.data):
            raise ValueError
        return found

    def number(self, kind: str) -> Any:
        [value] = struct.unpack_from(f"<{kind}", self.data, self.at)
        self.at += struct.calcsize(f"<{kind}")
        return value

    def text(self) -> str:
        length = self.number("Q")
        if length > len(self.data) - self.at:
            raise ValueError
        self.at += length
        return self.data[self.at - length : self.at].decode("utf-8")

    def value(self, kind: int) -> Any:
        if kind == TEXT:
            return self.text()
        if kind == LIST:
            of, count = self.number("I"), self.number("Q")
            if of == LIST or count > MOST_ENTRIES:
                raise ValueError  # lists in lists nobody writes, and they could be nested without end
            return [self.value(of) for _ in range(count)]
        return self.number(NUMBERS[kind])

    def tensor(self) -> int:
        """Where the weights of a tensor begin, behind the header."""
        name, dims = self.text(), self.number("I")
        if dims > MOST_DIMS:
            raise ValueError
        self.at += 8 * dims  # its sizes
        self.types[name] = self.number("I")
        return self.number("Q")
