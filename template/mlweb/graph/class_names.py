"""How the columns of an output are called: by the label that the graph gives beside them, by its classifiers, and by the file that it came in."""

import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import onnx

from mlweb.graph import columns, file_metadata, onnx_file, probabilities, shares
from mlweb.graph.columns import Column, Columns

Names = Sequence[str | int]

LABELS = "mlweb.classes "  # with the name of an output: the key of its class names in a graph's metadata, where mend took a map away
LABEL = re.compile(r"label|class|cluster|categor|predict", re.IGNORECASE)
OF_CLASSES = re.compile(r"class|label|categor|logit|score|prob", re.IGNORECASE)  # what an output with a number for each class is called
MOST_CLASSES = 2000
PASSING = {"Identity", "Cast", *columns.RESHAPING}
ARITHMETIC: Mapping[str, Callable] = {"Add": operator.add, "Sub": operator.sub, "Mul": operator.mul}


@dataclass(frozen=True)
class Found:
    """The names of an output's columns. are_classes: whether something says that these are classes, and not just several numbers."""

    names: Names
    are_classes: bool


@dataclass(frozen=True)
class Answer:
    """What a graph says when it chooses a column of a tensor, that of the highest number, say: a word or a whole number by the column's index."""

    tensor: str
    words: Mapping[int, str | int]
    is_index: bool = False  # whether it says no more than the index itself

    def after(self, table: Mapping) -> "Answer":
        """The same once each word is turned into another one by a table, without those that are not in it."""
        turned = {index: worded(table.get(word)) for index, word in self.words.items()}
        return Answer(self.tensor, {index: word for index, word in turned.items() if word is not None})


def found(name: str, model: onnx.ModelProto, count: int) -> Found | None:
    """The names of an output of so many columns; None where nothing tells them.

    Texts come before numbers, and the label that a graph gives before those that a classifier inside it knows: an ensemble may number the classes of
    its parts anew. What the file lists comes last of the texts, because it does not say of which numbers.
    """
    traced = Columns(model, {name: count})
    answers = [answer for output in labels_first(model) for answer in given(output, traced)]
    inside = [Answer(node.output[1], dict(enumerate(each))) for node in model.graph.node for each in columns.class_labels(node) if len(node.output) > 1]
    behind = [traced.behind((name, index)) for index in range(count)] if answers or inside else []
    told = [names for answer in answers if not answer.is_index and (names := names_by(answer, behind, traced))]
    carried = [names for answer in inside if (names := names_by(answer, behind, traced))]
    if any(names != carried[0] for names in carried):  # of the columns of two classifiers of other classes neither names what is computed
        carried = []
    sure = [Found(names, True) for names in (labels(name, model), *told, *carried)]
    said = said_by_file(name, model, count)
    if said and not said.are_classes and (are_chosen_from(name, model) or comes_from_softmax(name, traced)):
        said = Found(said.names, True)
    texts, numbers = ([each for each in sure if each.names and isinstance(each.names[0], str) is is_text] for is_text in (True, False))
    ranked = [*texts, *([said] if said else []), *numbers]
    return next((each for each in ranked if len(each.names) == len(set(each.names)) == count and "" not in each.names), None)


def lists(model: onnx.ModelProto, count: int) -> list[Names]:
    """What the labels of a graph say of columns, whichever these are; none where several outputs have as many that are not the same."""
    if len(heads(model, count)) > 1:
        return []
    traced = Columns(model)
    return [
        [*answer.words.values()] for output in labels_first(model) for answer in given(output, traced) if not answer.is_index and len(answer.words) == count
    ]


def numbered(count: int) -> list[str]:
    """Names of classes that nothing names."""
    return [f"class {index}" for index in range(count)]


def are_chosen_from(name: str, model: onnx.ModelProto) -> bool:
    """Whether a label of the graph is the index of one of an output's columns, or what is looked up by it."""
    traced = Columns(model)
    behind = {tensor for tensor, _ in traced.behind((name, 0))}
    return any(behind & {tensor for tensor, _ in traced.behind((answer.tensor, 0))} for output in labels_first(model) for answer in given(output, traced))


def comes_from_softmax(name: str, traced: Columns) -> bool:
    """Whether an output's columns are those of a softmax, such as their logarithms or percents, and its name does not speak of parts."""
    made_by = [traced.made_by[tensor].op_type for tensor, _ in traced.behind((name, 0)) if tensor in traced.made_by]
    return not shares.PARTS.search(name) and not {"Softmax", "LogSoftmax"}.isdisjoint(made_by)


def labels(name: str, model: onnx.ModelProto) -> list[str | int]:
    """The labels of an output that was a map of probabilities."""
    return next((json.loads(noted.value) for noted in model.metadata_props if noted.key == f"{LABELS}{name}"), [])


def labels_first(model: onnx.ModelProto) -> list[str]:
    """The outputs that may say which class it is, those of texts and of whole numbers, the ones that are called so first."""
    kinds = {onnx.TensorProto.STRING, onnx.TensorProto.INT64, onnx.TensorProto.INT32}
    return sorted((info.name for info in model.graph.output if info.type.tensor_type.elem_type in kinds), key=lambda name: not LABEL.search(name))


def given(name: str, traced: Columns) -> Iterator[Answer]:
    """What a tensor says of the columns of another, where it is looked up by the index of one of them."""
    node = traced.made_by.get(name)
    if node is None or not node.input:
        return
    constants = [traced.constant(each) for each in node.input]
    match node.op_type:
        case "ArgMax" | "ArgMin" if columns.is_last(onnx_file.attribute(node, "axis", 0)):
            yield indices(node.input[0], traced)
        case "TopK" if name == node.output[-1] and columns.is_last(onnx_file.attribute(node, "axis", -1)):
            yield indices(node.input[0], traced)
        case kind if kind in PASSING:
            yield from given(node.input[0], traced)
        case "Where":
            yield from (answer for each in node.input[1:] for answer in given(each, traced))
        case "Gather" | "GatherND" | "ArrayFeatureExtractor" if (held := constants[0]) is not None:
            yield from (each.after(dict(enumerate(held.reshape(-1).tolist()))) for each in given(node.input[1], traced))
        case "LabelEncoder":
            table = dict(zip(*(encoder_side(node, side) for side in ("keys_", "values_")), strict=False))
            yield from (each.after(table) for each in given(node.input[0], traced))
        case kind if kind in ARITHMETIC:
            for name, held, is_first in ((node.input[1], constants[0], True), (node.input[0], constants[1], False)):
                if held is not None and held.size == 1 and held.dtype.kind in "iuf":
                    yield from (each.after(calculated(kind, held.item(), is_first, each)) for each in given(name, traced))
        case _ if name == node.output[0] and len(node.output) > 1:
            yield from (Answer(node.output[1], dict(enumerate(each))) for each in columns.class_labels(node))


def indices(tensor: str, traced: Columns) -> Answer:
    """The index of a column as it is."""
    return Answer(tensor, {index: index for index in range(traced.widths.get(tensor, MOST_CLASSES))}, is_index=True)


def calculated(kind: str, constant: float, is_first: bool, answer: Answer) -> dict:
    """What each whole number of an answer becomes once a constant is added to it, or taken off, or multiplied with it."""
    numbers = [word for word in answer.words.values() if isinstance(word, int)]
    return {word: ARITHMETIC[kind](constant, word) if is_first else ARITHMETIC[kind](word, constant) for word in numbers}


def encoder_side(node: onnx.NodeProto, start: str) -> list:
    """The keys or the values of a LabelEncoder."""
    held = next((onnx_file.value(each) for each in node.attribute if each.name.startswith(start)), None)
    return columns.elements(held).tolist() if isinstance(held, onnx.TensorProto) else [*(held or [])]


def worded(word: object) -> str | int | None:
    """A label as a text or a whole number; None for any other number."""
    if isinstance(word, bytes):
        return word.decode(errors="replace")
    if isinstance(word, float):
        return int(word) if word.is_integer() else None
    return int(word) if isinstance(word, int) else word if isinstance(word, str) else None


def names_by(answer: Answer, behind: list[set[Column]], traced: Columns) -> Names:
    """What an answer calls the columns behind each of an output's columns; none unless it calls each one by one name."""
    called: dict[Column, set[str | int]] = {}
    for index, word in answer.words.items():
        for column in traced.behind((answer.tensor, index)):
            called.setdefault(column, set()).add(word)
    clear = {column: word for column, (word, *others) in called.items() if not others}
    found = [{clear[column] for column in each & clear.keys()} for each in behind]
    return [names.pop() for names in found] if all(len(names) == 1 for names in found) else []


def said_by_file(name: str, model: onnx.ModelProto, count: int) -> Found | None:
    """The names that the file itself lists: those of this output, or of any where it is the only one of as many columns."""
    if names := file_metadata.class_names(model, name):
        return Found(names, file_metadata.says_classes(model, name) or bool(OF_CLASSES.search(name)))
    names = file_metadata.class_names(model)
    if len(names) != count or len(heads(model, count)) > 1:
        return None
    return Found(names, file_metadata.says_classes(model) or bool(OF_CLASSES.search(name)))


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
