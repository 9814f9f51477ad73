"""Make a graph that came from elsewhere one that a browser can exchange tensors with, without changing what it computes."""

import json
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import onnx
from onnx import TensorProto, helper
from onnx.external_data_helper import load_external_data_for_model

from mlweb import files
from mlweb.codec.types import Dims
from mlweb.errors import UserError, first_line
from mlweb.graph import class_names, columns, onnx_file, onnx_passes
from mlweb.runner import NativeError

# Element types that JavaScript can't hold -> the one that stands for it at the border, which holds every value of it exactly.
WIDER: dict[int, int] = {TensorProto.FLOAT16: TensorProto.FLOAT, TensorProto.BFLOAT16: TensorProto.FLOAT}

MAX_WEIGHT_BYTES = files.MODEL
AXES_AS_INPUT = 13  # the first opset whose Squeeze takes them so
OPSET = 13  # for a graph that has operators of ai.onnx.ml alone: the first whose Softmax is today's


def load_normalized(path: Path) -> onnx.ModelProto:
    """The model of a file with the weights that it keeps in others, normalized; raises UserError."""
    model = onnx_file.load(path)
    try:
        load_external_data_for_model(model, str(path.parent))
    except (OSError, RuntimeError, ValueError, onnx.checker.ValidationError) as error:
        raise UserError(f"{path} keeps weights in a second file that can't be read: {first_line(error)}") from None
    if (size := sum(len(tensor.raw_data) for tensor in model.graph.initializer)) >= MAX_WEIGHT_BYTES:
        raise UserError(
            f"{path} has {size / 1e9:.1f} GB of weights, and no browser takes more than {MAX_WEIGHT_BYTES / 1e9:.1f}: quantise it, or take a smaller model."
        )
    return normalize(model)


def normalize(model: onnx.ModelProto) -> onnx.ModelProto:
    """Operators come into their order, maps of probabilities become a tensor, lists of tensors outputs of their own, half floats at the border floats;
    sizes that are left open stay, but for those that weights tell; outputs get their shape, weights that nothing reads go.

    Changes and returns the same object.
    """
    in_order(model.graph)
    without_zipmap(model)
    without_sequences(model)
    with_casts(model)
    with_open_sizes(model)
    with_told_sizes(model.graph)
    with_shapes(model)
    without_unused(model.graph)
    return model


def in_order(scope: onnx.GraphProto) -> None:
    """Put each operator behind those whose results it reads, as ONNX wants it and tools that convert to half floats leave it undone."""
    maker = {name: index for index, node in enumerate(scope.node) for name in node.output if name}
    reads = [[*node.input, *(name for inside in onnx_file.within(node) for name in names_in(inside))] for node in scope.node]
    needs = {index: [maker[name] for name in names if maker.get(name, index) != index] for index, names in enumerate(reads)}
    if all(at < index for index, makers in needs.items() for at in makers):
        return
    try:
        ordered = [onnx.NodeProto.FromString(scope.node[index].SerializeToString()) for index in TopologicalSorter(needs).static_order()]
    except CycleError:
        return  # finalize says what is wrong
    del scope.node[:]
    scope.node.extend(ordered)


def without_zipmap(model: onnx.ModelProto) -> None:
    """Take out each ZipMap, scikit-learn's default: its output becomes the tensor [N, classes] that it was given."""
    for node in [node for node in model.graph.node if node.op_type == "ZipMap" and node.domain == "ai.onnx.ml"]:
        [output] = [info for info in model.graph.output if info.name == node.output[0]] or [None]
        if output is None:
            continue  # read by another operator, which wants the maps
        classes = next(iter(columns.class_labels(node)))
        output.CopyFrom(helper.make_tensor_value_info(output.name, TensorProto.FLOAT, ["N", len(classes)]))
        model.metadata_props.add(key=f"{class_names.LABELS}{output.name}", value=json.dumps(classes))
        node.CopyFrom(helper.make_node("Identity", node.input, node.output))
        with_standard_operators(model)


def without_sequences(model: onnx.ModelProto) -> None:
    """Take out each list of tensors that an output is, as that of a classifier of several targets: each tensor becomes an output, called name_1 and so on."""
    for node in [node for node in model.graph.node if node.op_type == "SequenceConstruct"]:
        [listed] = [info for info in model.graph.output if info.name == node.output[0]] or [None]
        if listed is None or any(node.output[0] in other.input for other in model.graph.node):
            continue  # read inside the graph too
        kind = listed.type.sequence_type.elem_type.tensor_type.elem_type
        model.graph.node.remove(node)
        others = [info for info in model.graph.output if info.name != listed.name]
        for index, inner in enumerate(node.input, 1):
            name = free(model, f"{listed.name}_{index}")
            model.graph.node.append(helper.make_node("Identity", [inner], [name]))
            others.append(helper.make_tensor_value_info(name, kind, None))
        del model.graph.output[:]
        model.graph.output.extend(others)


def with_standard_operators(model: onnx.ModelProto) -> None:
    """Import ONNX's own operators, which a graph of trees alone, such as CatBoost writes, does not."""
    if "" not in onnx_file.opsets(model):
        model.opset_import.append(helper.make_opsetid("", OPSET))


def with_casts(model: onnx.ModelProto) -> None:
    """Cast inputs and outputs of a type in WIDER inside the graph."""
    constants = {tensor.name for tensor in model.graph.initializer}
    nodes = model.graph.node
    for info in [info for info in model.graph.input if info.name not in constants and narrow(info)]:
        inner = free(model, f"{info.name}_narrow")
        rename(model.graph, info.name, inner, inputs=True)
        nodes.insert(0, helper.make_node("Cast", [info.name], [inner], to=widen(info)))
    for info in [info for info in model.graph.output if narrow(info)]:
        inner = free(model, f"{info.name}_narrow")
        rename(model.graph, info.name, inner, inputs=True, outputs=True)
        widen(info)
        nodes.append(helper.make_node("Cast", [inner], [info.name], to=info.type.tensor_type.elem_type))


def with_open_sizes(model: onnx.ModelProto) -> None:
    """Let each Squeeze that names no axes take off what is always 1, not a size that is left open, such as the number of rows, when it is 1."""
    bare = [node for node in model.graph.node if node.op_type == "Squeeze" and len(node.input) == 1 and not node.attribute]
    if not bare:
        return
    try:
        inferred = onnx_passes.with_inferred_shapes(model).graph
    except NativeError:
        return  # finalize says what is wrong
    known = {info.name: onnx_file.port(info).dims for info in [*inferred.input, *inferred.value_info]}
    for node in bare:
        dims = known.get(node.input[0])
        if dims is None or None not in dims:
            continue
        axes = [at for at, dim in enumerate(dims) if dim == 1]
        if not axes:
            node.op_type = "Identity"
        elif onnx_file.opsets(model)[""] < AXES_AS_INPUT:
            node.attribute.append(helper.make_attribute("axes", axes))
        else:
            node.input.append(free(model, f"{node.output[0]}_axes"))
            model.graph.initializer.append(helper.make_tensor(node.input[1], TensorProto.INT64, [len(axes)], axes))


def with_told_sizes(graph: onnx.GraphProto) -> None:
    """Declare each size of an input that is left open, but for the first, which counts rows, where the weights that it meets first tell it: those that it
    is multiplied with, or a scale or an offset for each of its columns.
    """
    weights = {tensor.name: [*tensor.dims] for tensor in graph.initializer}
    for info in graph.input:
        dims = info.type.tensor_type.shape.dim
        for node in graph.node:
            if info.name in weights or len(node.input) < 2 or node.input[0] != info.name or node.input[1] not in weights:
                continue
            told: list[int] = []
            met = weights[node.input[1]]
            if node.op_type == "MatMul" and len(met) == 2:
                told = met[:1]
            elif node.op_type == "Gemm" and not onnx_file.attribute(node, "transA", 0):
                told = met[1:] if onnx_file.attribute(node, "transB", 0) else met[:1]
            elif node.op_type in ("Mul", "Div", "Add", "Sub") and len(met) < len(dims):
                told = met
            for dim, size in zip(reversed(dims[1:]), reversed(told), strict=False):
                if size > 1 and not dim.dim_value:
                    dim.dim_value = size


def with_shapes(model: onnx.ModelProto) -> None:
    """Declare the shape of each output as it follows from the rest, where it has none or a wrong one, and nothing on the way: browsers take no wrong ones.

    Sizes that are left open though they follow, such as the number of classes, are declared as well; but for the first, which counts rows.
    A size of -1 is one that is left open.
    """
    del model.graph.value_info[:]
    with_known_keys(model)
    for scope in [model.graph, *(inside for node in onnx_file.nodes(model.graph) for inside in onnx_file.within(node))]:
        for info in [*scope.input, *scope.output, *scope.value_info]:
            for dim in info.type.tensor_type.shape.dim:
                if dim.dim_value < 0:
                    dim.Clear()
    tensors = [info for info in model.graph.output if info.type.HasField("tensor_type")]
    declared = {info.name: onnx_file.port(info).dims for info in tensors}
    kept = [onnx.ValueInfoProto.FromString(info.SerializeToString()) for info in tensors]
    for info in tensors:
        info.type.tensor_type.ClearField("shape")
    try:
        inferred = {info.name: info for info in onnx_passes.with_inferred_shapes(model).graph.output}
    except NativeError:
        inferred = {}  # finalize says what is wrong
    for info, was in zip(tensors, kept, strict=True):
        found, dims = inferred.get(info.name, was), declared[info.name]
        follows = onnx_file.port(found).dims
        info.CopyFrom(found if contradict(dims, follows) else was)
        for at, (dim, size) in enumerate(zip(dims or [], follows or [], strict=False)):
            if at and dim is None and size is not None:
                info.type.tensor_type.shape.dim[at].dim_value = size
        if not info.type.tensor_type.HasField("shape"):  # ONNX wants one
            info.CopyFrom(helper.make_tensor_value_info(info.name, info.type.tensor_type.elem_type, [None, onnx_file.UNKNOWN]))


KEYS = {"keys_floats": TensorProto.FLOAT, "keys_int64s": TensorProto.INT64, "keys_strings": TensorProto.STRING}


def with_known_keys(model: onnx.ModelProto) -> None:
    """Declare what type each LabelEncoder reads, as its keys say: where nothing else does, the inference of onnx 1.23 brings the process down."""
    known = {info.name for info in [*model.graph.input, *model.graph.output]}
    for node in model.graph.node:
        kinds = [KEYS[each.name] for each in node.attribute if each.name in KEYS]
        kinds += [each.t.data_type for each in node.attribute if each.name == "keys_tensor"]
        if node.op_type == "LabelEncoder" and kinds and node.input and node.input[0] not in known:
            known.add(node.input[0])
            model.graph.value_info.append(helper.make_tensor_value_info(node.input[0], kinds[0], None))


def contradict(declared: Dims | None, inferred: Dims | None) -> bool:
    """Whether the shape that was inferred is to be declared: there is none yet, or one of another rank or size."""
    if declared is None or inferred is None:
        return inferred is not None
    return len(declared) != len(inferred) or any(None not in pair and pair[0] != pair[1] for pair in zip(declared, inferred, strict=True))


def narrow(info: onnx.ValueInfoProto) -> bool:
    return info.type.HasField("tensor_type") and info.type.tensor_type.elem_type in WIDER


def widen(info: onnx.ValueInfoProto) -> int:
    """Declare the wider type; the one that it was."""
    was = info.type.tensor_type.elem_type
    info.type.tensor_type.elem_type = WIDER[was]
    return was


def without_unused(scope: onnx.GraphProto) -> None:
    """Take out weights that nothing reads: they are downloaded for nothing, and the runtime complains of each."""
    read = {name for node in scope.node for name in node.input} | {info.name for info in scope.output}
    read |= {name for node in scope.node for inside in onnx_file.within(node) for name in names_in(inside)}
    for tensor in [tensor for tensor in scope.initializer if tensor.name not in read]:
        scope.initializer.remove(tensor)
        for info in [info for info in scope.input if info.name == tensor.name]:
            scope.input.remove(info)


def rename(scope: onnx.GraphProto, old: str, new: str, inputs: bool = False, outputs: bool = False) -> None:
    """Let the operators of a graph, and of the graphs inside it, read or write a tensor under another name."""
    for node in scope.node:
        for names, wanted in ((node.input, inputs), (node.output, outputs)):
            for index, name in enumerate(names):
                if wanted and name == old:
                    names[index] = new
        for inside in onnx_file.within(node):
            if old not in {info.name for info in inside.input}:
                rename(inside, old, new, inputs)
                for info in inside.output:
                    if info.name == old and inputs and not made_in(inside, old):
                        info.name = new


def made_in(scope: onnx.GraphProto, name: str) -> bool:
    return any(name in node.output for node in scope.node)


def free(model: onnx.ModelProto, name: str) -> str:
    """The name, with as many underscores as make it a new one."""
    taken = set(names_in(model.graph))
    while name in taken:
        name += "_"
    return name


def names_in(scope: onnx.GraphProto) -> Iterable[str]:
    """The name of every tensor of a graph and of the graphs inside it."""
    yield from (each.name for each in [*scope.input, *scope.output, *scope.initializer])
    for node in scope.node:
        yield from [*node.input, *node.output]
        for inside in onnx_file.within(node):
            yield from names_in(inside)
