"""Pieces of graph in ONNX's own text form, put into a model before what it reads or behind what it computes."""

from collections.abc import Mapping

import numpy as np
import onnx
from onnx import numpy_helper, parser

from mlweb.errors import UserError
from mlweb.graph import onnx_file, onnx_passes
from mlweb.graph.normalize import names_in, without_unused
from mlweb.runner import NativeError

OPSET = 18  # of the pieces: the first whose Resize averages all pixels when a picture shrinks (antialias), as Pillow does


def put(model: onnx.ModelProto, text: str, bound: Mapping[str, str], constants: Mapping[str, np.ndarray] | None = None, before: bool = False) -> dict[str, str]:
    """Put the operators of a piece in front of those of a model, or behind them; the name that each tensor of the piece has there.

    text: `piece (inputs) => (outputs) { operators }` in opset 18; constants: its tensors that are given as arrays.
    bound: tensor of the piece -> tensor of the model that it is. All others get names that are new to the model.
    """
    piece = parser.parse_graph(text)
    taken, names = set(names_in(model.graph)), dict(bound)
    for name in filter(None, names_in(piece)):
        if name not in names:
            names[name] = unused(name, taken)
            taken.add(names[name])
    for node in piece.node:
        for tensors in (node.input, node.output):
            tensors[:] = [names.get(name, name) for name in tensors]
    nodes = [*piece.node, *model.graph.node] if before else [*model.graph.node, *piece.node]
    kept = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del model.graph.node[:]
    model.graph.node.extend(kept)
    model.graph.initializer.extend(numpy_helper.from_array(array, names[name]) for name, array in (constants or {}).items() if name in names)
    return names


def unused(name: str, taken: set[str]) -> str:
    """The name, with as many underscores as make it a new one."""
    while name in taken:
        name += "_"
    return name


def current(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model in an opset that the pieces fit in: itself, or converted. Raises UserError."""
    if onnx_file.opsets(model).get("", 0) >= OPSET:
        return model
    try:
        return onnx_passes.converted(model, OPSET)
    except NativeError as error:
        raise UserError(f"The model can't be converted to opset {OPSET}, which its pictures need: export it again with that opset ({error}).") from None


def without_dead(scope: onnx.GraphProto) -> None:
    """Take out the operators whose results nobody reads any more, and their weights."""
    read = {info.name for info in scope.output}
    living: list[onnx.NodeProto] = []
    for node in reversed(scope.node):
        if read & set(node.output):
            read |= {*node.input, *(name for inside in onnx_file.within(node) for name in names_in(inside))}
            living.insert(0, onnx.NodeProto.FromString(node.SerializeToString()))
    del scope.node[:]
    scope.node.extend(living)
    without_unused(scope)
