"""The end of a table's graph: what skl2onnx gives, in the shapes and under the names that `estimators.outputs` promises."""

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

ELEMENTS = {"f": TensorProto.FLOAT, "i": TensorProto.INT64, "O": TensorProto.STRING}


class Tail:
    """Operators behind skl2onnx's own outputs: the label or number first, what speaks for each class second.

    nodes, initializers and ports (the graph's outputs) grow with each `add`.
    """

    def __init__(self, graph: onnx.GraphProto, is_reversed: bool):
        self.score = 0 if is_reversed else -1  # which column is the score, of one or two
        self.raw = list(graph.output)
        self.inside = graph.node
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.ports: list[onnx.ValueInfoProto] = []

    def add(self, output: str, values: np.ndarray, name: str) -> None:
        """One output of `estimators.outputs`, of the dtype and width of these values."""
        kind, _, count = output.partition("_")
        is_second = kind in ("probabilities", "scores", "score")
        raw = self.raw[1 if is_second else 0]
        source = raw.name
        if count:
            source = self.member(raw, int(count) - 1, values.shape[1]) if is_second else self.columns(source, [int(count) - 1])
        elif kind == "scores" and values.shape[1] == 2:
            source = self.both_ways(source)
        elif kind == "probabilities" and (raw.type.HasField("sequence_type") or len(raw.type.tensor_type.shape.dim) == 3):
            each = [self.columns(self.member(raw, at, 2), [1]) for at in range(values.shape[1])]
            source = self.node("Concat", each, axis=1)
        dims = [None, *values.shape[1:]]
        shaped = self.node("Reshape", [source, self.constant([-1, *values.shape[1:]])])
        element = ELEMENTS[values.dtype.kind]
        how: dict[str, Any] = {} if element == TensorProto.STRING else {"to": element}
        self.nodes.append(helper.make_node("Cast" if how else "Identity", [shaped], [name], **how))
        self.ports.append(helper.make_tensor_value_info(name, element, dims))

    def member(self, raw: onnx.ValueInfoProto, at: int, width: int) -> str:
        """[N, width] of one of several targets, which come as a sequence, or side by side as [targets, N, most classes]."""
        if raw.type.HasField("sequence_type"):
            [maker] = [node for node in self.inside if raw.name in node.output]
            return maker.input[at]  # straight to what the sequence is made of
        return self.columns(self.node("Gather", [raw.name, self.constant(at)], axis=0), list(range(width)))

    def columns(self, source: str, at: list[int]) -> str:
        """Some columns of [N, k]."""
        return self.node("Gather", [source, self.constant(at)], axis=1)

    def both_ways(self, source: str) -> str:
        """Minus the score, and the score, of a classifier with two classes, whether it comes alone or with its opposite."""
        score = self.columns(source, [self.score])
        return self.node("Concat", [self.node("Neg", [score]), score], axis=1)

    def node(self, operator: str, inputs: list[str], **attributes: Any) -> str:
        """An operator with one output, whose name it returns."""
        output = f"tail.{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def constant(self, value: int | list[int]) -> str:
        name = f"tail.constant{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(np.array(value, np.int64), name))
        return name
