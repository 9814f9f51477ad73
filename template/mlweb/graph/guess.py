"""Which kind fits an input or an output of a graph, judged by its name, dtype and shape, and by what the model computed."""

import json
import re
from collections.abc import Sequence

import numpy as np
import onnx

from mlweb.codec.dtypes import FLOATS, NUMERIC
from mlweb.graph.onnx_file import TensorInfo

WIDEST = 100  # columns that are still a form
MOST_CLASSES = 2000
SHORTEST_SIDE = 8  # pixels; a smaller fixed shape is hardly a picture
SOUND = re.compile(r"audio|sound|speech|wave|waveform|pcm", re.IGNORECASE)
SCORES = {"Softmax", "Sigmoid", "LinearClassifier", "TreeEnsembleClassifier", "SVMClassifier"}  # operators that give probabilities
LABELS = "mlweb.classes "  # with the name of an output: the key of its class names in a graph's metadata, where mend took a map away
PASSING = {"Identity", "Cast", "Flatten", "Reshape", "Squeeze", "Normalizer"}  # operators that leave them what they are


def field(port: TensorInfo) -> dict:
    """A kind, or fields, for one input of known dtype and shape; a raw tensor where nothing plainer fits."""
    dtype, _ = port.declared()
    if is_picture(port) and dtype in NUMERIC:
        return {"kind": "image"}
    if is_sound(port):
        return {"kind": "audio"}
    width = columns(port)
    if width is None or width > WIDEST:
        return {"kind": "tensor"}
    kind = {"string": "text", "bool": "toggle"}.get(dtype, "number" if dtype in FLOATS else "integer")
    one = {"kind": kind, "lines": 1} if kind == "text" and width > 1 else {"kind": kind}
    return one if width == 1 else {"fields": {f"{port.name}_{index}": dict(one) for index in range(1, width + 1)}}


def columns(port: TensorInfo) -> int | None:
    """How many values one row has; None when the shape is no row of a table."""
    match port.dims:
        case []:
            return 1
        case [None]:
            return 1
        case [int(width)] | [None | 1, int(width)] if width:
            return width
    return None


def is_picture(port: TensorInfo) -> bool:
    """Whether the shape is [height, width, 1 or 3], perhaps with a batch dim in front, and no tiny one."""
    dims = port.dims or []
    if len(dims) == 4 and dims[0] not in (None, 1):
        return False
    sides = dims[-3:-1]
    plausible = all(side is None or side >= SHORTEST_SIDE for side in sides)
    return len(dims) in (3, 4) and dims[-1] in (1, 3) and plausible


def is_sound(port: TensorInfo) -> bool:
    """Whether the name speaks of sound, and the shape is [samples] or [1, samples]."""
    dims = port.dims or []
    if not SOUND.search(port.name) or port.dtype not in FLOATS or len(dims) not in (1, 2):
        return False
    return dims[0] in (None, 1, dims[-1]) and (dims[-1] is None or 1000 <= dims[-1] < 10**7)


def channels_first(port: TensorInfo) -> bool:
    """Whether the shape is [N, 1 or 3, height, width], the commonest of vision models, in floats or bytes."""
    dims = port.dims or []
    return (
        port.dtype in FLOATS | {"uint8"}
        and len(dims) == 4
        and dims[0] in (None, 1)
        and dims[1] in (1, 3)
        and all(side is None or side >= SHORTEST_SIDE for side in dims[2:])
    )


def shown(port: TensorInfo, computed: list[np.ndarray], model: onnx.ModelProto, batch: bool) -> dict:
    """How one output is shown, given what the model computed for some rows, one row a run; nothing computed means by its shape alone.

    batch: whether its first dim counts rows. A size that depends on the values has to be shown whole.
    """
    dims = list(computed[0].shape) if computed else port.dims
    if port.dtype == "string":
        return {"kind": "text"}
    if port.dtype == "uint8" and is_picture(port):
        return {"kind": "image"}
    if dims is None or not settled(port, batch) or any(array.shape != tuple(dims) for array in computed):
        return {"kind": "tensor"}
    size = int(np.prod([1 if dim is None else dim for dim in dims]))
    if size == 1 and len(dims) <= 2:
        return {"kind": "value"}
    if port.dtype in FLOATS and len(dims) == 2 and dims[0] in (None, 1) and 1 < size <= MOST_CLASSES and probable(port, computed, model):
        return {"kind": "classes", "classes": class_names(port.name, model, size), **({"top": 5} if size > 10 else {})}
    return {"kind": "tensor"}


def settled(port: TensorInfo, batch: bool) -> bool:
    """Whether one row always gives as many values: all dims are fixed but a first one, which counts rows. A 0 is of an empty example."""
    if port.dims is None:
        return batch
    if 0 in port.dims:
        return False
    return None not in port.dims[1:] and (batch or len(port.dims) != 1 or port.dims[0] is not None)


def probable(port: TensorInfo, computed: list[np.ndarray], model: onnx.ModelProto) -> bool:
    """Whether a row of floats is one of probabilities: by its labels, by the operator that gives it, or because all rows add up to 1."""
    if labels(port.name, model) or source_of(port.name, model) in SCORES:
        return True
    rows = np.array([array.reshape(-1) for array in computed])
    varied = len(rows) > 1 and bool(np.ptp(rows, axis=0).any())
    return varied and bool((rows >= 0).all()) and np.allclose(rows.sum(1), 1, atol=1e-4)


def labels(name: str, model: onnx.ModelProto) -> list[str | int]:
    """The labels of an output that was a map of probabilities."""
    return next((json.loads(noted.value) for noted in model.metadata_props if noted.key == f"{LABELS}{name}"), [])


def class_names(name: str, model: onnx.ModelProto, count: int) -> Sequence[str | int]:
    """The labels that a classifier's graph carries, those of the output itself first, else numbered ones."""
    attributes = [attribute for node in model.graph.node for attribute in node.attribute if attribute.name.startswith("classlabels")]
    carried = [labels(name, model)]
    carried += [[text.decode(errors="replace") for text in each.strings] or list(each.ints) for each in attributes]
    carried += [[text.decode(errors="replace") for text in tensor.string_data] for tensor in model.graph.initializer]
    fitting = [each for each in carried if len(each) == count and len(set(each)) == count and "" not in each]
    texts = [each for each in fitting if isinstance(each[0], str)]
    return next(iter(texts + fitting), [f"class {index}" for index in range(count)])


def source_of(name: str, model: onnx.ModelProto) -> str:
    """The operator that computes a tensor, those passed by that leave its values as they are."""
    made_by = {output: node for node in model.graph.node for output in node.output}
    while (node := made_by.get(name)) is not None and node.op_type in PASSING:
        name = node.input[0]
    return node.op_type if node is not None else ""
