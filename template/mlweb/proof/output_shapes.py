"""What a graph declares of its outputs, held against what it computes: exporters declare wrong sizes, which a browser or the contract would go by."""

from collections.abc import Mapping, Sequence

import numpy as np
import onnx

from mlweb.graph import onnx_file


def correct(model: onnx.ModelProto, computed: Sequence[Mapping[str, np.ndarray]]) -> set[str]:
    """Declare what was computed in place of each size of an output that a run contradicted, or nothing where runs differ.

    Gives the outputs whose first dim was declared with a wrong size: how many rows there are may depend on the values.

    computed: the outputs of single rows, name -> array.
    """
    declared = onnx_file.signature(model).outputs
    varying: set[str] = set()
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
    return varying


def declare(info: onnx.ValueInfoProto, shapes: set[tuple[int, ...]]) -> None:
    """Declare the rank of all runs, and each size that is the same in all but the first, which may count rows; nothing where ranks differ."""
    info.type.tensor_type.ClearField("shape")
    if len({len(shape) for shape in shapes}) == 1:
        sizes = [set(sizes) if at else set() for at, sizes in enumerate(zip(*shapes, strict=True))]
        kind = info.type.tensor_type.elem_type
        info.CopyFrom(onnx.helper.make_tensor_value_info(info.name, kind, [size.pop() if len(size) == 1 else None for size in sizes]))
