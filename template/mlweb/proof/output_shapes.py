"""What a graph declares of its outputs, held against what it computes: exporters declare wrong sizes, or leave open what is always the same."""

from collections.abc import Mapping, Sequence

import numpy as np
import onnx

from mlweb.graph import onnx_file, value_sizes


def correct(model: onnx.ModelProto, computed: Sequence[Mapping[str, np.ndarray]]) -> set[str]:
    """Declare what was computed in place of each size of an output that a run contradicted, or nothing where runs differ; and where one was left open
    that no value can change.

    Gives the outputs whose first dim was declared with a wrong size: how many rows there are may depend on the values.

    computed: the outputs of single rows, name -> array.
    """
    declared = onnx_file.signature(model).outputs
    varying: set[str] = set()
    settled = settled_outputs(model)
    for info in model.graph.output:
        dims = declared[info.name].dims
        shapes = {np.shape(outputs[info.name]) for outputs in computed if info.name in outputs}
        if dims is None or not shapes:
            continue
        is_unknown = any(dim.dim_param == onnx_file.UNKNOWN for dim in info.type.tensor_type.shape.dim)
        if is_unknown or any(len(shape) != len(dims) for shape in shapes):
            declare(info, shapes)
            continue
        for at, dim in enumerate(dims):
            if dim is not None and any(shape[at] != dim for shape in shapes):
                size = {shape[at] for shape in shapes} if at else set()  # a first dim may count rows
                info.type.tensor_type.shape.dim[at].Clear()
                if len(size) == 1:
                    info.type.tensor_type.shape.dim[at].dim_value = size.pop()
                varying |= {info.name} if at == 0 else set()
            elif dim is None and at and info.name in settled and len(sizes := {shape[at] for shape in shapes}) == 1 and min(sizes) > 1:
                info.type.tensor_type.shape.dim[at].dim_value = sizes.pop()  # a 1 may count rows
    return varying


def settled_outputs(model: onnx.ModelProto) -> set[str]:
    """The outputs that have the same size in each run, but for a first dim that counts rows: no input leaves another open, and no value decides it."""
    given = onnx_file.signature(model)
    if any(port.dims is None or None in port.dims[1:] for port in given.inputs.values()):
        return set()
    counts = any(port.dims and port.dims[0] is None for port in given.inputs.values())
    of_rows = {name for name, port in given.outputs.items() if not counts or (port.dims or [0])[0] is None}
    return of_rows - value_sizes.by_values(model)


def declare(info: onnx.ValueInfoProto, shapes: set[tuple[int, ...]]) -> None:
    """Declare the rank of all runs, and each size that is the same in all but the first, which may count rows; nothing where ranks differ."""
    info.type.tensor_type.ClearField("shape")
    if len({len(shape) for shape in shapes}) == 1:
        sizes = [set(sizes) if at else set() for at, sizes in enumerate(zip(*shapes, strict=True))]
        kind = info.type.tensor_type.elem_type
        info.CopyFrom(onnx.helper.make_tensor_value_info(info.name, kind, [size.pop() if len(size) == 1 else None for size in sizes]))
