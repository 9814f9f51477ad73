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
        if any(len(shape) != len(dims) for shape in shapes):
            info.type.tensor_type.ClearField("shape")
            continue
        for at, dim in enumerate(dims):
            if dim is not None and any(shape[at] != dim for shape in shapes):
                size = {shape[at] for shape in shapes} if at else set()  # a first dim may count rows
                info.type.tensor_type.shape.dim[at].Clear()
                if len(size) == 1:
                    info.type.tensor_type.shape.dim[at].dim_value = size.pop()
                varying |= {info.name} if at == 0 else set()
    return varying
