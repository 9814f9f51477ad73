"""Whether a file can be an ONNX model, told by how it is framed: gigabytes of anything else need not be read to be refused.

An ONNX file is a protocol buffer: fields one after another, each of which begins with its number, its wire type and, mostly, its length. What is large
in a model are data in tensors in its graph, or the graph's operators; the rest of it is left to the parser.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

LARGE = 500_000_000  # bytes
MOST = 1_000_000  # fields of one message, and more than any page runs

# Number of each field that may be large -> the same of what it is made of; nothing of data, and of what a parser is to look at.
TENSOR = dict.fromkeys((4, 5, 6, 7, 9, 10, 11), {})
GRAPH = {1: {}, 5: TENSOR, 15: {}}  # operators, weights, sparse weights
MODEL = {7: GRAPH, 25: {}}  # the graph, functions

VARINT, DELIMITED = 0, 2  # wire types; nobody writes others than these and FIXED
FIXED = {1: 8, 5: 4}  # wire type -> bytes


def is_framed(path: Path) -> bool:
    """Whether the file is fields from its first byte to its last, and its large parts too. Reads a few bytes of each field."""
    with path.open("rb") as file:
        return fields_until(file, path.stat().st_size, MODEL)


def fields_until(file: BinaryIO, end: int, large: Mapping[int, Any]) -> bool:
    """Whether there are fields from here to exactly `end`, of which those may be large."""
    for _ in range(MOST):
        if (at := file.tell()) >= end:
            return at == end
        number, wire = divmod(varint(file), 8)
        if number < 1:
            return False
        if wire == VARINT:
            varint(file)
        elif wire in FIXED:
            file.seek(FIXED[wire], 1)
        elif wire == DELIMITED and (length := varint(file)) >= 0:
            until = file.tell() + length
            if length > LARGE and not (number in large and (not large[number] or fields_until(file, until, large[number]))):
                return False
            file.seek(until)
        else:
            return False
    return False


def varint(file: BinaryIO) -> int:
    """The number of up to ten bytes that comes next; -1 when there is none."""
    value = 0
    for shift in range(0, 70, 7):
        byte = file.read(1)
        if not byte:
            break
        value |= (byte[0] & 127) << shift
        if byte[0] < 128:
            return value
    return -1
