"""What a graph knows of its inputs: each encoder, imputer, scaler and tree says it of the right column, in that column's own unit."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from mlweb.draft import draft_probe
from mlweb.graph import carried, onnx_file

ML = "ai.onnx.ml"


def ml(operator: str, inputs: list[str], outputs: list[str], **attributes) -> onnx.NodeProto:
    return helper.make_node(operator, inputs, outputs, domain=ML, **attributes)


def graph(inputs: dict, nodes: list, constants: dict | None = None, output: str = "y", kind: int = TensorProto.FLOAT) -> onnx.ModelProto:
    """A graph of these inputs, name -> (dtype, dims), and these operators; nothing runs it."""
    ports = [helper.make_tensor_value_info(name, dtype, dims) for name, (dtype, dims) in inputs.items()]
    weights = [numpy_helper.from_array(np.asarray(value), name) for name, value in (constants or {}).items()]
    inside = helper.make_graph(nodes, "known", ports, [helper.make_tensor_value_info(output, kind, None)], weights)
    return helper.make_model(inside, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(ML, 3)], ir_version=10)


def known(model: onnx.ModelProto) -> dict[str, list[carried.Column]]:
    return carried.read(model).columns


def fields(model: onnx.ModelProto) -> dict:
    """The inputs of a draft."""
    return draft_probe.guessed(onnx_file.signature(model), carried.read(model))


FLOAT, STRING, INT64 = ((kind, ["N", 1]) for kind in (TensorProto.FLOAT, TensorProto.STRING, TensorProto.INT64))
FOUR = {"x": (TensorProto.FLOAT, ["N", 4])}


def table() -> onnx.ModelProto:
    """One input a column: two numbers imputed and scaled, a text one-hot, a whole number by its categories, all into a tree."""
    nodes = [
        helper.make_node("Concat", ["age", "income"], ["numbers"], axis=1),
        ml("Imputer", ["numbers"], ["full"], imputed_value_floats=[39.5, 30155.0], replaced_value_float=float("nan")),
        ml("Scaler", ["full"], ["scaled"], offset=[39.56, 30155.5], scale=[1 / 11.43, 1 / 7652.0]),
        ml("OneHotEncoder", ["city"], ["towns"], cats_strings=["Lyon", "Nice", "Paris"], zeros=1),
        ml("OneHotEncoder", ["rooms"], ["sizes"], cats_int64s=[1, 2, 5], zeros=1),
        helper.make_node("Reshape", ["towns", "three"], ["flat"]),
        helper.make_node("Concat", ["scaled", "flat", "sizes"], ["row"], axis=1),
        ml("TreeEnsembleRegressor", ["row"], ["y"], nodes_featureids=[1, 3, 0], nodes_values=[5.0, 0.5, 0.0], nodes_modes=["BRANCH_LEQ"] * 2 + ["LEAF"]),
    ]
    return graph({"age": FLOAT, "income": FLOAT, "city": STRING, "rooms": INT64}, nodes, {"three": np.array([-1, 3])})


def test_a_table_with_one_input_a_column():
    assert fields(table()) == {
        "age": {"kind": "number", "slider": [5, 74], "default": 39.5, "missing": "nan"},
        "income": {"kind": "number", "slider": [7000, 69000], "default": 30200.0, "missing": "nan"},  # a threshold at five deviations
        "city": {"kind": "choice", "choices": ["Lyon", "Nice", "Paris"]},
        "rooms": {"kind": "choice", "choices": [1, 2, 5]},
    }
    assert known(table())["income"][0].thresholds == [pytest.approx(30155.5 + 5 * 7652)], "in its own unit, behind the scaler"


@pytest.mark.parametrize(
    ("picked", "constants"),
    [
        ([ml("ArrayFeatureExtractor", ["x", "at"], ["two"])], {"at": np.array([3, 1])}),
        ([helper.make_node("Gather", ["x", "at"], ["two"], axis=1)], {"at": np.array([3, 1])}),
        (
            [helper.make_node("Slice", ["x", "from", "to", "one", "back"], ["two"])],
            dict(zip(("from", "to", "one", "back"), ([3], [0], [1], [-2]), strict=True)),
        ),
        (
            [
                helper.make_node("Split", ["x", "parts"], ["a", "b", "c", "d"], axis=1),
                helper.make_node("Cast", ["d"], ["e"], to=1),
                ml("FeatureVectorizer", ["e", "b"], ["two"], inputdimensions=[1, 1]),
            ],
            {"parts": np.array([1, 1, 1, 1])},
        ),
    ],
    ids=["extractor", "gather", "slice", "split"],
)
def test_columns_of_one_input_are_told_apart(picked, constants):
    constants = {name: np.asarray(value, np.int64) for name, value in constants.items()}
    columns = known(graph(FOUR, [*picked, ml("Scaler", ["two"], ["y"], offset=[30.0, 10.0], scale=[1.0, 0.5])], constants))["x"]
    assert [(column.mean, column.deviation) for column in columns] == [(None, None), (10, 2), (None, None), (30, 1)]


def test_scalers_of_plain_operators():
    columns = dict.fromkeys(("mean", "width", "factor", "shift"))
    columns = {"mean": [5.0, 3.0, 4.0, 1.0], "width": [0.5, 0.25, 2.0, 1.0], "factor": [0.1, 0.5, 1.0, 2.0], "shift": [0.0, -1.0, -2.0, 1.0]}
    constants = {name: np.array(values, np.float32) for name, values in columns.items()}
    standard = known(graph(FOUR, [helper.make_node("Sub", ["x", "mean"], ["m"]), helper.make_node("Div", ["m", "width"], ["y"])], constants))["x"]
    assert [(column.mean, column.deviation) for column in standard] == [(5, 0.5), (3, 0.25), (4, 2), (1, 1)]
    ends = known(graph(FOUR, [helper.make_node("Mul", ["x", "factor"], ["m"]), helper.make_node("Add", ["m", "shift"], ["y"])], constants))["x"]
    assert [column.within for column in ends] == [pytest.approx(pair) for pair in ((0, 10), (2, 4), (2, 3), (-0.5, 0))]
    one = {name: values[:1] for name, values in constants.items()}
    degrees = fields(graph({"x": FLOAT}, [helper.make_node("Sub", ["x", "mean"], ["m"]), helper.make_node("Div", ["m", "width"], ["y"])], one))
    assert degrees == {"x": {"kind": "number", "default": 5.0}}, "one column may change its unit, from Fahrenheit, say: that limits nothing"
    norm = {"gain": np.ones(4, np.float32), "bias": np.zeros(4, np.float32), "mean": constants["mean"], "var": constants["width"] ** 2}
    learned = known(graph(FOUR, [helper.make_node("BatchNormalization", ["x", "gain", "bias", "mean", "var"], ["y"])], norm))["x"]
    assert [(column.mean, column.deviation) for column in learned] == [(5, 0.5), (3, 0.25), (4, 2), (1, 1)]


@pytest.mark.parametrize("steps", ["Scaler", "Sub, Div", "BatchNormalization"])
def test_what_only_divides_has_no_mean(steps):
    """StandardScaler(with_mean=False), MaxAbsScaler: what is near 2005 does not start at 0."""
    constants = {"none": np.zeros(4, np.float32), "width": np.array([5, 0.25, 2000, 1], np.float32), "one": np.ones(4, np.float32)}
    nodes = {
        "Scaler": [ml("Scaler", ["x"], ["y"], offset=[0.0] * 4, scale=[0.2, 4.0, 0.0005, 1.0])],
        "Sub, Div": [helper.make_node("Sub", ["x", "none"], ["m"]), helper.make_node("Div", ["m", "width"], ["y"])],
        "BatchNormalization": [helper.make_node("BatchNormalization", ["x", "one", "none", "none", "width"], ["y"])],
    }[steps]
    assert [column.reach() or column.middle() for column in known(graph(FOUR, nodes, constants))["x"]] == [None] * 4
    assert all("slider" not in field for field in fields(graph(FOUR, nodes, constants))["x"]["fields"].values())


@pytest.mark.parametrize("low_end", [0, -1])
def test_a_factor_and_an_offset_leave_open_what_training_saw(low_end):
    """MinMaxScaler, with the feature_range that the graph does not tell: it starts with what training saw in either, and no end is guessed."""
    low, high = np.array([1990, -5, 0, 0.1]), np.array([2020, 5, 1e6, 0.3])
    factor = (1 - low_end) / (high - low)
    constants = {"factor": factor.astype(np.float32), "shift": (low_end - low * factor).astype(np.float32)}
    scaled = graph(FOUR, [helper.make_node("Mul", ["x", "factor"], ["m"]), helper.make_node("Add", ["m", "shift"], ["y"])], constants)
    drafted = fields(scaled)["x"]["fields"].values()
    assert all("slider" not in field and start <= field["default"] <= end for field, start, end in zip(drafted, low, high, strict=True))
    assert all(start - 0.01 <= column.reach()[0] < column.reach()[1] <= end + 0.01 for column, start, end in zip(known(scaled)["x"], low, high, strict=True))


def test_thresholds_are_the_ends_of_a_slider_only_where_they_are_many():
    def tree(*values: float) -> onnx.ModelProto:
        nodes = [ml("TreeEnsembleRegressor", ["x"], ["y"], nodes_featureids=[0] * len(values), nodes_values=values, nodes_modes=["BRANCH_LEQ"] * len(values))]
        return graph({"x": FLOAT}, nodes)

    assert fields(tree(1.5, 1.75)) == {"x": {"kind": "number", "default": 1.62}}
    assert known(tree(1.5, 1.75))["x"][0].reach() == (1.25, 2.0), "made-up rows lie on both sides all the same"
    assert fields(tree(*range(20, 71, 5))) == {"x": {"kind": "number", "slider": [0, 120], "default": 45}}
    assert fields(tree(*range(-20, 31, 5)))["x"]["slider"][0] == -70


def test_rows_of_training_that_a_model_keeps_are_a_range():
    rows = np.random.default_rng(0).uniform([0, -1, 5, 100], [0.1, 1, 6, 300], (20, 4)).astype(np.float32)
    machine = graph(FOUR, [ml("SVMRegressor", ["x"], ["y"], support_vectors=rows.reshape(-1), n_supports=20, kernel_type="RBF")])
    first = fields(machine)["x"]["fields"]["x_1"]
    assert -0.02 <= first["slider"][0] <= rows[:, 0].min() and rows[:, 0].max() <= first["slider"][1] <= 0.12
    few = graph(FOUR, [ml("SVMRegressor", ["x"], ["y"], support_vectors=rows[:3].reshape(-1), n_supports=3)])
    assert "slider" not in fields(few)["x"]["fields"]["x_1"]


def test_gaps_of_texts_and_numbers():
    nodes = [
        ml("LabelEncoder", ["city"], ["gap"], keys_strings=[""], values_int64s=[1], default_int64=0),
        helper.make_node("Cast", ["gap"], ["is_gap"], to=TensorProto.BOOL),
        helper.make_node("Where", ["is_gap", "usual", "city"], ["full"]),
        ml("LabelEncoder", ["full"], ["y"], keys_strings=["Lyon", "Paris"], values_floats=[0.0, 1.0]),
        helper.make_node("IsNaN", ["age"], ["no_age"]),
        helper.make_node("Where", ["no_age", "mean", "age"], ["z"]),
    ]
    constants = {"usual": np.array(["Paris"], object), "mean": np.array([41.5], np.float32)}
    assert fields(graph({"city": STRING, "age": FLOAT}, nodes, constants)) == {
        "city": {"kind": "choice", "choices": ["Lyon", "Paris"], "default": "Paris", "missing": "empty"},
        "age": {"kind": "number", "default": 41.5, "missing": "nan"},
    }
    other = [ml("Imputer", ["age"], ["y"], imputed_value_floats=[7.0], replaced_value_float=-1.0)]
    assert fields(graph({"age": FLOAT}, other)) == {"age": {"kind": "number", "default": 7.0}}, "an imputer of -1 takes no gaps"


def test_categories_that_do_not_fit_the_input_are_no_choices():
    as_text = [helper.make_node("Cast", ["code"], ["text"], to=TensorProto.STRING), ml("OneHotEncoder", ["text"], ["y"], cats_strings=["1", "2"])]
    assert fields(graph({"code": INT64}, as_text)) == {"code": {"kind": "integer"}}
    as_number = [helper.make_node("Cast", ["code"], ["whole"], to=TensorProto.INT64), ml("OneHotEncoder", ["whole"], ["y"], cats_int64s=[3, 4])]
    assert fields(graph({"code": FLOAT}, as_number)) == {"code": {"kind": "choice", "choices": [3, 4]}}


def test_a_setting_and_a_table_of_rows_are_known_by_their_constants():
    rate = {"sr": (TensorProto.INT64, [])}
    equal = [helper.make_node("Equal", ["sr", "fast"], ["a"]), helper.make_node("Equal", ["sr", "slow"], ["y"])]
    assert fields(graph(rate, equal[:1], {"fast": np.array(16000)}, "a")) == {"sr": {"kind": "integer", "default": 16000}}
    both = fields(graph(rate, equal, {"fast": np.array(16000), "slow": np.array(8000)}))
    assert both == {"sr": {"kind": "choice", "choices": [16000, 8000]}}
    looked_up = graph({"index": INT64}, [helper.make_node("Gather", ["table", "index"], ["y"])], {"table": np.zeros((12, 3), np.float32)})
    assert fields(looked_up)["index"] == {"kind": "integer", "min": 0, "max": 11, "default": 6}


def test_several_codes_of_one_input_lie_within_the_table_that_they_look_up():
    codes = {"codes": (TensorProto.INT64, ["N", 3])}
    looked_up = graph(codes, [helper.make_node("Gather", ["table", "codes"], ["y"])], {"table": np.zeros((5, 2), np.float32)})
    assert [column.rows for column in known(looked_up)["codes"]] == [5, 5, 5]
    picked = graph(codes, [helper.make_node("Gather", ["table", "codes"], ["y"], axis=1)], {"table": np.zeros((2, 5), np.float32)})
    assert [column.rows for column in known(picked)["codes"]] == [0, 0, 0]


def counted_back(asked: str, added: str) -> list:
    """The steps of Keras and PyTorch from a code, which may be counted from the end, to the row of a table."""
    return [
        helper.make_node("Cast", ["code"], ["whole"], to=TensorProto.INT64),
        helper.make_node("Less", [asked, "zero"], ["is_below"]),
        helper.make_node("Add", [added, "rows"], ["back"]),
        helper.make_node("Where", ["is_below", "back", "whole"], ["place"]),
        helper.make_node("Gather", ["table", "place"], ["y"]),
    ]


def test_a_code_that_may_be_counted_from_the_end_of_a_table_lies_within_it():
    constants = {"zero": np.array(0), "rows": np.array(9), "table": np.zeros((9, 2), np.float32)}
    codes = {"code": (TensorProto.INT32, ["N", 1]), "other": INT64}
    assert fields(graph(codes, counted_back("whole", "whole"), constants))["code"] == {"kind": "integer", "min": 0, "max": 8, "default": 4}
    for misled in (counted_back("other", "whole"), counted_back("whole", "other")):
        assert known(graph(codes, misled, constants))["code"][0].rows == 0, "another column decides, or stands in"
    above = counted_back("whole", "whole")
    assert known(graph(codes, above, constants | {"zero": np.array(5)}))["code"][0].rows == 0, "what is below 5 is another place"


@pytest.mark.parametrize("rows", [2, 5, 9])
def test_a_code_lies_within_all_that_it_is_looked_up_in(rows):
    extracted = [ml("ArrayFeatureExtractor", ["table", "code"], ["a"]), ml("ArrayFeatureExtractor", ["wider", "code"], ["y"])]
    tables = {"table": np.zeros((2, rows), np.float32), "wider": np.zeros((2, 10), np.float32)}
    for nodes in (extracted, extracted[::-1]):
        assert fields(graph({"code": INT64}, nodes, tables))["code"] == {"kind": "integer", "min": 0, "max": rows - 1, "default": rows // 2}
    one_hot = [helper.make_node("OneHot", ["code", "depth", "values"], ["y"])]
    assert known(graph({"code": INT64}, one_hot, {"depth": np.array(rows), "values": np.array([0.0, 1.0])}))["code"][0].rows == rows
    assert known(graph({"code": INT64, "depth": INT64}, one_hot, {"values": np.array([0.0, 1.0])}))["code"][0].rows == 0


def test_the_text_that_stands_in_for_a_gap_may_be_looked_up():
    """How skl2onnx writes an imputer of texts."""
    nodes = [
        ml("LabelEncoder", ["first"], ["usual"], keys_int64s=[1, 0], values_strings=["Rome", "Oslo"], default_string="?"),
        ml("LabelEncoder", ["city"], ["gap"], keys_strings=[""], values_int64s=[1], default_int64=0),
        helper.make_node("Cast", ["gap"], ["is_gap"], to=TensorProto.BOOL),
        helper.make_node("Where", ["is_gap", "usual", "city"], ["full"]),
        ml("OneHotEncoder", ["full"], ["y"], cats_strings=["Oslo", "Rome"]),
    ]
    found = fields(graph({"city": STRING}, nodes, {"first": np.array([0])}))
    assert found == {"city": {"kind": "choice", "choices": ["Oslo", "Rome"], "default": "Oslo", "missing": "empty"}}


def test_what_is_mixed_is_no_column_any_more():
    mixed = [helper.make_node("MatMul", ["x", "w"], ["m"]), ml("Scaler", ["m"], ["y"], offset=[1.0] * 4, scale=[1.0] * 4)]
    [first, *_] = known(graph(FOUR, mixed, {"w": np.eye(4, dtype=np.float32)}))["x"]
    assert first == carried.Column()
    flattened = [helper.make_node("Reshape", ["x", "flat"], ["m"]), ml("Scaler", ["m"], ["y"], offset=[1.0], scale=[1.0])]
    assert known(graph(FOUR, flattened, {"flat": np.array([-1, 1])}))["x"][0] == carried.Column()


@pytest.mark.parametrize(
    ("low", "high", "start", "written"),
    [
        (5.27, 73.9, 39.56, (5, 74, 39.6)),
        (7180.2, 53130.9, 30155.5, (7000, 54000, 30200.0)),
        (-0.0112, 0.02, 0.0, (-0.012, 0.02, 0.0)),
        (0, 1, 0.5, (0, 1, 0.5)),
    ],
)
def test_limits_are_what_a_person_would_write(low, high, start, written):
    assert carried.written(low, high, start) == written


def test_open_dims_that_count_rows_are_called_as_a_first_one_is_or_lie_inside_a_state():
    kind = TensorProto.FLOAT
    inputs = {"x": (kind, ["B", "T"]), "mask": (kind, ["H", "K", "B"]), "state": (kind, [2, "M", 8]), "grid": (kind, [2, "P", "Q"])}
    found = carried.read(graph(inputs, [helper.make_node("Identity", ["x"], ["y"])])).batch
    assert found == {("mask", 2), ("state", 1)}


def test_words_come_from_the_graphs_vocabulary():
    counted = ml("LabelEncoder", ["x"], ["y"], keys_strings=["great", "a", "awful\n", "dull"], values_int64s=[0, 1, 2, 3])
    tokens = helper.make_node("Tokenizer", ["text"], ["x"], domain="com.microsoft")
    assert carried.read(graph({"text": STRING}, [tokens, counted])).words == ("great", "dull")
