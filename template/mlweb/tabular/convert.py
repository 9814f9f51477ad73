"""A fitted estimator over a table -> one ONNX graph that takes the table's columns as they are."""

import copy
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import onnx
from onnx import TensorProto, helper

from mlweb.errors import UserError, nearest
from mlweb.graph.normalize import rename
from mlweb.graph.onnx_file import within
from mlweb.graph.trees import floor_thresholds
from mlweb.tabular import boosters, converters, traps, words
from mlweb.tabular.columns import Column, as_sent, check_names, usable
from mlweb.tabular.estimators import as_fitted, final, first, outputs, parts, task, unwrapped
from mlweb.tabular.tail import Tail

if TYPE_CHECKING:
    import pandas as pd

OPSETS = {"": 18, "ai.onnx.ml": 3}  # KNNImputer needs 18
SAMPLE = 50  # rows that tell which outputs there are
ELEMENTS = {"float32": TensorProto.FLOAT, "int64": TensorProto.INT64, "bool": TensorProto.BOOL, "string": TensorProto.STRING, "float64": TensorProto.DOUBLE}
# What needs more digits than a float32 has: it computes in float64 inside the graph. So does what stands in front of trees and compares or
# scales numbers, because the last digit decides on which side of a threshold a row falls.
PRECISE = ("GaussianProcessRegressor", "KernelPCA")
HARMLESS = ("Pipeline", "ColumnTransformer", "FeatureUnion", "FunctionTransformer", *traps.ENCODERS)  # they compute nothing with numbers


@dataclass(frozen=True)
class Variable:
    """What the estimator's part of the graph takes: one column, or all of them side by side, cast from the inputs [N, 1]."""

    name: str
    columns: tuple[str, ...]
    dtype: str


def to_onnx(estimator: Any, frame: "pd.DataFrame", names: Mapping[str, str] | None = None) -> onnx.ModelProto:
    """The graph of any fitted scikit-learn estimator or pipeline, or one of LightGBM, XGBoost or CatBoost.

    frame: the table that it was trained on, for the columns, their dtypes and their gaps. Each column that it uses is one input [N, 1],
    named as it is: fractions float32, whole numbers int64, booleans bool, words string; whole numbers and booleans with gaps float32 with NaN,
    and a gap among words is "".
    names: other names for outputs, such as {"prediction": "price"}. Those of `estimators.outputs` otherwise, which also says what each
    holds; an output that has a column's name gets "predicted_" in front.

    Thresholds of trees are rounded down to float32, in a copy: see `floor_thresholds`. Raises UserError when it can't be converted to compute
    the same, with what to use instead.
    """
    check_names(frame)
    estimator = unwrapped(estimator)
    task(estimator)
    trained = as_fitted(estimator, frame)
    used = columns_used(estimator, trained)
    traps.refuse(estimator, used, trained)
    expected = outputs(estimator, as_sent(trained.head(SAMPLE)))
    fitted = without_searches(copy.deepcopy(estimator))
    floor_thresholds(fitted)
    inside = list(parts(fitted))
    words.take_empty_text(inside)
    variables = named_variables(fitted, trained, used) or [whole_table(fitted, used)]
    model = converted(fitted, inside, variables)
    is_reversed = type(final(fitted)).__name__ in ("SVC", "NuSVC")
    return with_ports(model, used, variables, expected, renamed(expected, names or {}, set(used)), is_reversed)


def without_searches(fitted: Any) -> Any:
    """The estimator with the best one in place of each search among its steps."""
    for part in list(parts(fitted)):
        if hasattr(part, "steps"):
            part.steps = [(name, unwrapped(step)) for name, step in part.steps]
    return fitted


def columns_used(estimator: Any, frame: "pd.DataFrame") -> dict[str, Column]:
    """The columns that reach the estimator: all of them, without those that a column transformer in front drops. Raises UserError."""
    front = first(estimator)
    if not hasattr(front, "_transformer_to_input_indices"):
        return usable(frame)
    return usable(frame.iloc[:, sorted({at for positions in taken_by(front).values() for at in positions})])


def taken_by(transformer: Any) -> dict[str, list[int]]:
    """Which columns each branch of a fitted column transformer takes, by position; branches that drop theirs are left out."""
    kept = {name for name, branch, _ in transformer.transformers_ if branch != "drop"}
    return {name: list(at) for name, at in transformer._transformer_to_input_indices.items() if name in kept and len(at)}


def named_variables(fitted: Any, frame: "pd.DataFrame", used: dict[str, Column]) -> list[Variable]:
    """A variable for each column of each branch of the column transformers in front, which are changed to take them by these names.

    Encoders get whole numbers as they are, because they compare them with those of training. Everything else gets floats: a table of mixed
    types has no match in ONNX, where what stands side by side has one type. Empty when the estimator takes one table of numbers.
    """
    transformers = [part for part in parts(fitted) if type(part).__name__ == "ColumnTransformer"]
    fronts = [part for part in transformers if list(getattr(part, "feature_names_in_", ())) == list(frame.columns)]
    if not fronts:
        if type(first(fitted)).__name__ not in traps.ENCODERS:
            return []
        return [Variable(f"column{at}", (name,), inner(each, is_encoded=True)) for at, (name, each) in enumerate(used.items())]
    found = []
    number = number_type(fitted)
    for count, transformer in enumerate(fronts):
        taken = taken_by(transformer)
        branches = []
        for name, branch, _ in transformer.transformers_:
            mine = []
            for at in taken.get(name, []):
                column = used[frame.columns[at]]
                mine.append(Variable(f"columns{count}_{len(found) + len(mine)}", (column.name,), inner(column, encodes(branch), number)))
            found += mine
            branches.append((name, branch, [each.name for each in mine]))
        transformer.transformers_ = branches
    return found


def whole_table(fitted: Any, used: dict[str, Column]) -> Variable:
    """All columns side by side, for an estimator that takes a table of one type."""
    return Variable("table", tuple(used), number_type(fitted))


def number_type(fitted: Any) -> str:
    """The dtype in which numbers reach the estimator."""
    inside = list(parts(fitted))
    return "float64" if any(type(part).__name__ in PRECISE for part in inside) or is_prepared_for_trees(fitted) else "float32"


def is_prepared_for_trees(fitted: Any) -> bool:
    """Whether numbers are scaled, filled or otherwise computed with before trees compare them, in a pipeline."""
    inside = list(parts(fitted))
    has_trees = any(hasattr(part, "tree_") or hasattr(part, "_predictors") or boosters.booster(part) for part in inside)
    computes = any(hasattr(part, "transform") and not hasattr(part, "predict") and type(part).__name__ not in HARMLESS for part in inside)
    return has_trees and computes and len(getattr(fitted, "steps", ())) > 1


def encodes(branch: Any) -> bool:
    """Whether a branch of a column transformer makes codes or columns of categories."""
    return any(type(part).__name__ in traps.ENCODERS for part in parts(branch))


def inner(column: Column, is_encoded: bool, number: str = "float32") -> str:
    """The dtype in which a column reaches a branch of a column transformer."""
    if column.dtype == "string":
        return "string"
    return "int64" if is_encoded and column.dtype in ("int64", "bool") else number


def converted(fitted: Any, inside: list[Any], variables: list[Variable]) -> onnx.ModelProto:
    """What skl2onnx makes of the estimator; raises UserError when it can't."""
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType
    from skl2onnx.sklapi import CastTransformer

    types = {"float32": FloatTensorType, "float64": DoubleTensorType, "int64": Int64TensorType, "string": StringTensorType}
    converters.register()
    boosters.register(inside)
    options: dict[Any, Any] = {}
    for part in inside:
        if type(part).__name__ == "StandardScaler":
            options[id(part)] = {"div": "div"}  # as scikit-learn computes it; multiplying by 1 / scale is off in the last digit
        if type(part).__name__ == "OneHotEncoder" and part.handle_unknown != "error":
            part.handle_unknown = "ignore"  # the one that is converted; without rare categories all of them mean the same
        if type(part).__name__ == "KBinsDiscretizer":
            part.bin_edges_ = np.array([ceiled(each) for each in part.bin_edges_] + [None], object)[:-1]
        if type(part).__name__ == "VotingClassifier":
            part.flatten_transform = False  # how `transform` would look, which nobody calls
    last = final(fitted)
    if task(fitted) == "classification":  # LinearSVC is the one classifier that never has a ZipMap, but in a pipeline it needs an option
        options[id(last)] = {"raw_scores": False} if type(last).__name__ == "LinearSVC" else {"zipmap": False}
    if is_prepared_for_trees(fitted) and type(last).__name__ not in PRECISE:
        fitted.steps.insert(-1, ("float32", CastTransformer(dtype=np.float32)))  # in which scikit-learn's forests compare too
    initial = [(each.name, types[each.dtype]([None, len(each.columns)])) for each in variables]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return cast("onnx.ModelProto", convert_sklearn(fitted, initial_types=initial, options=options, target_opset=OPSETS))
    except UserError:
        raise
    except Exception as error:  # skl2onnx raises whatever its converters stumble over
        raise traps.explained(error, inside) from None


def ceiled(edges: np.ndarray) -> np.ndarray:
    """float64 edges, each the smallest float32 that is not below it: for a float32 x, `x >= edge` stays as it is."""
    rounded = edges.astype(np.float32)
    return np.where(rounded < edges, np.nextafter(rounded, np.float32(np.inf)), rounded).astype(np.float64)


def renamed(expected: dict[str, np.ndarray], names: Mapping[str, str], taken: set[str]) -> dict[str, str]:
    """The name of each output in the graph; raises UserError for names of outputs that there are none, or that are taken."""
    for name in names:
        if name not in expected:
            raise UserError(f'The estimator has no output "{name}" to rename.{nearest(name, expected)} It has {", ".join(expected)}.')
    found = {name: names.get(name) or (f"predicted_{name}" if name in taken else name) for name in expected}
    for name, given in found.items():
        if given in taken or list(found.values()).count(given) > 1:
            raise UserError(f'The output {name} can\'t be called "{given}", which is the name of another output or of a column.')
    return found


def with_ports(
    model: onnx.ModelProto, used: dict[str, Column], variables: list[Variable], expected: dict[str, np.ndarray], names: dict[str, str], is_reversed: bool
) -> onnx.ModelProto:
    """The graph with the table's columns as inputs and the estimator's outputs under their names, in their true shapes.

    is_reversed: whether the score of two classes comes as for the first class.
    """
    model = onnx.compose.add_prefix(model, "estimator.", rename_nodes=False, rename_functions=False)
    graph = model.graph
    inside = [f"estimator.{each.name}" for each in variables]
    head = []
    for variable, name in zip(variables, inside, strict=True):
        to = ELEMENTS[variable.dtype]
        if len(variable.columns) == 1:
            [column] = variable.columns
            if used[column].dtype == variable.dtype:
                rename(graph, name, column, inputs=True)
            else:
                head.append(helper.make_node("Cast", [column], [name], to=to))
            continue
        side_by_side = []
        for at, column in enumerate(variable.columns):
            side_by_side.append(column if used[column].dtype == variable.dtype else f"{name}.{at}")
            if side_by_side[-1] != column:
                head.append(helper.make_node("Cast", [column], [side_by_side[-1]], to=to))
        head.append(helper.make_node("Concat", side_by_side, [name], axis=1))
    tail = Tail(graph, is_reversed)
    for name, values in expected.items():
        tail.add(name, values, names[name])
    kept = needed([*head, *graph.node, *tail.nodes], set(names.values()))
    read = reads(kept)
    inputs = [helper.make_tensor_value_info(each.name, ELEMENTS[each.dtype], [None, 1]) for each in used.values() if each.name in read]
    initializers = [each for each in (*graph.initializer, *tail.initializers) if each.name in read]
    made = helper.make_graph(kept, "table", inputs, tail.ports, initializers)
    maker = {"producer_name": model.producer_name, "producer_version": model.producer_version}
    return helper.make_model(made, opset_imports=model.opset_import, ir_version=model.ir_version, functions=model.functions, **maker)


def reads(nodes: Iterable[onnx.NodeProto]) -> set[str]:
    """The tensors that operators read, those of the graphs inside them too."""
    inner_graphs = [inside for node in nodes for inside in within(node)]
    found = {name for node in nodes for name in node.input}
    return found.union(*(reads(inside.node) | {port.name for port in inside.output} for inside in inner_graphs))


def needed(nodes: list[onnx.NodeProto], wanted: set[str]) -> list[onnx.NodeProto]:
    """The operators that the wanted tensors depend on, in their order."""
    kept, wanted = [], set(wanted)
    for node in reversed(nodes):
        if wanted & set(node.output):
            kept.append(node)
            wanted |= reads([node])
    return kept[::-1]
