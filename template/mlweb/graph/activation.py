"""Softmax or sigmoid at the end of an output: in the graph, and in numpy for what an estimator computed."""

from collections.abc import Mapping

import numpy as np
import onnx
from onnx import TensorProto, helper

from mlweb.graph import probabilities
from mlweb.graph.normalize import free, rename, with_standard_operators
from mlweb.graph.probabilities import Activation

FLOATS = (TensorProto.FLOAT, TensorProto.DOUBLE)


def unsettled(model: onnx.ModelProto, wanted: Mapping[str, Activation]) -> list[str]:
    """The outputs to which `settle` would append something, or from which it would take something away."""
    there, outputs = probabilities.appended(model), {info.name: info for info in model.graph.output}

    def lacks(name: str) -> bool:
        is_floats = name in outputs and outputs[name].type.tensor_type.elem_type in FLOATS
        return is_floats and probabilities.by_operator(name, model) != wanted[name]

    return [*(name for name in there if wanted.get(name) != there[name]), *(name for name in wanted if name not in there and lacks(name))]


def settle(model: onnx.ModelProto, wanted: Mapping[str, Activation]) -> None:
    """Let these outputs [N, classes] end with softmax or sigmoid, and no others with one that an earlier export appended.

    An output that ends with it already stays as it is, so nothing is ever appended twice. It keeps its name and shape, and what the graph itself reads
    of it, such as the label, goes on reading the scores. Changes the model.
    """
    for name in unsettled(model, wanted):
        if name in probabilities.appended(model):
            take_off(model, name)
        if name in wanted and probabilities.by_operator(name, model) != wanted[name]:
            append(model, name, wanted[name])


def append(model: onnx.ModelProto, name: str, function: Activation) -> None:
    """Compute an output from what it was, and note that."""
    inner = free(model, f"{name}_scores")
    rename(model.graph, name, inner, inputs=True, outputs=True)
    node = helper.make_node("Sigmoid", [inner], [name]) if function == "sigmoid" else helper.make_node("Softmax", [inner], [name], axis=1)
    model.graph.node.append(node)
    with_standard_operators(model)
    model.metadata_props.add(key=f"{probabilities.MARK}{name}", value=function)


def take_off(model: onnx.ModelProto, name: str) -> None:
    """Undo `append`."""
    [node] = [node for node in model.graph.node if name in node.output]
    inner = node.input[0]
    model.graph.node.remove(node)
    rename(model.graph, inner, name, inputs=True, outputs=True)
    for noted in [noted for noted in model.metadata_props if noted.key == f"{probabilities.MARK}{name}"]:
        model.metadata_props.remove(noted)


def applied(function: str, scores: np.ndarray) -> np.ndarray:
    """Softmax or sigmoid of [N, classes] scores, computed in float64, in the dtype of the scores."""
    exact = scores.astype(np.float64)
    if function == "sigmoid":
        return np.exp(-np.logaddexp(0, -exact)).astype(scores.dtype)
    grown = np.exp(exact - exact.max(axis=1, keepdims=True))
    return (grown / grown.sum(axis=1, keepdims=True)).astype(scores.dtype)
