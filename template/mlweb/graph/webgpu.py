"""Which graphs the runtime with WebGPU can compute: it is a smaller build, without classical machine learning, texts and doubles."""

import onnx

from mlweb.graph.onnx_file import nodes
from mlweb.graph.type_format import known_types, typed

LACKING = {"float64", "int16", "uint16", "string"}  # measured with onnxruntime-web 1.30, on its CPU too


def beyond(model: onnx.ModelProto) -> str:
    """What it can't compute in a graph, in a few words: "TreeEnsembleRegressor of ai.onnx.ml", "values of float64"; "" when nothing."""
    if classical := sorted({node.op_type for node in nodes(model.graph) if node.domain == "ai.onnx.ml"}):
        return f"{', '.join(classical)} of ai.onnx.ml"
    types = [*known_types(model).values(), *(typed(tensor.data_type, tensor.dims) for tensor in model.graph.initializer)]
    if not all(processor(model)):
        return "a Resize with antialias that has no name"
    lacking = LACKING & {about.partition(" ")[0] for about in types}
    return f"values of {', '.join(sorted(lacking))}" if lacking else ""


def processor(model: onnx.ModelProto) -> list[str]:
    """The names of the operators that it must compute on the CPU, because they fail on WebGPU: Resize with antialias."""
    return [node.name for node in nodes(model.graph) if node.op_type == "Resize" and any(it.name == "antialias" and it.i for it in node.attribute)]
