"""The types and attributes of a graph in brief, for people: "float32 [N, 64]", "[1, 1, 1, 1]"."""

from collections import Counter

from onnx import AttributeProto, ModelProto, TensorProto, TypeProto

from mlweb.graph import onnx_file, onnx_passes
from mlweb.graph.onnx_file import DTYPES
from mlweb.runner import NativeError, Stopped

SHORT = 8  # values of a list that are shown; of a longer one only how many
LONGEST = 80  # characters of a text in an attribute


def known_types(model: ModelProto) -> dict[str, str]:
    """What is known of each tensor, inferred shapes included: name -> "float32 [N, 64]"."""
    try:
        graph = onnx_passes.with_inferred_shapes(model).graph
    except (NativeError, Stopped):  # a drawing without shapes is better than none
        graph = model.graph
    return {info.name: described(info.type) for info in [*graph.value_info, *graph.input, *graph.output]}


def described(info: TypeProto) -> str:
    """A type in short: "float32 [N, 4]", "float32" without a known shape, "sequence"; "" for an unknown one."""
    if not info.HasField("tensor_type"):
        return (info.WhichOneof("value") or "").removesuffix("_type")
    tensor = info.tensor_type
    if not tensor.HasField("shape"):
        return dtype(tensor.elem_type)
    dims = [d.dim_value if d.HasField("dim_value") else d.dim_param for d in tensor.shape.dim]
    return typed(tensor.elem_type, ["?" if dim == "" or str(dim).startswith("unk__") else dim for dim in dims])


def typed(element: int, dims) -> str:
    return f"{dtype(element)} [{', '.join(str(dim) for dim in dims)}]"


def dtype(element: int) -> str:
    """Such as float32; "" for an undefined or unknown one."""
    if element in DTYPES:
        return DTYPES[element]
    return TensorProto.DataType.Name(element).lower() if element in TensorProto.DataType.values() and element else ""


def short(attribute: AttributeProto) -> str:
    """An attribute's value in some words: long lists and tensors as a type, a subgraph as its operators."""
    value = onnx_file.value(attribute)
    if value is None:
        return ""
    match attribute.type:
        case AttributeProto.INT if attribute.name in ("to", "dtype"):
            return dtype(value) or plain(value)
        case AttributeProto.FLOAT | AttributeProto.INT | AttributeProto.STRING:
            return plain(value)
        case AttributeProto.FLOATS | AttributeProto.INTS | AttributeProto.STRINGS:
            element = {AttributeProto.FLOATS: "float32", AttributeProto.INTS: "int64"}.get(attribute.type, "string")
            return f"[{', '.join(plain(each) for each in value)}]" if len(value) <= SHORT else f"{element} [{len(value)}]"
        case AttributeProto.TENSOR:
            return typed(value.data_type, value.dims)
        case AttributeProto.GRAPH:
            counts = Counter(node.op_type for node in value.node)
            return clipped(f"{{{', '.join(name if count == 1 else f'{name} × {count}' for name, count in counts.items())}}}")
        case _:
            return AttributeProto.AttributeType.Name(attribute.type).lower().replace("_", " ")


def plain(value: float | bytes) -> str:
    """A number with seven digits, or a text."""
    return clipped(value.decode(errors="replace")) if isinstance(value, bytes) else f"{value:.7g}" if isinstance(value, float) else str(value)


def clipped(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
