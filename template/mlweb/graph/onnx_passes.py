"""The passes of the package onnx over a graph, in C++: whether it is valid, its shapes, the same in another opset. In the process of runner.py.

A graph from elsewhere can bring that code down, or keep it busy for ever. All raise runner.NativeError with what onnx says, runner.Stopped where the
process ended.
"""

import onnx

from mlweb import runner


def check(model: onnx.ModelProto) -> None:
    """Let onnx look at all of a graph, its shapes included."""
    runner.CHILD.ask("checking the graph", "check", serialized(model))


def with_inferred_shapes(model: onnx.ModelProto, data_prop: bool = False) -> onnx.ModelProto:
    """A copy that says the shape of every tensor, as far as it follows from the rest; data_prop: from the values of constants too."""
    return onnx.load_from_string(runner.CHILD.ask("inferring the shapes of the graph", "infer", serialized(model), data_prop))


def converted(model: onnx.ModelProto, opset: int) -> onnx.ModelProto:
    """The model in another opset of ai.onnx."""
    return onnx.load_from_string(runner.CHILD.ask(f"converting the graph to opset {opset}", "convert", serialized(model), opset))


def serialized(model: onnx.ModelProto) -> bytes:
    """The bytes of a graph; raises runner.NativeError where it has none, such as one of more than 2 GB."""
    try:
        return model.SerializeToString()
    except ValueError as error:
        raise runner.NativeError(str(error)) from None
