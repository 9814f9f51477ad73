"""Larger graphs, written by hand, for what looks at graphs: branches, long chains, names from the other side."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

import models

HOSTILE = "<img src=x onerror=alert(1)>"


def residual() -> onnx.ModelProto:
    """Four pixels by four -> three probabilities, by two residual blocks, the second with a convolution in its short cut."""
    nodes, weights = [], []

    def add(operator: str, *inputs: str, **attributes) -> str:
        output = f"{operator.lower()}_{len(nodes)}"
        nodes.append(helper.make_node(operator, list(inputs), [output], name=f"/{output}", **attributes))
        return output

    def weight(name: str, *dims: int) -> str:
        weights.append(numpy_helper.from_array(np.linspace(-1, 1, int(np.prod(dims)), dtype=np.float32).reshape(dims), name))
        return name

    def conv(x: str, name: str, before: int, after: int, size: int = 3) -> str:
        return add("Conv", x, weight(f"{name}.weight", after, before, size, size), weight(f"{name}.bias", after), pads=[size // 2] * 4)

    weights.append(numpy_helper.from_array(np.array([-1, 1, 4, 4]), "image"))
    x = add("Relu", conv(add("Reshape", "features", "image"), "stem", 1, 4))
    x = add("Relu", add("Add", conv(add("Relu", conv(x, "one.a", 4, 4)), "one.b", 4, 4), x))
    x = add("Relu", add("Add", conv(add("Relu", conv(x, "two.a", 4, 8)), "two.b", 8, 8), conv(x, "two.short", 4, 8, 1)))
    x = add("Gemm", add("Flatten", add("GlobalAveragePool", x)), weight("head.weight", 8, 3), weight("head.bias", 3))
    nodes.append(helper.make_node("Softmax", [x], ["probabilities"], name="/probabilities", axis=1))
    return made(nodes, weights, 16, 3)


def chain(count: int = 1000) -> onnx.ModelProto:
    """`count` operators in a row, and one that reads the input again at the very end."""
    names = ["features", *(f"step_{index}" for index in range(1, count))]
    nodes = [helper.make_node("Relu" if index % 3 else "Neg", [before], [after]) for index, (before, after) in enumerate(zip(names, names[1:], strict=False))]
    nodes.append(helper.make_node("Add", [names[-1], "features"], ["probabilities"]))
    return made(nodes, [], 3, 3)


def dense() -> onnx.ModelProto:
    """Each operator reads all before it: the most lines that 250 operators can have."""
    names = ["features"]
    nodes = []
    for index in range(249):
        nodes.append(helper.make_node("Max", names, [f"top_{index}"]))
        names.append(f"top_{index}")
    nodes.append(helper.make_node("Max", names, ["probabilities"]))
    return made(nodes, [], 3, 3)


def hostile() -> onnx.ModelProto:
    """HTML wherever a graph may carry a text."""
    weights = [numpy_helper.from_array(np.ones((3, 3), np.float32), f"{HOSTILE}w")]
    nodes = [
        helper.make_node("MatMul", ["features", f"{HOSTILE}w"], [f"{HOSTILE}m"], name=f"{HOSTILE}n"),
        helper.make_node("LpNormalization", [f"{HOSTILE}m"], ["probabilities"], p=1, axis=1),
    ]
    model = made(nodes, weights, 3, 3)
    model.producer_name = HOSTILE
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_param = HOSTILE
    return model


def made(nodes, weights, width: int, classes: int) -> onnx.ModelProto:
    """A model of [N, width] features -> [N, classes] probabilities."""
    features = helper.make_tensor_value_info("features", onnx.TensorProto.FLOAT, ["N", width])
    probabilities = helper.make_tensor_value_info("probabilities", onnx.TensorProto.FLOAT, ["N", classes])
    graph = helper.make_graph(nodes, "net", [features], [probabilities], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10, producer_name="hand", producer_version="1")


def metadata(width: int, scores: bool = False) -> str:
    """What fits these models, with the panel `graph`. scores: whether they give scores and no probabilities."""
    fields = "".join(f"      p{index}: {{kind: number, default: {index % 3}}}\n" for index in range(width))
    shown = f"outputs:\n  probabilities: {{kind: classes, classes: [one, two, three], scores: {str(scores).lower()}}}\npage: {{panels: [predict, graph]}}\n"
    return f"schema: 1\nname: Net\ninputs:\n  features:\n    fields:\n{fields}{shown}"


LINEAR = models.LINEAR + "page: {panels: [predict, graph]}\n"
