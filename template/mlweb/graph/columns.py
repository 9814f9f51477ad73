"""Where each column of a tensor [N, columns] comes from: followed back through the operators that move columns, or that compute each from the same one."""

from collections.abc import Iterator, Sequence
from math import prod

import numpy as np
import onnx

from mlweb.graph import onnx_file

Column = tuple[str, int]  # a tensor, and an index of its last dim

# Operators of whose result each column is computed from the same column of what they take; a softmax needs all of a row, but leaves each in its place.
ONE_BY_ONE = {
    *("Identity", "Cast", "CastLike", "Dropout", "QuantizeLinear", "DequantizeLinear", "Normalizer", "LpNormalization", "Softmax", "LogSoftmax"),
    *("Abs", "Ceil", "Clip", "Elu", "Exp", "Floor", "HardSigmoid", "LeakyRelu", "Log", "Neg", "Not", "Reciprocal", "Relu", "Round", "Selu", "Sigmoid"),
    *("Sign", "Softplus", "Softsign", "Sqrt", "Tanh"),
}
SIDE_BY_SIDE = {"Add", "Div", "Max", "Mean", "Min", "Mul", "Pow", "Sub", "Sum", "Where"}  # of several tensors; a single column serves all
RESHAPING = {"Flatten", "Reshape", "Squeeze", "Unsqueeze"}  # each column keeps its place where there are as many of them
MOST_READ = 10_000  # elements of a constant
MOST_STEPS = 1000  # back from one column


class Columns:
    """The columns of a model's tensors. widths: how many those have that were computed."""

    def __init__(self, model: onnx.ModelProto, widths: dict[str, int] | None = None):
        self.made_by = onnx_file.producers(model.graph)
        self.held = {tensor.name: tensor for tensor in model.graph.initializer}
        self.held |= {node.output[0]: onnx_file.value(each) for node in model.graph.node if node.op_type == "Constant" for each in node.attribute}
        declared = {info.name: onnx_file.port(info).dims for info in (*model.graph.input, *model.graph.output)}
        self.widths = {tensor.name: tensor.dims[-1] if tensor.dims else 1 for tensor in model.graph.initializer}
        self.widths |= {name: dims[-1] for name, dims in declared.items() if dims and dims[-1]} | (widths or {})
        for node in model.graph.node:  # in the order in which they are computed
            for name in node.output:
                if name not in self.widths and (width := self.computed_width(node, name)) is not None:
                    self.widths[name] = width

    def behind(self, column: Column) -> set[Column]:
        """The column, and all those that it is computed from."""
        found, waiting = {column}, [column]
        while waiting and len(found) < MOST_STEPS:
            new = {*self.before(*waiting.pop())} - found
            found |= new
            waiting += new
        return found

    def before(self, name: str, index: int) -> Iterator[Column]:
        """The columns that one is computed from, one operator back; none where the operator mixes them."""
        node = self.made_by.get(name)
        match node.op_type if node is not None else "":
            case operator if node is None or not node.input:
                return
            case operator if operator in ONE_BY_ONE or (operator in RESHAPING and self.widths.get(name, 0) == self.widths.get(node.input[0])):
                yield node.input[0], index
            case operator if operator in SIDE_BY_SIDE:
                several = [each for each in node.input[operator == "Where" :] if self.constant(each) is None and self.widths.get(each) != 1]
                yield from ((each, index) for each in several if len(several) == 1 or each in self.widths)  # of unknown ones, each may be a single column
            case "Gather" | "ArrayFeatureExtractor" | "Slice" | "Split":
                taken = self.taken(node, name)
                if taken is not None and index < len(taken):
                    yield node.input[0], taken[index]
            case "Concat" if is_last(onnx_file.attribute(node, "axis")):
                for each in node.input:
                    width = self.widths.get(each)
                    if width is None or index < width:
                        yield from [] if width is None else [(each, index)]
                        return
                    index -= width

    def taken(self, node: onnx.NodeProto, name: str) -> Sequence[int] | None:
        """Which columns of its first input an operator gives as those of one of its outputs; None where it does not tell, or takes rows."""
        width, given = self.widths.get(node.input[0]), [self.constant(each) for each in node.input[1:]]
        match node.op_type:
            case "Gather" | "ArrayFeatureExtractor" if given[0] is not None and (given[0].ndim or node.op_type == "ArrayFeatureExtractor"):
                indices = [int(each) for each in given[0].reshape(-1)]
                is_along = node.op_type == "ArrayFeatureExtractor" or is_last(onnx_file.attribute(node, "axis", 0))
                if is_along and (width or min(indices, default=0) >= 0):
                    return [each if each >= 0 else each + (width or 0) for each in indices]
            case "Slice" if width and len(given) > 2 and all(each is not None and each.size == 1 for each in given) and is_last(given[2]):
                start, end, _, step = [*(int(each.item()) for each in given if each is not None), 1][:4]
                return range(width)[start:end:step]
            case "Split" if width and is_last(onnx_file.attribute(node, "axis", 0)):
                count, at = len(node.output), list(node.output).index(name)
                sizes = given[0] if given else onnx_file.attribute(node, "split", [-(-width // count)] * count)
                if sizes is not None:
                    start = int(sum(sizes[:at]))
                    return range(width)[start : start + int(sizes[at])]
        return None

    def computed_width(self, node: onnx.NodeProto, name: str) -> int | None:
        """How many columns an operator gives its output of this name; None where nothing tells."""
        if (labels := class_labels(node)) and list(node.output).index(name) == 1:
            return len(labels[0])
        if not node.input:
            return None
        widths = [self.widths.get(each) for each in node.input]
        match node.op_type:
            case operator if operator in ONE_BY_ONE:
                return widths[0]
            case operator if operator in SIDE_BY_SIDE:
                widest = max((each for each in widths if each), default=None)
                return None if None in widths and widest == 1 else widest
            case operator if operator.startswith("Reduce"):
                axes = self.constant(node.input[1]) if len(node.input) > 1 else onnx_file.attribute(node, "axes")
                return 1 if is_last(axes) and onnx_file.attribute(node, "keepdims", 1) else None
            case "Reshape":
                shape = self.constant(node.input[1])
                return int(shape[-1]) if shape is not None and shape.size and shape[-1] > 0 else None
            case "Concat" if is_last(onnx_file.attribute(node, "axis")):
                return None if None in widths else sum(each or 0 for each in widths)
            case "Gather" | "ArrayFeatureExtractor" | "Slice" | "Split":
                taken = self.taken(node, name)
                return None if taken is None else len(taken)
        return None

    def constant(self, name: str) -> np.ndarray | None:
        """A tensor that stands in the graph; None for one that is computed, or too large to be a list."""
        held = self.held.get(name)
        if isinstance(held, onnx.TensorProto):
            return elements(held) if prod(held.dims) <= MOST_READ else None
        return None if held is None else np.asarray(held)


def elements(held: onnx.TensorProto) -> np.ndarray:
    """The elements of a constant, texts whatever bytes they are of."""
    if held.data_type != onnx.TensorProto.STRING:
        return onnx_file.array(held)
    return np.array(onnx_file.decoded(held.string_data), object)


def is_last(axes: object) -> bool:
    """Whether an operator works along the columns, by its attribute or constant."""
    return axes is not None and np.asarray(axes).reshape(-1).tolist() in ([1], [-1])


def class_labels(node: onnx.NodeProto) -> list[list[str | int]]:
    """The labels that an operator carries of the classes that it tells apart."""
    attributes = [each for each in node.attribute if each.name.startswith("classlabels")]
    return [[*onnx_file.decoded(each.strings)] or [*each.ints] for each in attributes]
