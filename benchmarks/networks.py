"""Graphs of the sizes that people bring, with weights of chance: what they compute takes as long as with real ones, and means nothing."""

import numpy as np
import onnx
import skl2onnx
from onnx import TensorProto, helper, numpy_helper
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import GradientBoostingRegressor

OPSET = 17


class Graph:
    """A graph that grows by one operator after the other, from a float input `x`."""

    def __init__(self, *dims: int):
        self.dims = dims
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []
        self._random = np.random.default_rng(0)

    def add(self, operator: str, *inputs: str, **attributes) -> str:
        """The name of what an operator makes of tensors."""
        made = f"t{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [made], **attributes))
        return made

    def held(self, values: np.ndarray) -> str:
        """The name of a constant."""
        name = f"w{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(values, name))
        return name

    def weight(self, *dims: int) -> str:
        """The name of weights whose products keep the size of what they are multiplied with."""
        fan = int(np.prod(dims[1:])) if len(dims) > 2 else dims[0]
        return self.held((self._random.standard_normal(dims) * (2 / fan) ** 0.5).astype(np.float32))

    def convolved(self, x: str, before: int, after: int, size: int = 3, stride: int = 1) -> str:
        return self.add("Conv", x, self.weight(after, before, size, size), self.weight(after), pads=[size // 2] * 4, strides=[stride] * 2)

    def model(self, y: str) -> onnx.ModelProto:
        """The finished model, whose output `y` is this tensor."""
        self._nodes.append(helper.make_node("Identity", [y], ["y"]))
        inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, self.dims)]
        graph = helper.make_graph(self._nodes, "made_up", inputs, [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)], self._weights)
        return helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", OPSET)])


def linear() -> onnx.ModelProto:
    """Ten features to a number."""
    graph = Graph(1, 10)
    return graph.model(graph.add("MatMul", "x", graph.weight(10, 1)))


def trees() -> onnx.ModelProto:
    """A hundred boosted trees over ten features."""
    features = np.random.default_rng(0).standard_normal((500, 10)).astype(np.float32)
    estimator = GradientBoostingRegressor().fit(features, features @ np.arange(10) + features[:, 0] ** 2)
    return skl2onnx.to_onnx(estimator, initial_types=[("x", FloatTensorType([1, 10]))], target_opset=OPSET)


def small_cnn() -> onnx.ModelProto:
    """A drawn digit: two convolutions and a layer."""
    graph = Graph(1, 1, 28, 28)
    x = graph.add("Relu", graph.convolved("x", 1, 16, stride=2))
    x = graph.add("Relu", graph.convolved(x, 16, 32, stride=2))
    return graph.model(graph.add("MatMul", graph.add("Flatten", x), graph.weight(32 * 7 * 7, 10)))


def residual() -> onnx.ModelProto:
    """Eighteen layers over a photo of 224 x 224 (He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, 2015), 1,000 classes."""
    graph = Graph(1, 3, 224, 224)
    x = graph.add("Relu", graph.convolved("x", 3, 64, 7, 2))
    x, width = graph.add("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4), 64
    for after in (64, 64, 128, 128, 256, 256, 512, 512):
        stride = 1 if after == width else 2
        inside = graph.convolved(graph.add("Relu", graph.convolved(x, width, after, stride=stride)), after, after)
        beside = x if after == width else graph.convolved(x, width, after, 1, 2)
        x, width = graph.add("Relu", graph.add("Add", inside, beside)), after
    return graph.model(graph.add("MatMul", graph.add("Flatten", graph.add("GlobalAveragePool", x)), graph.weight(512, 1000)))


def transformer() -> onnx.ModelProto:
    """One block of an encoder: 128 tokens of width 384, six heads."""
    tokens, width, heads = 128, 384, 6
    graph = Graph(1, tokens, width)

    def normal(x: str) -> str:
        return graph.add("LayerNormalization", x, graph.held(np.ones(width, np.float32)), graph.held(np.zeros(width, np.float32)))

    def in_heads(x: str, perm: list[int]) -> str:
        split = graph.add("Reshape", graph.add("MatMul", x, graph.weight(width, width)), graph.held(np.array([1, tokens, heads, width // heads])))
        return graph.add("Transpose", split, perm=perm)

    x = normal("x")
    scores = graph.add("MatMul", in_heads(x, [0, 2, 1, 3]), in_heads(x, [0, 2, 3, 1]))
    shares = graph.add("Softmax", graph.add("Mul", scores, graph.held(np.float32((width / heads) ** -0.5))), axis=-1)
    mixed = graph.add("Transpose", graph.add("MatMul", shares, in_heads(x, [0, 2, 1, 3])), perm=[0, 2, 1, 3])
    x = graph.add("Add", "x", graph.add("MatMul", graph.add("Reshape", mixed, graph.held(np.array([1, tokens, width]))), graph.weight(width, width)))
    wide = graph.add("Relu", graph.add("MatMul", normal(x), graph.weight(width, 4 * width)))
    return graph.model(graph.add("Add", x, graph.add("MatMul", wide, graph.weight(4 * width, width))))
