"""Which values a graph wants of a picture, where it or its file says so: nothing else tells those of 0 to 255 from those of 0 to 1."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import onnx

from mlweb.graph import file_metadata, onnx_file

Scale = Literal["0..1", "0..255", "-1..1"]
Order = Literal["rgb", "bgr"]

# What ONNX's own metadata says of a picture's values, see "Metadata" in its specification.
SCALE, ORDER = "Image.NominalPixelRange", "Image.BitmapPixelFormat"
NOTED_SCALES: dict[str, Scale] = {"NominalRange_0_255": "0..255", "Normalized_0_1": "0..1", "Normalized_1_1": "-1..1"}
NOTED_ORDERS: dict[str, Order] = {"Rgb8": "rgb", "Bgr8": "bgr"}

OTHER_COLOURS = re.compile(r"(?<![a-z])(bgr|gbr|hs[vl]|hls|lab|yuv|ycc|ycbcr|nv12)(?![a-z])", re.IGNORECASE)  # than red, green and blue
MARK = "mlweb.picture "  # with the name of an input: the key in a graph's metadata where the steps from a plain picture were put before it

MOVING = {"Cast", "Concat", "Gather", "Identity", "Pad", "Reshape", "Resize", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze", "Upsample"}
SAME = {"Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze"}  # operators that leave a constant what it is
SCALING = {"Add", "Sub", "Mul", "Div", "DequantizeLinear"}  # by a constant beside them
UNITS = (127.0, 127.5, 128.0, 255.0, 256.0)  # by which bytes are divided
MIDDLES = (127.0, 127.5, 128.0)  # what is taken off them
MEANS = (90.0, 140.0)  # between which the means of a photograph's channels lie, which fall from red to blue


@dataclass(frozen=True)
class PictureValues:
    """What is known of the values of an input, should it be a picture.

    is_scaled: whether it surely takes 0 to 255. order: of its channels, None where the graph turns them round, or the name speaks of others, and nothing
    tells which come first.
    """

    is_scaled: bool = False
    order: Order | None = "rgb"


UNKNOWN = PictureValues()


def read(name: str, model: onnx.ModelProto) -> PictureValues:
    """Bytes, red first, where steps from a plain picture were put before it; what the file notes; else what name and first steps of the graph tell.

    Those steps divide bytes by 255 or so, or take off their mean.
    """
    if is_plain(name, model):
        return PictureValues(is_scaled=True)
    noted_scale, noted_order = file_metadata.read(model, SCALE), file_metadata.read(model, ORDER)
    is_scaled, order = walked(name, model)
    if order == "rgb" and OTHER_COLOURS.search(name):
        order = None
    if noted_scale in NOTED_SCALES:
        is_scaled = NOTED_SCALES[noted_scale] == "0..255"
    return PictureValues(is_scaled, NOTED_ORDERS.get(noted_order) or order)


def is_plain(name: str, model: onnx.ModelProto) -> bool:
    """Whether the steps from a plain picture were put before an input."""
    return bool(file_metadata.read(model, f"{MARK}{name}"))


def walked(name: str, model: onnx.ModelProto) -> tuple[bool, Order | None]:
    """Whether the first step that rescales an input is one of bytes, and which order its channels have.

    They are red first unless a step says otherwise: the means of a photograph fall from red to blue. Where the graph turns them round, and takes no
    means off, it may make blue first of red first, or the other way.
    """
    read: dict[str, list[onnx.NodeProto]] = {}
    for node in model.graph.node:
        for each in node.input:
            read.setdefault(each, []).append(node)
    constants = Constants(model)
    is_scaled = False
    orders: list[Order | None] = []
    waiting: list[tuple[str, bool | None, bool]] = [(name, False, True)]  # a tensor, whether its channels are turned round, whether it is as it came
    seen = {name}
    while waiting:
        at, is_turned, is_raw = waiting.pop()
        for node in read.get(at, []):
            constant = constants.beside(at, node)
            if node.op_type in MOVING:
                waiting += [(output, turned(is_turned, node, constants), is_raw) for output in node.output if output not in seen]
            elif node.op_type in SCALING and constant is not None and constant.size in (1, 3):
                is_scaled = is_scaled or (is_raw and is_of_bytes(node.op_type, constant))
                if node.op_type in ("Add", "Sub") and (is_blue_first := rises(constant)) is not None:
                    orders.append(None if is_turned is None else "bgr" if is_blue_first != is_turned else "rgb")
                else:
                    waiting += [(output, is_turned, False) for output in node.output if output not in seen]
            elif node.op_type != "Shape" and is_turned is not False:
                orders.append(None)
            seen.update(node.output)
    return is_scaled, "rgb" if not orders else orders[0] if len(set(orders)) == 1 else None


def turned(before: bool | None, node: onnx.NodeProto, constants: "Constants") -> bool | None:
    """Whether channels are turned round behind an operator, given what they were before it; None where that is not known."""
    if before is None or node.op_type in ("Split", "Concat"):
        return None
    if node.op_type == "Gather":
        picked = constants.of(node.input[1])
        listed = None if picked is None else [*picked.reshape(-1)]
        return not before if listed == [2, 1, 0] else before if listed == [0, 1, 2] or len(listed or []) == 1 else None
    if node.op_type == "Slice" and len(node.input) > 4:
        steps = constants.of(node.input[4])
        return None if steps is None else before != bool((steps == -1).any())
    return before


def is_of_bytes(operator: str, constant: np.ndarray) -> bool:
    """Whether a step is one that brings bytes nearer to 0."""
    values = np.abs(constant.astype(float).reshape(-1))
    match operator:
        case "Add" | "Sub":
            return near(values, MIDDLES) or (values.size == 3 and MEANS[0] < values.min() and values.max() < MEANS[1])
        case "Div":
            return near(values, UNITS)
    return near(1 / np.maximum(values, 1e-9), UNITS)


def rises(means: np.ndarray) -> bool | None:
    """Whether three numbers grow, as the means of blue, green and red do; None where they neither grow nor fall."""
    steps = np.diff(np.abs(means.astype(float).reshape(-1)))
    return None if len(steps) != 2 or not (steps > 0).all() and not (steps < 0).all() else bool(steps[0] > 0)


def near(values: np.ndarray, known: tuple[float, ...]) -> bool:
    """Whether all are one of the numbers, but for rounding."""
    return any(np.allclose(values, each, rtol=1e-3) for each in known)


class Constants:
    """The constants of a graph, by the name of a tensor."""

    def __init__(self, model: onnx.ModelProto):
        self.tensors = {tensor.name: tensor for tensor in model.graph.initializer}
        self.maker = onnx_file.producers(model.graph)

    def beside(self, name: str, node: onnx.NodeProto) -> np.ndarray | None:
        """The numbers by which an operator rescales a tensor; None where they are computed, or it is the tensor by which others are."""
        if len(node.input) < 2 or (node.input[0] != name and node.op_type not in ("Add", "Mul")):
            return None
        other = node.input[1] if node.input[0] == name else node.input[0]
        constant = self.of(other)
        return constant if constant is not None and constant.dtype.kind in "fiu" else None

    def of(self, name: str) -> np.ndarray | None:
        """The elements of one, whatever its shape; None for a tensor that is computed."""
        while name not in self.tensors and (node := self.maker.get(name)) is not None and node.op_type in SAME:
            name = node.input[0]
        if name in self.tensors:
            return onnx_file.array(self.tensors[name])
        node = self.maker.get(name)
        given = [onnx_file.value(each) for each in node.attribute if each.name.startswith("value")] if node and node.op_type == "Constant" else []
        return None if not given else onnx_file.array(given[0]) if isinstance(given[0], onnx.TensorProto) else np.array(given[0])
