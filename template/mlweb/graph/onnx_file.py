"""Read an ONNX file, and finalize one: what every exporter's graph goes through before it is worth shipping."""

import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import TensorProto
from onnx.external_data_helper import uses_external_data

from mlweb import files
from mlweb.codec.types import Dims
from mlweb.errors import UserError, first_line, mixed_floats
from mlweb.graph import framing, onnx_passes
from mlweb.runner import NativeError

MAX_OPSET = 26  # of ai.onnx, the newest that onnxruntime-web 1.30 runs
MAX_IR = 13
MAX_ELEMENTS = 100_000_000  # of an input: a picture of 33 megapixels
MAX_CALLED = 200_000  # operators, where functions call others: onnx unfolds them all before it says a word
LEAST_IR = 4  # the first in which weights need not be inputs too, as those are not that an export adds
EXPORT_IR = 10  # what finalize() writes: every runtime of the last years reads it
RANDOM_GRAPH_NAME = re.compile("[0-9a-f]{32}")  # how skl2onnx names a graph, anew each time
LOCALE = "C.UTF-8"  # there on every system, and it lowers accents; the default en_US.UTF-8 is missing in slim containers
ENGLISH = re.compile(rb"en(_[A-Z]{2})?(\.[\w-]+)?")

KNOWN = {"", "ai.onnx", "ai.onnx.ml", "com.microsoft"}  # domains of the operators in onnxruntime-web

UNKNOWN = "unknown"  # the name of the second dim of an output whose shape, its rank included, nobody can tell before a run

# Operators that draw random numbers, with a seed or without: the same seed gives others in each runtime, and others in each run.
RANDOM_OPS = {"RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Bernoulli", "Multinomial", "Sampling"}

# Element types that cross the border between JavaScript and onnxruntime-web, by the name onnxruntime-web gives them.
# float16 is left out: browsers without Float16Array would show its bits as numbers. Cast it inside the graph.
DTYPES: dict[int, str] = {
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
class TensorInfo:
    """An input or output of a graph: dtype as in DTYPES, dims with None for a dynamic one, both None when it is no such tensor.

    `what` says what it is instead ("sequence of maps", "tensor of bfloat16"). Dims alone are None where the graph declares no shape.
    """

    name: str
    dtype: str | None
    dims: Dims | None
    what: str

    def declared(self) -> tuple[str, Dims]:
        """dtype and dims of an input that a form can give, which has both; raises ValueError."""
        if self.dtype is None or self.dims is None:
            raise ValueError(f'"{self.name}", a {self.what} of shape {self.dims}, is not something that a form can give')
        return self.dtype, self.dims


@dataclass(frozen=True)
class Signature:
    """What goes into a graph and what comes out, by name, in the graph's order."""

    inputs: dict[str, TensorInfo]
    outputs: dict[str, TensorInfo]


MISSING = "train and export first, with: uv run poe train && uv run poe export, or check the path."


def load(path: Path) -> onnx.ModelProto:
    """The model in an ONNX file, checked to be one; raises UserError with the reason when it is not."""
    if path.is_dir():
        raise UserError(f"{path} is a folder, not an ONNX file: name the file inside it.")
    if not path.is_file():
        raise UserError(f"{path} is missing: {MISSING}")
    if (size := path.stat().st_size) > files.MODEL:
        raise UserError(f"{path} has {size:,} bytes, and no browser takes a model of more than {files.MODEL:,}: quantise it, or take a smaller one.")
    with path.open("rb") as file:
        start = file.read(100)
    if start.startswith(b"version https://git-lfs"):
        raise UserError(f"{path} is a Git LFS pointer, not the model itself: fetch the file with: git lfs pull")
    if start.startswith(b"GGUF"):
        raise UserError(f"{path} is a GGUF file, not an ONNX model: write engine: llama, which runs those.")
    if (start := start.lstrip())[:1] in (b"<", b"{"):
        raise UserError(f"{path} is a text file (it begins with {start[:12]!r}), not an ONNX model: export the model again.")
    try:
        model = onnx.load_from_string(path.read_bytes() if framing.is_framed(path) else b"")
        is_text = all(isinstance(text, str) for text in texts(model))  # protocol buffers give bytes for what is no UTF-8
    except DecodeError:
        model, is_text = None, False
    if model is None or not is_text or not model.graph.node or not model.opset_import or not all(node.output for node in nodes(model.graph)):
        raise UserError(f"{path} is not an ONNX model, or only part of one ({size:,} bytes): export or download it again.")
    if unfolded(model) > MAX_CALLED:
        raise UserError(f"{path} has functions that call each other until there are more than {MAX_CALLED:,} operators: export it without functions.")
    return model


def texts(model: onnx.ModelProto) -> Iterable[str]:
    """What a model names: its operators, what goes in and out of them in every graph, its functions, domains, open sizes and metadata."""
    for scope in (model.graph, *model.functions):
        for node in nodes(scope):
            yield from (node.op_type, node.domain, node.name, *node.input, *node.output, *(attribute.name for attribute in node.attribute))
            yield from (each.name for inside in within(node) for each in (*inside.input, *inside.output, *inside.initializer))
    ports = (*model.graph.input, *model.graph.output)
    yield from (each.name for each in (*ports, *model.graph.value_info, *model.graph.initializer, model.graph))
    yield from (dim.dim_param for each in ports for dim in each.type.tensor_type.shape.dim)
    for function in model.functions:
        yield from (function.name, function.domain, *function.input, *function.output, *function.attribute)
    yield from (imported.domain for scope in (model, *model.functions) for imported in scope.opset_import)
    yield from (text for noted in model.metadata_props for text in (noted.key, noted.value))


def signature(model: onnx.ModelProto) -> Signature:
    """Inputs that must be fed (initializers are not among them) and outputs."""
    constants = {tensor.name for tensor in model.graph.initializer}
    inputs = [port(info) for info in model.graph.input if info.name not in constants]
    outputs = [port(info) for info in model.graph.output]
    return Signature({each.name: each for each in inputs}, {each.name: each for each in outputs})


def port(info: onnx.ValueInfoProto) -> TensorInfo:
    """One input or output as a TensorInfo."""
    kind = info.type.WhichOneof("value") or "value of no declared type"
    if kind != "tensor_type":
        what = "optional value" if kind == "optional_type" else kind.removesuffix("_type").replace("_", " ")
        return TensorInfo(info.name, None, None, "sequence of maps (ZipMap)" if is_zipmap(info) else what)
    tensor = info.type.tensor_type
    dtype = DTYPES.get(tensor.elem_type)
    dims = [d.dim_value if d.HasField("dim_value") and d.dim_value >= 0 else None for d in tensor.shape.dim]
    known = tensor.elem_type in TensorProto.DataType.values()
    what = f"tensor of {dtype or (TensorProto.DataType.Name(tensor.elem_type).lower() if known else 'a type that ONNX does not have')}"
    return TensorInfo(info.name, dtype, dims if tensor.HasField("shape") else None, what)


def is_zipmap(info: onnx.ValueInfoProto) -> bool:
    """Whether a classifier's probabilities come as a sequence of maps, scikit-learn's default."""
    sequence = info.type.sequence_type if info.type.HasField("sequence_type") else None
    return sequence is not None and sequence.elem_type.HasField("map_type")


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
    """Operators that are neither ONNX's, nor onnxruntime's, nor defined in the model itself, each once."""
    defined = {(function.domain, function.name) for function in model.functions}
    used = {(node.domain, node.op_type) for scope in (model.graph, *model.functions) for node in nodes(scope)}
    return sorted(f"{domain}.{name}" for domain, name in used - defined if domain not in KNOWN)


def nodes(scope: onnx.GraphProto | onnx.FunctionProto) -> Iterable[onnx.NodeProto]:
    """Every operator of a graph or function, those of the graphs inside it too."""
    for node in scope.node:
        yield node
        for inside in within(node):
            yield from nodes(inside)


def tensors(model: onnx.ModelProto) -> Iterable[TensorProto]:
    """Every constant of a graph, of its functions, and of the graphs inside operators; of sparse ones, the values and their places."""

    def of_graph(scope: onnx.GraphProto) -> Iterable[TensorProto]:
        yield from scope.initializer
        for sparse in scope.sparse_initializer:
            yield from (sparse.values, sparse.indices)

    yield from of_graph(model.graph)
    for scope in (model.graph, *model.functions):
        for node in nodes(scope):
            for attribute in node.attribute:
                yield from (attribute.t, *attribute.tensors)
                for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
                    yield from (sparse.values, sparse.indices)
            for inside in within(node):
                yield from of_graph(inside)


def array(tensor: TensorProto) -> np.ndarray:
    """The elements of a constant; raises UserError when there are more or fewer than its shape says."""
    try:
        return onnx.numpy_helper.to_array(tensor)
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"The model's constant \"{tensor.name}\" can't be read ({first_line(error)}): export or download the model again.") from None


def value(attribute: onnx.AttributeProto) -> Any:
    """What an operator's attribute holds; None for nothing, such as one that whoever calls a function would give."""
    try:
        return onnx.helper.get_attribute_value(attribute)
    except ValueError:
        return None


def attribute(node: onnx.NodeProto, name: str, default: Any = None) -> Any:
    """What an operator's attribute of this name holds."""
    return next((value(each) for each in node.attribute if each.name == name), default)


def decoded(held: Iterable[bytes]) -> list[str]:
    """Texts as an attribute or a tensor of strings holds them, read whatever bytes they are of."""
    return [text.decode(errors="replace") for text in held]


def producers(graph: onnx.GraphProto) -> dict[str, onnx.NodeProto]:
    """Which operator computes each tensor."""
    return {output: node for node in graph.node for output in node.output}


def within(node: onnx.NodeProto) -> Iterable[onnx.GraphProto]:
    """The graphs inside an operator, such as the branches of an If; empty ones among them."""
    for attribute in node.attribute:
        yield attribute.g
        yield from attribute.graphs


def unfolded(model: onnx.ModelProto) -> int:
    """How many operators there are once each call of one of the model's own functions is that function's body; a call of itself counts as one."""
    bodies = {(function.domain, function.name): function for function in model.functions}
    sizes: dict[tuple[str, str], int] = {}

    def size(scope: onnx.GraphProto | onnx.FunctionProto) -> int:
        total = 0
        for node in nodes(scope):
            name = node.domain, node.op_type
            if name in bodies and name not in sizes:
                sizes[name] = 1
                sizes[name] = size(bodies[name])
            total += sizes.get(name, 1)
        return total

    try:
        return size(model.graph) if bodies else 0
    except RecursionError:  # as deep as that is too much as well
        return sys.maxsize


def dependent_outputs(model: onnx.ModelProto) -> set[str]:
    """The outputs that some input can change; the others are constants, such as a list of all class names."""
    changed = set(signature(model).inputs)
    for node in model.graph.node:
        inside = list(within(node))
        read = {
            *node.input,
            *(name for scope in inside for inner in nodes(scope) for name in inner.input),
            *(info.name for scope in inside for info in scope.output),
        }
        if read & changed:
            changed |= {name for name in node.output if name}
    return changed & {info.name for info in model.graph.output}


def random_ops(model: onnx.ModelProto) -> list[str]:
    """The kinds of operators that make the answer another one each time, each once; Dropout is one while it trains."""
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    everywhere = [node for scope in (model.graph, *model.functions) for node in nodes(scope)]
    constants |= {node.output[0]: attribute.t for node in everywhere if node.op_type == "Constant" for attribute in node.attribute if attribute.name == "value"}

    def trains(node: onnx.NodeProto) -> bool:
        switch = node.input[2] if len(node.input) > 2 else ""
        return bool(switch) and (switch not in constants or bool(array(constants[switch]).any()))

    return sorted({node.op_type for node in everywhere if node.op_type in RANDOM_OPS or (node.op_type == "Dropout" and trains(node))})


def unsupported(model: onnx.ModelProto) -> list[str]:
    """Why no page could serve the graph as Python computes it: one sentence a reason, none when it can."""
    reasons = []
    if (opset := opsets(model).get("", 0)) > MAX_OPSET:
        reasons.append(f"the model uses opset {opset}, the browser's runtime knows up to {MAX_OPSET}: export with a lower target opset.")
    if model.ir_version > MAX_IR:
        reasons.append(f"the model has IR version {model.ir_version}, the browser's runtime knows up to {MAX_IR}: set ir_version = {EXPORT_IR}.")
    if own := own_operators(model):
        reasons.append(f"the model uses operators that no onnxruntime has by itself ({', '.join(own)}): export it with ONNX's own operators only.")
    if drawn := random_ops(model):
        reasons.append(
            f"the model draws random numbers ({', '.join(drawn)}), so its answer differs each time and nothing can be proven about it: "
            "export it for inference (model.eval()), or make the numbers an input."
        )
    if any(map(uses_external_data, tensors(model))):
        reasons.append("the model keeps weights in a second file: export it as one file (external_data=False).")
    ports = signature(model)
    if "__proto__" in ports.inputs.keys() | ports.outputs.keys():
        reasons.append('the model has an input or output named "__proto__", a name that JavaScript reserves: give it another one.')
    for each in ports.inputs.values():
        if (elements := prod(dim or 1 for dim in each.dims or [])) > MAX_ELEMENTS:
            most = f"and no page gives more than {MAX_ELEMENTS:,}: export it smaller."
            reasons.append(f'the model\'s input "{each.name}" takes {elements:,} elements at once, {most}')
    for side, each in [("input", p) for p in ports.inputs.values()] + [("output", p) for p in ports.outputs.values()]:
        if each.dtype is None:
            fix = "cast it inside the graph" if each.what.startswith("tensor") else "make it a tensor inside the graph"
            fix = "export the classifier with options={'zipmap': False}" if "ZipMap" in each.what else fix
            article = "an" if each.what.startswith("o") else "a"
            reasons.append(f"the model's {side} \"{each.name}\" is {article} {each.what}, which a browser can't exchange: {fix}.")
    return reasons


def strip_metadata(graph: onnx.GraphProto) -> None:
    """Take out what exporters note for themselves, such as lines of code and paths of this machine, and a name that one drew by chance.

    So the same estimator gives the same bytes, whenever it is exported.
    """
    if RANDOM_GRAPH_NAME.fullmatch(graph.name):
        graph.name = "model"
    for noted in (graph, *graph.input, *graph.output, *graph.value_info, *graph.initializer, *nodes(graph)):
        del noted.metadata_props[:]
    for node in nodes(graph):
        node.doc_string = ""


def finalize(model: onnx.ModelProto, prefix: str = "Not exported: ") -> onnx.ModelProto:
    """The graph as it should ship: each domain imported once, IR from 4 to 10, a locale that every system has, no traces, fully checked.

    Raises UserError with every reason why no page could serve it, each behind the prefix. Changes and returns the same object.
    """
    newest = opsets(model)
    del model.opset_import[:]
    model.opset_import.extend(onnx.helper.make_opsetid(domain, version) for domain, version in sorted(newest.items()))
    model.ir_version = min(max(model.ir_version, LEAST_IR), EXPORT_IR)
    for node in model.graph.node:
        if node.op_type == "StringNormalizer":
            settle_locale(node)
    strip_metadata(model.graph)
    if reasons := unsupported(model):
        raise UserError(*(f"{prefix}{reason}" for reason in reasons))
    try:
        onnx_passes.check(model)
    except NativeError as error:
        raise UserError(f"{prefix}the graph is not valid ONNX: {first_line(error)}{mixed_floats(str(error))}") from None
    return model


def settle_locale(node: onnx.NodeProto) -> None:
    """Let it name a locale that every system has, where it names none or an English one, which turns letters into capitals no differently."""
    [named, *_] = [each for each in node.attribute if each.name == "locale"] or [node.attribute.add(name="locale", type=onnx.AttributeProto.STRING)]
    if not named.s or ENGLISH.fullmatch(named.s):
        named.s = LOCALE.encode()


def summary(model: onnx.ModelProto) -> str:
    """One line on a graph: operators, opset, domains."""
    operators = Counter(node.op_type for node in model.graph.node)
    listed = ", ".join(f"{name} × {count}" if count > 1 else name for name, count in operators.most_common(6))
    return f"{listed}; opset {opsets(model).get('', 0)}, IR {model.ir_version}, domains {', '.join(domains(model))}"
