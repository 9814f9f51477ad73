"""What a graph itself knows of the values that go into it: the categories, means and ranges that its encoders, imputers, scalers and trees carry.

Each column of an input is followed through the operators that only move or rescale it, to those that say something about its values.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import onnx

from mlweb.codec.dtypes import BOUNDS, FLOATS
from mlweb.codec.types import Scalar
from mlweb.graph import file_metadata, guess, onnx_file, picture_values
from mlweb.graph.onnx_file import TensorInfo
from mlweb.graph.picture_values import UNKNOWN, PictureValues

DEVIATIONS = 3  # on both sides of the mean lie the ends of a column that a scaler knows
MIN_SAMPLES = 10  # rows of training data that the graph holds (support vectors, neighbours); fewer say nothing of a range
MIN_THRESHOLDS = 10  # different ones; a few tell where a tree splits, not where its data ends
MAX_CHOICES = 1000
TINY = 1e-6  # a mean below this is 0 but for rounding
MAX_WORDS, MAX_SIZES = 200, 24
COMMON_SIZES = (512, 640, 1024, 16_000)  # samples of sound that recurrent networks take in one run
LONGEST_SIZE = 2**15


@dataclass
class Column:
    """What the graph knows of one column of an input, in that column's own unit."""

    choices: list[Scalar] = field(default_factory=list)  # categories of an encoder, in its order
    compared: list[int] = field(default_factory=list)  # constants that a lone whole number is compared with
    missing: str = ""  # "nan" or "empty": what a gap is, where the graph fills gaps
    imputed: Scalar | None = None  # what it fills them with
    mean: float | None = None
    deviation: float | None = None
    within: tuple[float, float] | None = None  # what a factor and an offset turn into 0 and 1: training saw both, and perhaps what becomes -1, too
    rows: int = 0  # of a table, where it says which one
    samples: list[float] = field(default_factory=list)  # values of training rows
    thresholds: list[float] = field(default_factory=list)  # of trees

    def usual(self) -> tuple[float, float] | None:
        """A range that holds most of what training saw, as far as the graph tells; None when it tells too little."""
        is_bare = self.mean is None and not self.samples and len(set(self.thresholds)) < MIN_THRESHOLDS
        return None if is_bare else self.reach()

    def reach(self) -> tuple[float, float] | None:
        """A range in which the answer of the graph changes; None when it tells nothing."""
        known = [*self.samples, *self.thresholds]
        if self.rows:
            known = [0, self.rows - 1]
        elif self.mean is not None and self.deviation:
            known += [self.mean - DEVIATIONS * self.deviation, self.mean + DEVIATIONS * self.deviation]
        elif self.within:
            known += self.within
        elif self.samples:
            room = (max(known) - min(known)) / 10
            known += [min(known) - room, max(known) + room]
        elif known:  # data lies on both sides of each threshold
            room = max(known) - min(known) or abs(known[0]) or 1
            is_positive = min(known) >= 0 and len(set(known)) >= MIN_THRESHOLDS
            known += [max(min(known) - room, 0) if is_positive else min(known) - room, max(known) + room]
        known = [value for value in known if math.isfinite(value)]
        return (min(known), max(known)) if known and min(known) < max(known) else None

    def middle(self) -> float | None:
        """A value to start with; None for none."""
        if self.imputed is not None and not isinstance(self.imputed, str):
            return float(self.imputed)
        if self.mean is not None:
            return self.mean
        for values in (self.samples, self.within, self.thresholds):
            if values:
                return float(np.median(values))
        return None


@dataclass(frozen=True)
class Carried:
    """What a graph knows of its inputs: columns by input; words that its text operators know; sizes; open dims that count rows, as (input, index);
    what is known of pictures, by input; samples a second of a sound, None where the file does not say it.

    fields: those of inputs whose part in the graph is known, such as the thresholds of a detector, by input; root: what their files are below.
    """

    columns: dict[str, list[Column]] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    batch: frozenset[tuple[str, int]] = frozenset()
    pictures: Mapping[str, PictureValues] = field(default_factory=dict)
    rate: int | None = None
    fields: Mapping[str, dict] = field(default_factory=dict)
    root: Path = Path()

    def as_guessed(self, port: TensorInfo) -> dict:
        """The kind, or the fields, of an input."""
        return guess.field(port, self.pictures.get(port.name, UNKNOWN), self.rate)


@dataclass(frozen=True)
class Cell:
    """An element of a row on its way: factor * value of the column + offset."""

    column: Column
    factor: float = 1.0
    offset: float = 0.0
    after: str = ""  # the operator that rescaled it last

    def value(self, element: float) -> float:
        """The column's value for which the cell is `element`."""
        return (float(element) - self.offset) / self.factor

    def scaled(self, factor: float, operator: str) -> "Cell":
        return replace(self, factor=self.factor * factor, offset=self.offset * factor, after=operator)

    def shifted(self, offset: float, operator: str) -> "Cell":
        return replace(self, offset=self.offset + offset, after=operator)


Cells = Sequence[Cell | None]  # the elements of a row; None for one that is no column any more


def read(model: onnx.ModelProto) -> Carried:
    """Follow each column of the graph's inputs, and collect what else made-up rows may want to know."""
    inputs = onnx_file.signature(model).inputs
    trace = Trace(model, inputs)
    taken = {choice for columns in trace.columns.values() for column in columns for choice in column.choices}
    words = [word for node in onnx_file.nodes(model.graph) for word in vocabulary(node) if word not in taken]
    pictures = {name: picture_values.read(name, model) for name, port in inputs.items() if guess.is_picture(port) or guess.channels_first(port)}
    found = tuple(spread(words, MAX_WORDS)), tuple(sizes(model, trace.constants))
    return Carried(trace.columns, *found, batch_dims(model), pictures, file_metadata.sample_rate(model))


class Trace:
    """The columns of all inputs, followed through a graph in the order of its operators."""

    def __init__(self, model: onnx.ModelProto, inputs: dict[str, TensorInfo]):
        self.constants = {tensor.name: tensor for tensor in model.graph.initializer}
        self.columns: dict[str, list[Column]] = {}
        self.cells: dict[str, Cells] = {}
        self.gaps: dict[str, str] = {}  # tensor -> what it marks: "nan", or the text that stands for nothing
        self.negative: dict[str, Cells] = {}  # tensor -> the columns of which it marks what is below 0
        for name, port in inputs.items():
            if (width := guess.columns(port)) is not None and width <= guess.WIDEST:
                self.columns[name] = [Column() for _ in range(width)]
                self.cells[name] = [Cell(column) for column in self.columns[name]]
        self.lone = {id(self.columns[name][0]) for name, port in inputs.items() if port.dims in ([], [1]) and name in self.columns}
        for node in model.graph.node:
            self.follow(node)

    def follow(self, node: onnx.NodeProto) -> None:
        """Note what one operator says of the columns that it reads, and which of them it passes on."""
        if node.op_type == "Constant":
            self.constants.update((node.output[0], attribute.t) for attribute in node.attribute if attribute.name == "value")
            return
        given = {attribute.name: attribute_value(attribute) for attribute in node.attribute}
        if node.op_type in ("Concat", "FeatureVectorizer"):
            parts = [self.cells.get(name) for name in node.input]
            if all(part is not None for part in parts) and given.get("axis", 1) in (1, -1):
                self.cells[node.output[0]] = [cell for part in parts for cell in part or []]
        elif node.op_type in ("Add", "Sub", "Mul", "Div"):
            self.arithmetic(node)
        elif node.op_type == "Where" and node.input[0] in self.negative:
            self.counted_back(node)
        elif node.op_type == "Where" and len(node.input) == 3:
            self.filled(node)
        elif node.op_type == "LabelEncoder" and (code := self.constant(node, 0)) is not None:
            self.looked_up(node, code, given)
        elif node.op_type in ("Cast", "Identity") and node.input[0] in self.gaps:
            self.gaps[node.output[0]] = self.gaps[node.input[0]]
        elif node.op_type == "Split" and node.input[0] in self.cells:
            self.split(node, given)
        elif node.input and (cells := self.cells.get(node.input[0])) is not None:
            if (passed := self.passed(node, cells, given)) is not None:
                self.cells[node.output[0]] = passed
        elif node.op_type in ("Scan", "CDist", "Equal", "Gather", "ArrayFeatureExtractor"):
            self.beside(node)

    def passed(self, node: onnx.NodeProto, cells: Cells, given: dict) -> Cells | None:
        """The row that an operator gives for one that it takes, None when no column is left; notes what it says of them."""
        match node.op_type:
            case "Identity" | "Cast" | "Dropout" | "StringNormalizer" | "Clip":
                return cells
            case "IsNaN":
                self.gaps[node.output[0]] = "nan"
            case "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze":
                shape = self.constant(node, 1) if node.op_type == "Reshape" else None
                kept = len(cells) == 1 or node.op_type == "Flatten" or (shape is not None and list(shape.reshape(-1))[1:] == [len(cells)])
                return cells if kept else None
            case "Gather" | "ArrayFeatureExtractor" if (picked := self.constant(node, 1)) is not None:
                if node.op_type == "Gather" and given.get("axis", 0) not in (1, -1):
                    return None
                indices = [int(index) for index in picked.reshape(-1)]
                return [cells[index] for index in indices] if all(-len(cells) <= index < len(cells) for index in indices) else None
            case "Slice":
                bounds = [bound.item() for index in range(1, len(node.input)) if (bound := self.constant(node, index)) is not None and bound.size == 1]
                if len(bounds) < max(3, len(node.input) - 1) or bounds[2] not in (1, -1):
                    return None
                start, stop, _, step = [*bounds, 1][:4]
                return cells[start:stop:step]
            case "Imputer":
                return self.imputed(cells, given)
            case "Scaler":
                return self.standardized(cells, given.get("offset", []), [1 / each if each else 0 for each in given.get("scale", [])])
            case "BatchNormalization" if len(node.input) > 4:
                mean, variance = self.constant(node, 3), self.constant(node, 4)
                if mean is not None and variance is not None:
                    self.standardized(cells, mean.reshape(-1), np.sqrt(variance.reshape(-1)))
                return None
            case "OneHotEncoder":
                categories = given.get("cats_strings") or given.get("cats_int64s") or []
                self.chosen(cells, categories)
                return [None] * (len(cells) * len(categories))
            case "LabelEncoder":
                keys = next((value for key, value in given.items() if key.startswith("keys_") and isinstance(value, list)), [])
                if len(keys) == 1:
                    self.gaps[node.output[0]] = str(keys[0])
                else:
                    self.chosen(cells, keys)
                return [None] * len(cells)
            case "TreeEnsembleRegressor" | "TreeEnsembleClassifier" | "TreeEnsemble":
                self.split_at(cells, given)
            case "SVMRegressor" | "SVMClassifier":
                self.sampled(cells, np.array(given.get("support_vectors", [])))
            case "Less" if (limit := self.constant(node, 1)) is not None and not limit.any():
                self.negative[node.output[0]] = cells
            case "OneHot" if (depth := self.constant(node, 1)) is not None and depth.size == 1:
                self.within_table(cells, int(depth.item()))
            case "Scan" | "CDist" | "Equal":
                self.beside(node)
        return None

    def arithmetic(self, node: onnx.NodeProto) -> None:
        """Columns to which the same constants are added, and so on, row by row.

        A mean taken off, and the rest divided, is a standardization; a factor and then an offset lead to 0..1, or to -1..1. Only where each of
        several columns has its own: a single one may be a change of units.
        """
        at = 0 if node.input[0] in self.cells else 1
        cells, constant = self.cells.get(node.input[at]), self.constant(node, 1 - at)
        if cells is None or constant is None or constant.dtype.kind not in "fiu" or constant.size not in (1, len(cells)):
            return
        if at == 1 and node.op_type in ("Sub", "Div"):
            return
        own = constant.size == len(cells) > 1
        passed: Cells = []
        for cell, given in zip(cells, np.broadcast_to(constant.reshape(-1).astype(float), len(cells)), strict=True):
            factor = {"Mul": given, "Div": 1 / given if given else 0}.get(node.op_type)
            if cell is None or factor == 0 or not np.isfinite(given):
                passed.append(None)
            elif factor is None:
                moved = cell.shifted(float(given if node.op_type == "Add" else -given), node.op_type)
                if node.op_type == "Sub" and constant.any():
                    cell.column.mean = moved.value(0)
                elif own and cell.after == "Mul":
                    low, high = sorted((moved.value(0), moved.value(1)))
                    cell.column.within = low, high
                passed.append(moved)
            else:
                moved = cell.scaled(float(factor), node.op_type)
                if own and cell.after == "Sub":
                    cell.column.deviation = abs(1 / moved.factor)
                passed.append(moved)
        self.cells[node.output[0]] = passed

    def standardized(self, cells: Cells, means: Iterable[float], deviations: Iterable[float]) -> Cells | None:
        """Each column less its mean, over its deviation; one number stands for all. Where nothing is taken off any, what divides them may be anything."""
        mean, deviation = (np.array(list(each), float) for each in (means, deviations))
        if mean.size not in (1, len(cells)) or deviation.size not in (1, len(cells)):
            return None
        passed: Cells = []
        for cell, off, unit in zip(cells, np.broadcast_to(mean, len(cells)), np.broadcast_to(deviation, len(cells)), strict=True):
            if cell is None or not unit:
                passed.append(None)
                continue
            if mean.any():
                cell.column.mean, cell.column.deviation = cell.value(off), abs(float(unit) / cell.factor)
            passed.append(cell.shifted(-float(off), "Scaler").scaled(1 / float(unit), "Scaler"))
        return passed

    def imputed(self, cells: Cells, given: dict) -> Cells:
        """Imputer: what stands in for a gap, and whether a gap is NaN."""
        values = given.get("imputed_value_floats") or given.get("imputed_value_int64s") or []
        if len(values) in (1, len(cells)):
            for cell, value in zip(cells, np.broadcast_to(values, len(cells)), strict=True):
                if cell is not None:
                    cell.column.imputed = cell.value(value)
                    cell.column.missing = "nan" if math.isnan(given.get("replaced_value_float", 0.0)) else ""
        return cells

    def filled(self, node: onnx.NodeProto) -> None:
        """Where: a constant in place of NaN, or of the one text that an encoder looks for."""
        cells, stand_in, gap = self.cells.get(node.input[2]), self.constant(node, 1), self.gaps.get(node.input[0])
        if cells is None or stand_in is None or stand_in.size != 1 or gap is None:
            return
        value = stand_in.reshape(-1)[0]
        for cell in cells:
            if cell is not None and stand_in.dtype.kind == "f" and gap == "nan":
                cell.column.missing, cell.column.imputed = "nan", cell.value(float(value))
            elif cell is not None and stand_in.dtype.kind in "OSU":
                cell.column.missing = "empty" if gap == "" else ""
                cell.column.imputed = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
        self.cells[node.output[0]] = cells

    def counted_back(self, node: onnx.NodeProto) -> None:
        """Where: places in a table, those below 0 counted from its end, as Python does, by adding how many there are; what a person gives is not below 0."""
        back, cells = (self.cells.get(name) for name in node.input[1:])
        if cells is not None and cells is self.negative[node.input[0]] and back is not None and of_columns(back) == of_columns(cells):
            self.cells[node.output[0]] = cells

    def looked_up(self, node: onnx.NodeProto, code: np.ndarray, given: dict) -> None:
        """LabelEncoder of a constant, as scikit-learn's imputer of texts has it: one text that stands in for gaps."""
        keys, values = given.get("keys_int64s"), given.get("values_strings")
        if code.size == 1 and isinstance(keys, list) and isinstance(values, list) and code.item() in keys:
            text = values[keys.index(code.item())]
            self.constants[node.output[0]] = onnx.helper.make_tensor(node.output[0], onnx.TensorProto.STRING, [1], [text.encode()])

    def split(self, node: onnx.NodeProto, given: dict) -> None:
        """Split along the columns."""
        cells, parts = self.cells[node.input[0]], self.constant(node, 1)
        listed = [int(part) for part in (parts.reshape(-1) if parts is not None else given.get("split", []))]
        widths = listed or [len(cells) // len(node.output)] * len(node.output)
        if given.get("axis", 0) in (1, -1) and sum(widths) == len(cells):
            ends = np.cumsum(widths)
            self.cells |= {name: cells[end - width : end] for name, width, end in zip(node.output, widths, ends, strict=True)}

    def chosen(self, cells: Cells, categories: list) -> None:
        """The categories that an encoder knows, as far as the first encoder of a column tells."""
        for cell in cells:
            if cell is not None and not cell.column.choices and (cell.factor, cell.offset) == (1, 0):
                cell.column.choices = [whole(each) for each in categories if not (isinstance(each, float) and math.isnan(each))]

    def split_at(self, cells: Cells, given: dict) -> None:
        """The thresholds of trees."""
        features, values = given.get("nodes_featureids", []), given.get("nodes_values") or given.get("nodes_splits") or []
        modes = [mode if isinstance(mode, str) else "BRANCH_LEQ" for mode in given.get("nodes_modes") or ["BRANCH_LEQ"] * len(values)]
        for feature, value, mode in zip(features, values, modes, strict=False):
            cell = cells[feature] if feature < len(cells) else None
            if cell is not None and mode in ("BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT"):
                cell.column.thresholds.append(cell.value(value))

    def sampled(self, cells: Cells, rows: np.ndarray) -> None:
        """Rows of training data that the model keeps."""
        if not rows.size or rows.size % len(cells) or rows.size // len(cells) < MIN_SAMPLES:
            return
        for cell, values in zip(cells, rows.reshape(-1, len(cells)).T, strict=True):
            if cell is not None:
                cell.column.samples += [cell.value(value) for value in values]

    def beside(self, node: onnx.NodeProto) -> None:
        """A constant that columns are held against: training rows (Scan, CDist), a setting such as a sample rate (Equal), a table (Gather and the like)."""
        for at, name in enumerate(node.input[:2]):
            cells, constant = self.cells.get(name), self.constant(node, 1 - at)
            if cells is None or constant is None or not cells:
                continue
            first = cells[0]
            if node.op_type in ("Scan", "CDist"):
                if constant.ndim == 2 and constant.shape[1] == len(cells):
                    self.sampled(cells, constant)
            elif node.op_type == "Gather":
                if at == 1 and constant.ndim and all(each.i == 0 for each in node.attribute if each.name == "axis"):
                    self.within_table(cells, len(constant))
            elif node.op_type == "ArrayFeatureExtractor":
                if at == 1 and constant.ndim:
                    self.within_table(cells, constant.shape[-1])
            elif first is None or len(cells) > 1:
                continue
            elif constant.size == 1 and constant.dtype.kind in "iu" and id(first.column) in self.lone and constant.item() not in first.column.compared:
                first.column.compared.append(constant.item())

    def within_table(self, cells: Cells, rows: int) -> None:
        """Columns that say which of so many rows of a table is meant."""
        for cell in cells:
            if cell is not None and (cell.factor, cell.offset) == (1, 0):
                cell.column.rows = min(rows, cell.column.rows or rows)

    def constant(self, node: onnx.NodeProto, index: int) -> np.ndarray | None:
        """The constant that an operator reads at a place; None when it is computed, or nothing is read there."""
        name = node.input[index] if index < len(node.input) else ""
        return onnx_file.array(self.constants[name]) if name in self.constants else None


def of_columns(cells: Cells) -> list[int]:
    """Which column each cell is of; 0 for none."""
    return [0 if cell is None else id(cell.column) for cell in cells]


def attribute_value(attribute: onnx.AttributeProto) -> object:
    """An operator's attribute as plain values, texts decoded; a tensor as a list."""
    value = onnx_file.value(attribute) if attribute.type not in (onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS) else None
    if isinstance(value, onnx.TensorProto):
        value = list(onnx_file.array(value).reshape(-1))
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, int | float) or value is None:
        return value
    return [each.decode(errors="replace") if isinstance(each, bytes) else each for each in value] if hasattr(value, "__iter__") else value


def with_known(given: dict, column: Column, dtype: str) -> dict:
    """A field of a draft with what the graph knows of its column: choices, the ends of a slider, where it starts, what a gap is.

    Limits are only those beyond which the graph has no answer: nobody knows what else training saw.
    """
    gap = {"missing": column.missing} if column.missing == ("nan" if dtype in FLOATS else "empty" if dtype == "string" else None) else {}
    choices = [choice for choice in column.choices if isinstance(choice, str) == (dtype == "string") and choice != ""]
    if given["kind"] == "integer" and len(column.compared) > 1:
        choices = [*column.compared]
    if 1 < len(choices) <= MAX_CHOICES and given["kind"] in ("text", "integer", "number"):
        start = {"default": column.imputed} if column.imputed in choices else {}
        return {"kind": "choice", "choices": choices, **start, **gap}
    if given["kind"] == "text":
        return {**given, **({"default": column.imputed} if isinstance(column.imputed, str) else {}), **gap}
    if given["kind"] not in ("number", "integer"):
        return given
    if column.rows > 1 and not column.compared:
        return {**given, "min": 0, "max": column.rows - 1, "default": column.rows // 2}
    start = column.compared[0] if column.compared else column.middle()
    usual = None if column.compared else column.usual()
    if given["kind"] == "integer":
        low, high = BOUNDS.get(dtype, (-math.inf, math.inf))
        left, right = (int(max(math.floor(usual[0]), low)), int(min(math.ceil(usual[1]), high))) if usual else (0, 0)
        slider = {"slider": [left, right]} if left < right else {}
        return {**given, **slider, **({} if start is None else {"default": round(min(max(start, low), high))})}
    if usual:
        left, right, start = written(*usual, start)
        return {**given, "slider": [left, right], **({} if start is None else {"default": start}), **gap}
    return {**given, **({} if start is None else {"default": float(f"{start:.3g}") if abs(start) > TINY else 0.0}), **gap}


def written(low: float, high: float, start: float | None) -> tuple[float, float, float | None]:
    """Two ends, and a value between them, as a person would write them: 5.27 to 73.9 is 5 to 74."""
    digits = 1 - math.floor(math.log10(high - low))
    step = 10.0**-digits
    low, high = round(math.floor(low / step) * step, digits), round(math.ceil(high / step) * step, digits)
    return whole(low), whole(high), None if start is None else min(max(round(start, digits + 1), low), high) + 0.0  # -0.0 is 0.0


def whole(value):
    """3.0 as 3; anything else as it is."""
    value = value.item() if isinstance(value, np.generic) else value
    return int(value) if isinstance(value, float) and value.is_integer() else value


def vocabulary(node: onnx.NodeProto) -> Iterator[str]:
    """The words that an operator knows, those that a person could type."""
    for attribute in node.attribute:
        if (node.op_type, attribute.name) in (("TfIdfVectorizer", "pool_strings"), ("LabelEncoder", "keys_strings")):
            yield from (word for word in onnx_file.decoded(attribute.strings) if len(word) > 1 and word.isprintable())


def spread(values: list, most: int) -> list:
    """At most so many of the values, from all over the list."""
    return values if len(values) <= most else [values[index * len(values) // most] for index in range(most)]


def sizes(model: onnx.ModelProto, constants: dict[str, onnx.TensorProto]) -> list[int]:
    """Common sizes, then whole numbers that the graph holds, those of its kernels among them: an open dim may have to be one of them."""
    inside = [attribute.t for node in onnx_file.nodes(model.graph) if node.op_type == "Constant" for attribute in node.attribute if attribute.name == "value"]
    found: set[int] = set()
    for tensor in [*constants.values(), *inside]:
        found |= set(tensor.dims[2:])
        if tensor.data_type == onnx.TensorProto.INT64 and math.prod(tensor.dims) <= 8:
            found |= {int(value) for value in onnx_file.array(tensor).reshape(-1)}
    own = sorted(size for size in found if 2 < size <= LONGEST_SIZE)
    return [*COMMON_SIZES, *spread(own, MAX_SIZES)]


def batch_dims(model: onnx.ModelProto) -> frozenset[tuple[str, int]]:
    """Open dims, other than first ones, that count rows: those called as a first one is, and the middle one of a recurrent state [layers, N, size]."""
    constants = {tensor.name for tensor in model.graph.initializer}
    shapes = {info.name: info.type.tensor_type.shape.dim for info in model.graph.input if info.name not in constants}
    firsts = {dims[0].dim_param for dims in shapes.values() if len(dims) > 1} - {""}
    found = {(name, at) for name, dims in shapes.items() for at, dim in enumerate(dims) if at and dim.dim_param in firsts}
    for name, dims in shapes.items():
        if len(dims) == 3 and [dim.dim_value > 0 for dim in dims] == [True, False, True]:
            found.add((name, 1))
    return frozenset(found)
