"""Read an ONNX file, and finish one: what every exporter's graph goes through before it is worth shipping."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError
from onnx import TensorProto
from onnx.external_data_helper import uses_external_data

from mlweb.problems import Problems

MAX_OPSET = 26  # of ai.onnx, the newest that onnxruntime-web 1.30 runs
MAX_IR = 13
EXPORT_IR = 10  # what finish() writes: every runtime of the last years reads it
LOCALE = "C.UTF-8"  # there on every system, and it lowers accents; the default en_US.UTF-8 is missing in slim containers

# Element types that cross the border between JavaScript and onnxruntime-web, by the name onnxruntime-web gives them.
# float16 is left out: browsers without Float16Array would show its bits as numbers. Cast it inside the graph.
DTYPES = {
    TensorProto.FLOAT: "float32",
    TensorProto.DOUBLE: "float64",
    TensorProto.INT8: "int8",
    TensorProto.UINT8: "uint8",
    TensorProto.INT16: "int16",
    TensorProto.UINT16: "uint16",
    TensorProto.INT32: "int32",
    TensorProto.UINT32: "uint32",
    TensorProto.INT64: "int64",
    TensorProto.UINT64: "uint64",
    TensorProto.BOOL: "bool",
    TensorProto.STRING: "string",
}


@dataclass(frozen=True)
class Port:
    """An input or output of a graph: dtype as in DTYPES, dims with None for a dynamic one, both None when it is no such tensor.

    `what` says what it is instead ("sequence of maps", "tensor of bfloat16").
    """

    name: str
    dtype: str | None
    dims: list[int | None] | None
    what: str


@dataclass(frozen=True)
class Signature:
    """What goes into a graph and what comes out, by name, in the graph's order."""

    inputs: dict[str, Port]
    outputs: dict[str, Port]


def load(path: Path) -> onnx.ModelProto:
    """The model in an ONNX file, checked to be one; raises Problems with the reason when it is not."""
    if not path.is_file():
        raise Problems(f"{path} is missing: train and export first, with: uv run poe train && uv run poe export")
    data = path.read_bytes()
    if data.startswith(b"version https://git-lfs"):
        raise Problems(f"{path} is a Git LFS pointer, not the model itself: fetch the file with: git lfs pull")
    if data.lstrip()[:1] in (b"<", b"{"):
        raise Problems(f"{path} is a text file (it begins with {data.lstrip()[:12]!r}), not an ONNX model: export the model again.")
    try:
        model = onnx.load_from_string(data)
    except DecodeError:
        model = None
    if model is None or not model.graph.node or not model.opset_import:
        raise Problems(f"{path} is no ONNX model, or only a part of one ({len(data):,} bytes): export or download it again.")
    return model


def signature(model: onnx.ModelProto) -> Signature:
    """Inputs that must be fed (initializers are not among them) and outputs."""
    constants = {tensor.name for tensor in model.graph.initializer}
    inputs = [port(info) for info in model.graph.input if info.name not in constants]
    outputs = [port(info) for info in model.graph.output]
    return Signature({each.name: each for each in inputs}, {each.name: each for each in outputs})


def port(info: onnx.ValueInfoProto) -> Port:
    """One input or output as a Port."""
    kind = info.type.WhichOneof("value") or "value of no declared type"
    if kind != "tensor_type":
        return Port(info.name, None, None, "sequence of maps (ZipMap)" if is_zipmap(info) else kind.removesuffix("_type"))
    tensor = info.type.tensor_type
    dtype = DTYPES.get(tensor.elem_type)
    dims = [d.dim_value if d.HasField("dim_value") and d.dim_value > 0 else None for d in tensor.shape.dim]
    what = f"tensor of {dtype or TensorProto.DataType.Name(tensor.elem_type).lower()}"
    return Port(info.name, dtype, dims if tensor.HasField("shape") else None, what)


def is_zipmap(info: onnx.ValueInfoProto) -> bool:
    """Whether a classifier's probabilities come as a sequence of maps, scikit-learn's default."""
    sequence = info.type.sequence_type if info.type.HasField("sequence_type") else None
    return bool(sequence) and sequence.elem_type.HasField("map_type")


def opsets(model: onnx.ModelProto) -> dict[str, int]:
    """Domain -> opset version; "" is ai.onnx. Of a domain imported twice the newer version counts."""
    newest: dict[str, int] = {}
    for entry in model.opset_import:
        domain = "" if entry.domain == "ai.onnx" else entry.domain
        newest[domain] = max(entry.version, newest.get(domain, 0))
    return newest


def domains(model: onnx.ModelProto) -> list[str]:
    """The operator domains that the graph uses: tells any runtime from onnxruntime only."""
    return sorted({node.domain or "ai.onnx" for node in model.graph.node})


def own_operators(model: onnx.ModelProto) -> list[str]:
    """Operators of a domain that is neither ONNX's, nor onnxruntime's, nor defined in the model itself, each once."""
    known = {"", "com.microsoft", *(function.domain for function in model.functions)}
    return sorted({f"{node.domain}.{node.op_type}" for node in model.graph.node if node.domain not in known and not node.domain.startswith("ai.onnx")})


def unsupported(model: onnx.ModelProto) -> list[str]:
    """Why onnxruntime-web would not take the graph: one sentence a reason, none when it will."""
    reasons = []
    if (opset := opsets(model).get("", 0)) > MAX_OPSET:
        reasons.append(f"the model uses opset {opset}, the browser's runtime knows up to {MAX_OPSET}: export with a lower target opset.")
    if model.ir_version > MAX_IR:
        reasons.append(f"the model has IR version {model.ir_version}, the browser's runtime knows up to {MAX_IR}: set ir_version = {EXPORT_IR}.")
    if own := own_operators(model):
        reasons.append(f"the model uses operators that no onnxruntime has by itself ({', '.join(own)}): export it with ONNX's own operators only.")
    if any(uses_external_data(tensor) for tensor in model.graph.initializer):
        reasons.append("the model keeps weights in a second file: export it as one file (external_data=False).")
    ports = signature(model)
    for side, each in [("input", p) for p in ports.inputs.values()] + [("output", p) for p in ports.outputs.values()]:
        if each.dtype is None:
            fix = "export the classifier with options={'zipmap': False}" if "ZipMap" in each.what else "cast it inside the graph"
            reasons.append(f"the model's {side} \"{each.name}\" is a {each.what}, which a browser can't exchange: {fix}.")
    return reasons


def finish(model: onnx.ModelProto) -> onnx.ModelProto:
    """The graph as it should ship: each domain imported once, IR at most 10, a locale that every system has, fully checked.

    Raises Problems with every reason why the browser could not run it. Changes and returns the same object.
    """
    newest = opsets(model)
    del model.opset_import[:]
    model.opset_import.extend(onnx.helper.make_opsetid(domain, version) for domain, version in sorted(newest.items()))
    model.ir_version = min(model.ir_version, EXPORT_IR)
    for node in model.graph.node:
        if node.op_type == "StringNormalizer" and all(attribute.name != "locale" for attribute in node.attribute):
            node.attribute.append(onnx.helper.make_attribute("locale", LOCALE))
    if reasons := unsupported(model):
        raise Problems(*(f"Not exported: {reason}" for reason in reasons))
    try:
        onnx.checker.check_model(model, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise Problems(f"Not exported: the graph is not valid ONNX: {str(error).strip().splitlines()[0]}") from None
    return model


def summary(model: onnx.ModelProto) -> str:
    """One line on a graph: operators, opset, domains."""
    operators = Counter(node.op_type for node in model.graph.node)
    listed = ", ".join(f"{name} × {count}" if count > 1 else name for name, count in operators.most_common(6))
    return f"{listed}; opset {opsets(model).get('', 0)}, IR {model.ir_version}, domains {', '.join(domains(model))}"
