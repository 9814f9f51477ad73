"""The steps from a plain picture to what a vision model takes, put into the graph, so that the browser computes them as Python does."""

from collections.abc import Sequence

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, version_converter

from mlweb.errors import UserError
from mlweb.graph import guess, onnx_file
from mlweb.graph.normalize import free, rename

OPSET = 18  # the first whose Resize averages all pixels when a picture shrinks (antialias), as Pillow does


def with_picture_input(
    model: onnx.ModelProto,
    mean: Sequence[float] = (0.0,),
    std: Sequence[float] = (1.0,),
    size: tuple[int, int] | None = None,
    name: str | None = None,
) -> onnx.ModelProto:
    """The model with an input uint8 [height, width, channels] of any size in place of its [N, channels, height, width].

    The picture is resized to `size` (height, width; the model's own where it has one). For a model that takes floats it is divided by
    255, then the channels' `mean` is taken off and the rest divided by `std`. name: the input, where the model has several of that shape.

    Raises UserError.
    """
    ports = [port for port in onnx_file.signature(model).inputs.values() if guess.channels_first(port) and name in (None, port.name)]
    if len(ports) != 1:
        raise UserError(f"with_picture_input needs one input [N, 1 or 3, height, width] of floats or uint8, the model has {len(ports)}: say which by name=...")
    [port] = ports
    dtype, (_, channels, *sides) = port.declared()
    height, width = size or sides
    if not height or not width:
        raise UserError(f'The model leaves the size of its input "{port.name}" open: give with_picture_input one, such as size=(224, 224).')
    if sides[0] not in (None, height) or sides[1] not in (None, width):
        raise UserError(f'The model takes pictures of {sides[0]} × {sides[1]} at "{port.name}", not of {height} × {width}: leave size out.')
    if any(len(values) not in (1, channels) for values in (mean, std)):
        raise UserError(f'mean and std need 1 or {channels} numbers each, one per channel of "{port.name}".')
    if dtype == "uint8" and (any(mean) or any(value != 1 for value in std)):
        raise UserError(f'The model takes the bytes of a picture at "{port.name}", not floats: leave mean and std out.')
    if onnx_file.opsets(model).get("", 0) < OPSET:
        model = newer(model)
    inner = free(model, f"{port.name}_prepared")
    rename(model.graph, port.name, inner, inputs=True)
    scale = (1.0, 0.0) if dtype == "uint8" else (1 / (255 * np.array(std)), -np.array(mean) / np.array(std))  # (x / 255 - mean) / std
    nodes, constants = steps(model, port, inner, (height, width), *scale)
    for node in reversed(nodes):
        model.graph.node.insert(0, node)
    model.graph.initializer.extend(constants)
    [info] = [info for info in model.graph.input if info.name == port.name]
    info.CopyFrom(helper.make_tensor_value_info(port.name, TensorProto.UINT8, ["height", "width", channels]))
    return model


def steps(model: onnx.ModelProto, port: onnx_file.TensorInfo, target: str, size: tuple[int, int], scale, offset) -> tuple[list, list]:
    """The operators in order, and their constants."""
    dtype, _ = port.declared()
    keys = ("floats", "turned", "batch", "axis", "sizes", "resized", "scale", "offset", "scaled", "sum", "whole")
    names = {key: free(model, f"{port.name}_{key}") for key in keys}
    constants = {"axis": np.array([0]), "sizes": np.array(size)}
    constants |= {key: np.array(value, np.float32).reshape(-1, 1, 1) for key, value in (("scale", scale), ("offset", offset))}
    resize = {"mode": "linear", "antialias": 1, "coordinate_transformation_mode": "half_pixel", "exclude_outside": 1, "axes": [2, 3]}
    nodes = [
        helper.make_node("Cast", [port.name], [names["floats"]], to=TensorProto.FLOAT),
        helper.make_node("Transpose", [names["floats"]], [names["turned"]], perm=[2, 0, 1]),
        helper.make_node("Unsqueeze", [names["turned"], names["axis"]], [names["batch"]]),
        helper.make_node("Resize", [names["batch"], "", "", names["sizes"]], [names["resized"]], **resize),
        helper.make_node("Mul", [names["resized"], names["scale"]], [names["scaled"]]),
        helper.make_node("Add", [names["scaled"], names["offset"]], [names["sum"]]),
    ]
    if dtype == "uint8":
        nodes.append(helper.make_node("Round", [names["sum"]], [names["whole"]]))
    kind = {"float32": TensorProto.FLOAT, "float64": TensorProto.DOUBLE}.get(dtype, TensorProto.UINT8)
    nodes.append(helper.make_node("Cast", nodes[-1].output, [target], to=kind))
    return nodes, [numpy_helper.from_array(value, names[key]) for key, value in constants.items()]


def newer(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model in an opset that has the right Resize; raises UserError."""
    try:
        return version_converter.convert_version(model, OPSET)
    except Exception as error:  # the converter raises whatever it stumbles over
        raise UserError(f"The model can't be converted to opset {OPSET}, which its pictures need: export it again with that opset ({error}).") from None
