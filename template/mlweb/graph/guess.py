"""Which kind fits an input or an output of a graph, judged by its name, dtype and shape, and by what the model computed."""

import json
import re
from collections.abc import Sequence

import numpy as np
import onnx

from mlweb.codec.dtypes import FLOATS, NUMERIC
from mlweb.graph import file_metadata, onnx_file, probabilities, shares
from mlweb.graph.onnx_file import TensorInfo

WIDEST = 100  # columns that are still a form
MOST_CLASSES = 2000
MOST_VALUES = 16  # numbers that are a list to read, not an array
SHORTEST_SIDE, LONGEST_SIDE = 8, 8192  # pixels; what has a fixed side out of these, or one many times the other, is hardly a picture
LONGEST_TO_SHORTEST = 16
SHORTEST_SOUND, LONGEST_SOUND = 1000, 10**7  # samples
SHORTEST_SERIES = 3  # numbers
LABEL = re.compile(r"label|class|cluster|categor", re.IGNORECASE)
PICTURE = re.compile(r"image|img|picture|photo|pixel|frame|camera", re.IGNORECASE)
SOUND = re.compile(r"audio|sound|speech|pcm|(?<![a-z])wave(form)?s?(?![a-z])", re.IGNORECASE)
OF_SOUND = re.compile(r"embed|feature|vector|spectr|mfcc|(?<![a-z])mel(?![a-z])", re.IGNORECASE)  # what is computed from one, and is none
WINDOW = re.compile(r"(?<![a-z])(window|history|lags?|(time[ _]?)?series)(?![a-z])", re.IGNORECASE)
TIMES = "[0-9]+|values?|steps?|minutes?|hours?|days?|weeks?|months?|years?"
FORECAST = re.compile(rf"(?<![a-z])(forecasts?|horizon|ahead|future|next([ _]?({TIMES})|$))(?![a-z])", re.IGNORECASE)
GIVING = probabilities.PASSING | {"ArrayFeatureExtractor", "Gather", "GatherND", "Unsqueeze", "Where"}  # operators that give some of the texts they take
LABELS = "mlweb.classes "  # with the name of an output: the key of its class names in a graph's metadata, where mend took a map away


def field(port: TensorInfo, takes_bytes: bool = False) -> dict:
    """A kind, or fields, for one input of known dtype and shape; a raw tensor where nothing plainer fits.

    takes_bytes: whether the graph or its file says that it wants the values 0 to 255 of a picture, without which numbers other than bytes are none.
    """
    dtype, _ = port.declared()
    if is_series(port, WINDOW):
        return {"kind": "series"}
    if is_picture(port) and (dtype == "uint8" or (takes_bytes and dtype in NUMERIC)):
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
    """Whether the shape is [height, width, 1 or 3], perhaps with a batch dim in front, and no tiny or long one.

    [N, 1000, 1] is none: where the first of three dims alone is open it counts rows, and the rest is a series. [N, steps, 3] in floats may be one too,
    unless its name speaks of a picture.
    """
    dims = port.dims or []
    if (len(dims) == 4 and dims[0] not in (None, 1)) or (len(dims) == 3 and dims[0] is None and dims[1] is not None):
        return False
    if len(dims) == 3 and dims[:2] == [None, None] and port.dtype in FLOATS and not PICTURE.search(port.name):
        return False
    sides = dims[-3:-1]
    fixed = [side for side in sides if side is not None]
    plausible = all(SHORTEST_SIDE <= side <= LONGEST_SIDE for side in fixed)
    return len(dims) in (3, 4) and dims[-1] in (1, 3) and plausible and (len(fixed) < 2 or max(fixed) <= LONGEST_TO_SHORTEST * min(fixed))


def is_sound(port: TensorInfo) -> bool:
    """Whether the name speaks of sound, and the shape is [samples] or [1, samples]."""
    dims = port.dims or []
    if not SOUND.search(port.name) or OF_SOUND.search(port.name) or port.dtype not in FLOATS or len(dims) not in (1, 2):
        return False
    return dims[0] in (None, 1, dims[-1]) and (dims[-1] is None or SHORTEST_SOUND <= dims[-1] < LONGEST_SOUND)


def is_series(port: TensorInfo, says: re.Pattern[str]) -> bool:
    """Whether the name speaks of numbers one after another, and the shape is [steps], [N, steps] or [N, steps, 1] with a few of them."""
    dims = port.dims or []
    steps = dims[1] if len(dims) > 1 else dims[0] if dims else 1
    fits = len(dims) in (1, 2) or (len(dims) == 3 and dims[2] == 1)
    is_long = steps is None or steps >= SHORTEST_SERIES
    return port.dtype in FLOATS and fits and is_long and (len(dims) == 1 or dims[0] in (None, 1)) and bool(says.search(port.name))


def samples(port: TensorInfo) -> int | None:
    """How many samples a row has that may be a sound, by its length alone: [N, samples], or either with a last or middle dim of 1. None for no sound."""
    dims = port.dims or []
    if port.dtype not in FLOATS or not 2 <= len(dims) <= 3 or dims[0] not in (None, 1):
        return None
    inner = [dim for dim in dims[1:] if dim != 1]
    return inner[0] if len(inner) == 1 and inner[0] is not None and 4 * SHORTEST_SOUND <= inner[0] < LONGEST_SOUND else None


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
        names = file_metadata.label_names(model) if is_label(port, model) else {}
        given = {int(array.reshape(-1)[0]) for array in computed} if names else set()
        return {"kind": "label", "names": names} if names and given <= names.keys() else {"kind": "value"}
    is_row = port.dtype in FLOATS and len(dims) == 2 and dims[0] in (None, 1) and 1 < size <= MOST_CLASSES
    if is_row and (claim := claimed(port.name, computed, model, size)) is not None:
        return {"kind": "classes", "classes": class_names(port.name, model, size), **claim, **({"top": 5} if size > 10 else {})}
    if port.dtype in NUMERIC and len(dims) == 2 and dims[0] in (None, 1) and 1 < size <= MOST_VALUES:
        return {"kind": "values", "values": [f"{port.name}_{index}" for index in range(1, size + 1)]}
    return {"kind": "tensor"}


def settled(port: TensorInfo, batch: bool) -> bool:
    """Whether one row always gives as many values: all dims are fixed but a first one, which counts rows. A 0 is of an empty example."""
    if port.dims is None:
        return batch
    if 0 in port.dims:
        return False
    return None not in port.dims[1:] and (batch or len(port.dims) != 1 or port.dims[0] is not None)


def is_label(port: TensorInfo, model: onnx.ModelProto) -> bool:
    """Whether a lone whole number is the code of a label, and no count or size, by its name or by the operator that gives it."""
    return port.dtype in NUMERIC - FLOATS and (bool(LABEL.search(port.name)) or probabilities.operator(port.name, model) == "ArgMax")


def claimed(name: str, computed: list[np.ndarray], model: onnx.ModelProto, count: int) -> dict | None:
    """What a contract may say of a row of floats as classes: that it is one of probabilities, or of scores; None where nothing speaks for classes.

    The rows decide, where there are some; but of shares whose sum may be 0, and of ones among zeros, rows that sum to 1 are not enough. Numbers that
    are no probabilities are scores of classes only where the graph names these.
    """
    if function := probabilities.appended(model).get(name):
        return {"probabilities": function}
    if probabilities.operator(name, model) == "TopK":  # sorted: its first number is of the first rank, not of the first class
        return None
    function, is_named = probabilities.by_operator(name, model), bool(fitting_names(name, model, count)) and is_classifier(name, model)
    scores = {"scores": True} if is_named else None
    rows = np.array([array.reshape(-1) for array in computed])
    rows = rows[~np.isnan(rows).any(1)] if computed else rows
    if not len(rows):  # NaN says nothing
        return {} if function == "softmax" else {"probabilities": function} if function and is_named else scores
    if not probabilities.broken(rows):
        is_sure = is_named or function == "softmax" or shares.are_of_something(name, model)
        if is_sure is None:
            is_sure = len(rows) > 1 and bool(np.ptp(rows, axis=0).any()) and not np.isin(rows, (0, 1)).all()
        return {} if is_sure else None
    if (function == "softmax" or (function and is_named)) and not probabilities.broken(rows, function):
        return {"probabilities": function}
    return scores


def is_classifier(name: str, model: onnx.ModelProto) -> bool:
    """Whether names in a graph are those of classes: by an operator that has them, a label beside the output, or the file itself."""
    is_labelled = any(info.type.tensor_type.elem_type == onnx.TensorProto.STRING for info in model.graph.output)
    has_names = any(attribute.name.startswith("classlabels") for node in model.graph.node for attribute in node.attribute)
    return is_labelled or has_names or bool(labels(name, model)) or bool(file_metadata.class_names(model))


def labels(name: str, model: onnx.ModelProto) -> list[str | int]:
    """The labels of an output that was a map of probabilities."""
    return next((json.loads(noted.value) for noted in model.metadata_props if noted.key == f"{LABELS}{name}"), [])


def class_names(name: str, model: onnx.ModelProto, count: int) -> Sequence[str | int]:
    """The labels that a classifier's graph carries, else numbered ones."""
    return next(iter(fitting_names(name, model, count)), [f"class {index}" for index in range(count)])


def fitting_names(name: str, model: onnx.ModelProto, count: int) -> list[Sequence[str | int]]:
    """All lists of as many names that a graph carries, texts before numbers, those of the output itself first.

    Texts of which nothing says that they are this output's, such as those of another target's classes, count only where there is one list of them.
    """
    classifier, _ = probabilities.source(name, model)
    own, said = [labels(name, model), *(class_labels(classifier) if classifier else [])], file_metadata.class_names(model)
    if len(said) == count and len(heads(model, count)) > 1:  # one list, and nothing says of which of them
        said = []
    carried = [*own, said, *(each for node in model.graph.node for each in class_labels(node)), *texts_given(model)]
    fitting = [each for each in carried if len(each) == count and len(set(each)) == count and "" not in each]
    texts = [each for each in fitting if isinstance(each[0], str)]
    certain = [each for each in texts if each in (*own, said)]
    return (certain or (texts if all(each == texts[0] for each in texts) else [])) + [each for each in fitting if each not in texts]


def heads(model: onnx.ModelProto, count: int) -> set[str]:
    """The tensors that the outputs of as many columns are computed from, those of one's logits and probabilities being the same."""
    found = set()
    for info in model.graph.output:
        kind = info.type.tensor_type
        if [dim.dim_value for dim in kind.shape.dim][1:] != [count] or kind.elem_type == onnx.TensorProto.STRING:
            continue
        node, _ = probabilities.source(info.name, model)
        while node is not None and node.op_type in {*probabilities.BY_OPERATOR, "LogSoftmax", "TopK"}:
            name = node.input[0]
            node, _ = probabilities.source(name, model)
        found.add(node.output[0] if node is not None else info.name)
    return found


def texts_given(model: onnx.ModelProto) -> list[list[str]]:
    """The lists of texts of which a graph gives one: not those that it only compares its inputs with, or turns them into."""
    made_by = onnx_file.producers(model.graph)
    held = {tensor.name: onnx_file.decoded(tensor.string_data) for tensor in model.graph.initializer}
    waiting = [info.name for info in model.graph.output if info.type.tensor_type.elem_type == onnx.TensorProto.STRING]
    found = []
    while waiting:
        name = waiting.pop()
        node = made_by.get(name)
        if node is None:
            found.append(held.get(name, []))
        elif node.op_type == "LabelEncoder":
            found += [onnx_file.decoded(each.strings) for each in node.attribute if each.name == "values_strings"]
        elif node.op_type in GIVING:
            waiting += node.input[1:] if node.op_type == "Where" else node.input[:1]
    return found


def class_labels(node: onnx.NodeProto) -> list[list[str | int]]:
    """The labels that an operator carries of the classes that it tells apart."""
    attributes = [each for each in node.attribute if each.name.startswith("classlabels")]
    return [[*onnx_file.decoded(each.strings)] or [*each.ints] for each in attributes]
