"""Which values a graph wants of a picture, where it or its file says so: nothing else tells those of 0 to 255 from those of 0 to 1."""

import numpy as np
import onnx

from mlweb.graph import file_metadata, onnx_file

NOTE, BYTES = "Image.NominalPixelRange", "NominalRange_0_255"  # what ONNX's own metadata says of bytes as they are, see "Metadata" in its specification
MOVING = {"Cast", "Concat", "Gather", "Identity", "Pad", "Reshape", "Resize", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze", "Upsample"}
SAME = {"Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze"}  # operators that leave a constant what it is
UNITS = (127.0, 127.5, 128.0, 255.0, 256.0)  # by which bytes are divided
MIDDLES = (127.0, 127.5, 128.0)  # what is taken off them
MEANS = (90.0, 140.0)  # between which the means of a photograph's channels lie, which fall from red to blue
TURNING = {"Concat", "Gather", "Slice", "Split"}  # operators that may put blue first


def takes_bytes(name: str, model: onnx.ModelProto) -> bool:
    """Whether an input is surely a picture of 0 to 255, red first: the graph begins by dividing its values by 255 or so, or by taking off their mean."""
    if file_metadata.read(model, NOTE) == BYTES:
        return True
    read: dict[str, list[onnx.NodeProto]] = {}
    for node in model.graph.node:
        for each in node.input:
            read.setdefault(each, []).append(node)
    constants = Constants(model)
    seen, waiting = {name}, [(name, False)]
    while waiting:
        at, is_turned = waiting.pop()
        for node in read.get(at, []):
            other = next((each for each in node.input if each != at), "")
            if node.op_type in MOVING:
                waiting += [(output, is_turned or node.op_type in TURNING) for output in node.output if output not in seen]
                seen.update(node.output)
            elif (node.op_type in ("Add", "Mul") or node.input[0] == at) and is_of_bytes(node.op_type, taken := constants.of(other)):
                return is_turned or not is_blue_first(taken)
    return False


def is_of_bytes(operator: str, constant: np.ndarray | None) -> bool:
    """Whether a step is one that brings bytes nearer to 0."""
    if constant is None or constant.dtype.kind not in "fiu" or constant.size not in (1, 3):
        return False
    values = np.abs(constant.astype(float).reshape(-1))
    match operator:
        case "Add" | "Sub":
            return near(values, MIDDLES) or (values.size == 3 and MEANS[0] < values.min() and values.max() < MEANS[1])
        case "Div":
            return near(values, UNITS)
        case "Mul":
            return near(1 / np.maximum(values, 1e-9), UNITS)
    return False


def is_blue_first(means: np.ndarray | None) -> bool:
    """Whether means of three channels are those of blue, green and red, as Caffe's networks take them."""
    return means is not None and means.size == 3 and bool((np.diff(np.abs(means.astype(float).reshape(-1))) > 0).all())


def near(values: np.ndarray, known: tuple[float, ...]) -> bool:
    """Whether all are one of the numbers, but for rounding."""
    return any(np.allclose(values, each, rtol=1e-3) for each in known)


class Constants:
    """The constants of a graph, by the name of a tensor."""

    def __init__(self, model: onnx.ModelProto):
        self.tensors = {tensor.name: tensor for tensor in model.graph.initializer}
        self.maker = onnx_file.producers(model.graph)

    def of(self, name: str) -> np.ndarray | None:
        """The elements of one, whatever its shape; None for a tensor that is computed."""
        while name not in self.tensors and (node := self.maker.get(name)) is not None and node.op_type in SAME:
            name = node.input[0]
        if name in self.tensors:
            return onnx_file.array(self.tensors[name])
        node = self.maker.get(name)
        given = [onnx_file.value(each) for each in node.attribute if each.name.startswith("value")] if node and node.op_type == "Constant" else []
        return None if not given else onnx_file.array(given[0]) if isinstance(given[0], onnx.TensorProto) else np.array(given[0])
