"""Which kind fits an input or an output of a graph, judged by its name, dtype and shape, and by what the model computed."""

import re

import numpy as np
import onnx

from mlweb.codec.dtypes import FLOATS, NUMERIC
from mlweb.graph import class_names, file_metadata, labelled, probabilities, shares
from mlweb.graph.onnx_file import TensorInfo
from mlweb.graph.picture_values import UNKNOWN, PictureValues

WIDEST = 100  # columns that are still a form
MOST_VALUES = 16  # numbers that are a list to read, not an array
SHORTEST_SIDE, LONGEST_SIDE = 8, 8192  # pixels; what has a fixed side out of these, or one many times the other, is hardly a picture
LONGEST_TO_SHORTEST = 16
SHORTEST_SOUND, LONGEST_SOUND = 1000, 10**7  # samples
RATES = range(8_000, 96_001)  # samples a second that a page records
OF_CD, OF_SPEECH = 2205, 1600  # samples of a tenth of a second at half a CD's rate, and at the one that is taken where nobody says another
SHORTEST_SERIES = 3  # numbers
PICTURE = re.compile(r"image|img|picture|photo|pixel|frame|camera|rgb", re.IGNORECASE)
SOUND = re.compile(r"audio|sound|speech|pcm|(?<![a-z])wave(form)?s?(?![a-z])", re.IGNORECASE)
OF_SOUND = re.compile(r"embed|feature|vector|spectr|mfcc|(?<![a-z])mel(?![a-z])", re.IGNORECASE)  # what is computed from one, and is none
WINDOW = re.compile(r"(?<![a-z])(window|history|(time[ _]?)?series)(?![a-z])", re.IGNORECASE)
LAGS = re.compile(r"(?<![a-z])lag(s|ged)?(?![a-z])", re.IGNORECASE)  # of which the latest is the first as often as the last
TIMES = "[0-9]+|values?|steps?|minutes?|hours?|days?|weeks?|months?|years?"
FORECAST = re.compile(rf"(?<![a-z])(forecasts?|horizon|ahead|future|next([ _]?({TIMES})|$))(?![a-z])", re.IGNORECASE)


def field(port: TensorInfo, values: PictureValues = UNKNOWN, rate: int | None = None) -> dict:
    """A kind, or fields, for one input of known dtype and shape; a raw tensor where nothing plainer fits.

    values: what is known of them, should they be a picture's.
    rate: samples a second of a sound, where the file says it; a rate that no page records is one of something else, such as an earthquake.
    """
    dtype, _ = port.declared()
    if is_series(port, WINDOW) and not LAGS.search(port.name):
        return {"kind": "series"}
    if is_picture(port) and is_rgb(port, values) and is_photo(port, values):
        return {"kind": "image"}
    if is_sound(port) and (rate in RATES if rate is not None else not is_of_cd(port)):
        return {"kind": "audio"} if rate is None else {"kind": "audio", "rate": rate}
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


def is_rgb(port: TensorInfo, values: PictureValues) -> bool:
    """Whether the channels of a picture are surely gray, or red, green and blue in that order."""
    return values.order == "rgb" or 1 in [*(port.dims or [])[-1:], *(port.dims or [])[1:2]]


def is_photo(port: TensorInfo, values: PictureValues) -> bool:
    """Whether what has a picture's shape surely takes 0 to 255: the graph or its file says so, or, of bytes, the name or open sides.

    Bytes of a fixed shape may be anything else, such as the planes of a board.
    """
    dtype, dims = port.declared()
    return values.is_scaled if dtype != "uint8" else values.is_scaled or None in dims[-3:-1] or bool(PICTURE.search(port.name))


def is_sound(port: TensorInfo) -> bool:
    """Whether the name speaks of sound, and the shape is [samples] or [1, samples]."""
    dims = port.dims or []
    if not SOUND.search(port.name) or OF_SOUND.search(port.name) or port.dtype not in FLOATS or len(dims) not in (1, 2):
        return False
    return dims[0] in (None, 1, dims[-1]) and (dims[-1] is None or SHORTEST_SOUND <= dims[-1] < LONGEST_SOUND)


def is_of_cd(port: TensorInfo) -> bool:
    """Whether a fixed number of samples is one of whole tenths of a second at 11,025, 22,050 or 44,100 a second, and none at 16,000."""
    samples = (port.dims or [None])[-1]
    return samples is not None and samples % OF_CD == 0 and samples % OF_SPEECH != 0


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


def shown(port: TensorInfo, beside: dict[str, list[np.ndarray]], model: onnx.ModelProto, batch: bool) -> dict:
    """How one output is shown, given what the model computed for some rows, one row a run; nothing computed means by its shape alone.

    beside: what it computed of all outputs, by name.
    batch: whether its first dim counts rows. A size that depends on the values has to be shown whole.
    """
    computed = beside[port.name]
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
    is_row = port.dtype in FLOATS and len(dims) == 2 and dims[0] in (None, 1) and 1 < size <= class_names.MOST_CLASSES
    named = named_columns(port.name, model, size, beside) if is_row else None
    if is_row and (claim := claimed(port.name, computed, model, named)) is not None:
        return {"kind": "classes", "classes": named.names if named else class_names.numbered(size), **claim, **({"top": 5} if size > 10 else {})}
    if port.dtype in NUMERIC and len(dims) == 2 and dims[0] in (None, 1) and 1 < size <= MOST_VALUES:
        names = named.names if named and not named.are_classes else [f"{port.name}_{index}" for index in range(1, size + 1)]
        return {"kind": "values", "values": names}
    return {"kind": "tensor"}


def named_columns(name: str, model: onnx.ModelProto, count: int, computed: dict[str, list[np.ndarray]]) -> class_names.Found | None:
    """The names of an output's columns by the graph and its file, else those of the label beside it, where they agree in the rows that were computed."""
    named = class_names.found(name, model, count)
    if named is None and computed[name] and (names := labelled.confirmed(computed, name, class_names.lists(model, count))):
        return class_names.Found(names, True)
    return named


def settled(port: TensorInfo, batch: bool) -> bool:
    """Whether one row always gives as many values: all dims are fixed but a first one, which counts rows. A 0 is of an empty example."""
    if port.dims is None:
        return batch
    if 0 in port.dims:
        return False
    return None not in port.dims[1:] and (batch or len(port.dims) != 1 or port.dims[0] is not None)


def is_label(port: TensorInfo, model: onnx.ModelProto) -> bool:
    """Whether a lone whole number is the code of a label, and no count or size, by its name or by the operator that gives it."""
    return port.dtype in NUMERIC - FLOATS and (bool(class_names.LABEL.search(port.name)) or probabilities.operator(port.name, model) == "ArgMax")


def claimed(name: str, computed: list[np.ndarray], model: onnx.ModelProto, named: class_names.Found | None) -> dict | None:
    """What a contract may say of a row of floats as classes: that it is one of probabilities, or of scores; None where nothing speaks for classes.

    The rows decide, where there are some; but of shares whose sum may be 0, of ones among zeros, and of the parts of a mixture, rows that sum to 1 are
    not enough. Numbers that are no probabilities are scores of classes only where something names these.
    """
    if function := probabilities.appended(model).get(name):
        return {"probabilities": function}
    if probabilities.operator(name, model) == "TopK":  # sorted: its first number is of the first rank, not of the first class
        return None
    function, is_named = probabilities.by_operator(name, model), named is not None and named.are_classes
    if not is_named and shares.are_parts(name, model) and not class_names.are_chosen_from(name, model):
        return None
    scores = {"scores": True} if is_named else None
    rows = np.array([array.reshape(-1) for array in computed])
    rows = rows[~np.isnan(rows).any(1)] if computed else rows
    if not len(rows):  # NaN says nothing
        return {} if function == "softmax" else {"probabilities": function} if function and named else scores
    if not probabilities.broken(rows):
        is_sure = is_named or function == "softmax" or shares.are_of_something(name, model)
        if is_sure is None:
            is_sure = len(rows) > 1 and bool(np.ptp(rows, axis=0).any()) and not np.isin(rows, (0, 1)).all()
        return {} if is_sure else None
    if (function == "softmax" or (function and named)) and not probabilities.broken(rows, function):
        return {"probabilities": function}
    return scores
