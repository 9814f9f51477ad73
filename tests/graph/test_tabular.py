"""A table of any kind becomes a graph that takes its columns as they are: names, dtypes, gaps, words, and what is refused."""

import numpy as np
import onnxruntime
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from mlweb.errors import UserError
from mlweb.graph import drawing
from mlweb.graph.onnx_file import finalize, signature
from mlweb.tabular.columns import columns, feeds, rows
from mlweb.tabular.comparison import UNSEEN, compared
from mlweb.tabular.convert import to_onnx
from mlweb.tabular.trained import Trained, load_trained

ROWS = 120
CHANCE = np.random.default_rng(4)
TABLE = pd.DataFrame(
    {
        "Culmen Length (mm)": CHANCE.normal(44, 5, ROWS).round(1),
        "größe [m²]": np.where(CHANCE.random(ROWS) < 0.2, np.nan, CHANCE.normal(size=ROWS)),
        "variable": CHANCE.integers(0, 9, ROWS),  # what skl2onnx calls a tensor of its own
        "prediction": CHANCE.random(ROWS) < 0.5,
        "île": pd.Series(CHANCE.choice(["Biscoe", "Dream", "Ürümqi 🏔️"], ROWS)).mask(CHANCE.random(ROWS) < 0.2),
        "size": pd.Categorical(CHANCE.choice(["S", "M", "L"], ROWS), categories=["S", "M", "L"]),
    }
)
TARGET = TABLE["variable"] + 2 * TABLE["prediction"] + 3 * (TABLE["île"] == "Dream") + TABLE["île"].isna()


def words_to_columns() -> OneHotEncoder:
    return OneHotEncoder(handle_unknown="ignore", sparse_output=False)


def mixed(estimator):
    """Fitted on the table of this module, its words as columns."""
    return make_pipeline(make_column_transformer((words_to_columns(), ["île", "size"]), remainder="passthrough"), estimator).fit(TABLE, TARGET)


def answers(model, held) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(finalize(model).SerializeToString())
    return dict(zip(held["expected"], session.run(list(held["expected"]), dict(held["feeds"])), strict=True))


def test_inputs_are_the_columns_and_what_comes_out_is_the_estimators_answer():
    estimator = mixed(HistGradientBoostingRegressor(max_iter=10))
    model = to_onnx(estimator, TABLE)
    ports = signature(model)
    assert {name: (port.dtype, port.dims) for name, port in ports.inputs.items()} == {
        "Culmen Length (mm)": ("float32", [None, 1]),
        "größe [m²]": ("float32", [None, 1]),
        "variable": ("int64", [None, 1]),
        "prediction": ("bool", [None, 1]),
        "île": ("string", [None, 1]),
        "size": ("string", [None, 1]),
    }
    assert {name: (port.dtype, port.dims) for name, port in ports.outputs.items()} == {"predicted_prediction": ("float32", [None, 1])}
    held = compared(model, estimator, TABLE)
    np.testing.assert_allclose(answers(model, held)["predicted_prediction"], held["expected"]["predicted_prediction"], rtol=1e-4, atol=1e-5)
    assert np.ptp(held["expected"]["predicted_prediction"]) > 5


def test_rows_are_what_somebody_types_and_feeds_what_the_page_sends():
    estimator = mixed(HistGradientBoostingRegressor(max_iter=3))
    held = compared(to_onnx(estimator, TABLE), estimator, TABLE)
    first = held["rows"][0]
    assert first["Culmen Length (mm)"] == TABLE["Culmen Length (mm)"][0], "with the digits that it has in the table"
    assert type(first["variable"]) is int and type(first["prediction"]) is bool
    gap = int(TABLE["île"].isna().to_numpy().argmax())
    assert held["rows"][gap]["île"] is None and held["feeds"]["île"][gap, 0] == ""
    gap = int(TABLE["größe [m²]"].isna().to_numpy().argmax())
    assert held["rows"][gap]["größe [m²]"] is None and np.isnan(held["feeds"]["größe [m²]"][gap, 0])


def test_words_that_training_never_saw_are_compared_too():
    estimator = mixed(HistGradientBoostingRegressor(max_iter=10))
    model = to_onnx(estimator, TABLE)
    held = compared(model, estimator, TABLE)
    unseen = [row["île"] == UNSEEN for row in held["rows"]]
    assert sum(unseen) == 20 and len(unseen) == ROWS + 20
    np.testing.assert_allclose(answers(model, held)["predicted_prediction"], held["expected"]["predicted_prediction"], rtol=1e-4, atol=1e-5)


def test_the_estimator_reads_columns_of_its_own_type_without_a_detour_and_the_graph_says_who_made_it():
    numbers = pd.DataFrame(CHANCE.normal(size=(ROWS, 6)), columns=list("abcdef"))
    estimator = make_pipeline(make_column_transformer((StandardScaler(), list("abcdef"))), LinearRegression()).fit(numbers, numbers["a"])
    model = to_onnx(estimator, numbers)
    assert "Identity" not in {node.op_type for node in model.graph.node}
    drawn = drawing.draw(model)
    assert [port["name"] for port in drawn["boxes"][0]["outputs"]] == list(numbers), "so that the drawing shows them in one box"
    assert drawn["producer"].startswith("skl2onnx 1.")


def test_an_encoder_that_refuses_unknown_words_is_compared_without_them():
    encoder = make_column_transformer((OneHotEncoder(sparse_output=False), ["île", "size"]), remainder="passthrough")
    estimator = make_pipeline(encoder, HistGradientBoostingRegressor(max_iter=3)).fit(TABLE, TARGET)
    assert len(compared(to_onnx(estimator, TABLE), estimator, TABLE)["rows"]) == ROWS


def test_columns_that_the_estimator_drops_are_no_inputs_dates_among_them():
    table = TABLE.drop(columns="prediction").assign(day=pd.date_range("2020-01-01", periods=ROWS))
    estimator = make_pipeline(make_column_transformer(("passthrough", ["variable", "Culmen Length (mm)"])), LinearRegression()).fit(table, TARGET)
    model = to_onnx(estimator, table)
    assert set(signature(model).inputs) == {"variable", "Culmen Length (mm)"}
    held = compared(model, estimator, table)
    np.testing.assert_allclose(answers(model, held)["prediction"], held["expected"]["prediction"], rtol=1e-4, atol=1e-4)


def test_an_estimator_fitted_on_plain_numbers_takes_the_columns_in_their_order():
    numbers = TABLE[["Culmen Length (mm)", "variable"]].assign(switch=TABLE["prediction"]).astype(float)
    estimator = RandomForestRegressor(5, random_state=0).fit(numbers.to_numpy(), TARGET)
    model = to_onnx(estimator, numbers)
    assert list(signature(model).inputs) == list(numbers)
    held = compared(model, estimator, numbers)
    np.testing.assert_allclose(answers(model, held)["prediction"], held["expected"]["prediction"], rtol=1e-4, atol=1e-5)


def test_whole_numbers_that_no_float32_has_reach_their_encoder():
    codes = pd.DataFrame({"code": CHANCE.choice([16_777_216, 16_777_217, 5], ROWS)})
    estimator = make_pipeline(make_column_transformer((words_to_columns(), ["code"])), LinearRegression()).fit(codes, codes["code"] == 16_777_217)
    model = to_onnx(estimator, codes)
    held = compared(model, estimator, codes)
    np.testing.assert_allclose(answers(model, held)["prediction"], held["expected"]["prediction"], atol=1e-5)


def test_outputs_can_be_renamed():
    estimator = LogisticRegression().fit(TABLE[["variable"]], TABLE["prediction"])
    assert list(signature(to_onnx(estimator, TABLE, {"probabilities": "chance"})).outputs) == ["label", "chance"]
    with pytest.raises(UserError, match='no output "probability" to rename. Did you mean "probabilities"'):
        to_onnx(estimator, TABLE, {"probability": "chance"})
    with pytest.raises(UserError, match='label can\'t be called "variable"'):
        to_onnx(estimator, TABLE, {"label": "variable"})


def test_the_estimator_itself_stays_as_it_was():
    estimator = mixed(HistGradientBoostingRegressor(max_iter=10))
    before = estimator[-1]._predictors[0][0].nodes["num_threshold"].copy()
    categories = [list(each) for each in estimator[0].named_transformers_["onehotencoder"].categories_]
    to_onnx(estimator, TABLE)
    assert np.array_equal(before, estimator[-1]._predictors[0][0].nodes["num_threshold"])
    assert str(categories) == str([list(each) for each in estimator[0].named_transformers_["onehotencoder"].categories_])


def ladder() -> pd.DataFrame:
    """Neighbouring float32 values: the thresholds between them have no float32, and rounding lifts half of them to the value above."""
    values = [np.float32(25.7)]
    while len(values) < ROWS:
        values.append(np.nextafter(values[-1], np.float32(np.inf)))
    return pd.DataFrame({"step": values})


@pytest.mark.parametrize("maker", ["scikit-learn", "lightgbm", "xgboost", "catboost"])
def test_thresholds_are_floored_for_every_maker_of_trees(maker):
    table, target = ladder(), np.tile([0.0, 5.0], ROWS // 2)
    if maker == "scikit-learn":
        estimator = HistGradientBoostingRegressor(max_iter=20, min_samples_leaf=1)
    elif maker == "lightgbm":
        from lightgbm import LGBMRegressor

        estimator = LGBMRegressor(n_estimators=20, min_child_samples=1, min_data_in_bin=1, verbose=-1, n_jobs=1)
    elif maker == "xgboost":
        from xgboost import XGBRegressor

        estimator = XGBRegressor(n_estimators=20, n_jobs=1)
    else:
        from catboost import CatBoostRegressor

        estimator = CatBoostRegressor(iterations=20, verbose=False, allow_writing_files=False)
    estimator.fit(table, target)
    model = to_onnx(estimator, table)
    held = compared(model, estimator, table)
    expected = held["expected"]["prediction"]
    np.testing.assert_allclose(answers(model, held)["prediction"], expected, rtol=1e-4, atol=1e-5)
    assert np.ptp(expected) > 1


def test_fractions_are_compared_as_the_page_sends_them():
    """As float64 these rows differ, as float32 most are the same: the estimator is asked for what the page can send."""
    table = pd.DataFrame({"x": 0.1 + np.arange(ROWS) * 1e-9})
    estimator = HistGradientBoostingRegressor(max_iter=20, min_samples_leaf=1).fit(table, np.arange(ROWS))
    model = to_onnx(estimator, table)
    held = compared(model, estimator, table)
    np.testing.assert_allclose(answers(model, held)["prediction"], held["expected"]["prediction"], rtol=1e-4, atol=1e-5)
    assert len(np.unique(held["expected"]["prediction"])) < len(np.unique(estimator.predict(table)))


COLUMNS = {
    "float64": (pd.Series([1.5, np.nan]), ("number", "float32", True)),
    "int8": (pd.Series([1, 2], dtype="int8"), ("integer", "int64", False)),
    "Int64 with gaps": (pd.Series([1, None], dtype="Int64"), ("integer", "float32", True)),
    "bool": (pd.Series([True, False]), ("boolean", "bool", False)),
    "boolean with gaps": (pd.Series([True, None], dtype="boolean"), ("boolean", "float32", True)),
    "objects": (pd.Series(["a", None], dtype=object), ("words", "string", True)),
    "text": (pd.Series(["a", "b"], dtype="string"), ("words", "string", False)),
    "categories": (pd.Series(["a", "b"], dtype="category"), ("words", "string", False)),
    "categories of numbers": (pd.Series([3, 5], dtype="category"), ("integer", "int64", False)),
    "categories of numbers with gaps": (pd.Series([3, None], dtype="category"), ("integer", "float32", True)),
    "dates": (pd.Series(pd.to_datetime(["2020-01-01", None])), ("date", "string", True)),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_kinds_of_columns(name):
    series, expected = COLUMNS[name]
    found = columns(pd.DataFrame({"x": series}))["x"]
    assert (found.kind, found.dtype, found.gaps) == expected


def test_gaps_are_nan_among_numbers_and_empty_among_words():
    table = pd.DataFrame({name.replace(" ", "_"): series for name, (series, _) in COLUMNS.items() if name != "dates"})
    sent, typed = feeds(table), rows(table)
    assert np.isnan(sent["Int64_with_gaps"][1, 0]) and np.isnan(sent["boolean_with_gaps"][1, 0]) and np.isnan(sent["categories_of_numbers_with_gaps"][1, 0])
    assert sent["objects"].tolist() == [["a"], [""]] and sent["boolean_with_gaps"][0, 0] == 1
    assert typed[1]["objects"] is None and typed[1]["Int64_with_gaps"] is None and typed[0]["float64"] == 1.5


REFUSED = [
    (pd.DataFrame({"day": pd.date_range("2020-01-01", periods=3)}), r"\"day\" holds dates.*frame\['day year'\] = pd.to_datetime\(frame\['day'\]\).dt.year"),
    (pd.DataFrame({"x": ["a", "", None]}), r"gaps and empty words.*fillna\(\"\"\)"),
    (pd.DataFrame({"x": [True, None, False]}, dtype=object), "mixes booleans with gaps"),
    (pd.DataFrame({"x": [1, 2.5, 3]}, dtype=object), r"numbers as objects.*astype\(\"float32\"\)"),
    (pd.DataFrame({"x": [["a"], "b", 3]}, dtype=object), "holds int and list and str"),
    (pd.DataFrame({"x": pd.arrays.SparseArray([0.0, 1, 0])}), r"sparse.*to_dense\(\)"),
    (pd.DataFrame({"x": [2**53 + 1, 1, 2]}), "beyond 2\\^53"),
    (pd.DataFrame({"x": pd.to_timedelta([1, 2, 3], unit="s")}), r"total_seconds\(\)"),
    (pd.DataFrame(np.zeros((3, 2))), r"column name 0 is no text: frame.columns = frame.columns.astype\(str\)"),
    (pd.DataFrame(np.zeros((3, 2)), columns=["x", "x"]), 'two columns named "x"'),
    (np.zeros((3, 2)), "must be a pandas DataFrame"),
]


@pytest.mark.parametrize(("table", "sentence"), REFUSED, ids=lambda it: it if isinstance(it, str) else "")
def test_a_column_that_no_page_can_send_is_refused_with_the_line_that_mends_it(table, sentence):
    with pytest.raises(UserError, match=sentence):
        feeds(table)


def test_the_line_that_mends_a_column_mends_it():
    frame = pd.DataFrame({"day": pd.date_range("2020-01-01", periods=3), "x": pd.to_timedelta([1, 2, 3], unit="s"), "y": pd.Series([1, 2, 3], dtype=object)})
    while True:
        try:
            assert set(feeds(frame)) == {"day year", "day day", "x", "y"}
            return
        except UserError as problem:
            cures = [sentence.split(": ", 1)[1].removeprefix("make numbers of them before you train, such as ") for sentence in problem.sentences]
            lines = [line for cure in cures for line in cure.split(" and ")]
            before = frame.copy()
            for line in lines:
                exec(line)  # what the sentence says
            assert not frame.equals(before)


def test_what_the_estimator_was_trained_on_must_be_there():
    estimator = LinearRegression().fit(TABLE[["variable", "Culmen Length (mm)"]], TARGET)
    with pytest.raises(UserError, match='no column "variable", which the estimator was trained on. Did you mean "Variable"'):
        to_onnx(estimator, TABLE.rename(columns={"variable": "Variable"}))


def test_categories_of_hist_gradient_boosting_are_refused():
    """The converter takes their codes for numbers, in silence."""
    table = TABLE[["size", "variable"]]
    with pytest.raises(UserError, match="categorical_features.*OneHotEncoder"):
        to_onnx(HistGradientBoostingClassifier(max_iter=3).fit(table, TARGET > 5), table)


def test_gaps_where_training_had_none_are_one_sentence():
    estimator = LinearRegression().fit(TABLE[["variable"]], TARGET)
    gap = TABLE[["variable"]].astype("Int64").mask(TABLE["variable"] == 3)
    with pytest.raises(UserError, match='"variable" has gaps in these rows, but had none in training'):
        compared(to_onnx(estimator, TABLE), HistGradientBoostingRegressor(max_iter=2).fit(TABLE[["variable"]], TARGET), gap.astype(float))


def test_codes_of_categories_keep_gaps_apart():
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2)
    estimator = make_pipeline(make_column_transformer((encoder, ["île"])), StandardScaler()).fit(TABLE)
    model = to_onnx(estimator, TABLE)
    held = compared(model, estimator, TABLE)
    np.testing.assert_allclose(answers(model, held)["components"], held["expected"]["components"], atol=1e-5)
    assert len(np.unique(held["expected"]["components"])) == 5, "three islands, a gap, and one that nobody knows"


def test_the_number_that_a_regression_predicts_is_called_like_its_target():
    regression, classification = LinearRegression().fit(TABLE[["variable"]], TARGET), LogisticRegression().fit(TABLE[["variable"]], TABLE["prediction"])
    assert Trained(regression, TABLE, TABLE, {}, ["Price (€)"]).names == {"prediction": "Price (€)"}
    assert Trained(regression, TABLE, TABLE, {}, ["variable"]).names == {}, "a column has that name"
    assert Trained(regression, TABLE, TABLE, {}, ["a", "b"]).names == Trained(classification, TABLE, TABLE, {}, ["a"]).names == {}


@pytest.mark.parametrize(
    ("left", "sentence"),
    [(None, "missing: train first"), (b"no pickle", "can't be read .*: train again"), ({"estimator": 1}, 'has no "train": the last cell')],
)
def test_what_training_left_is_read_or_explained(tmp_path, left, sentence):
    import joblib

    path = tmp_path / "trained.joblib"
    if isinstance(left, bytes):
        path.write_bytes(left)
    elif left:
        joblib.dump(left, path)
    with pytest.raises(UserError, match=sentence):
        load_trained(path)


def categories_of_lightgbm():
    from lightgbm import LGBMRegressor

    return LGBMRegressor(n_estimators=2, min_child_samples=2, verbose=-1, n_jobs=1), ["size", "variable"]


def categories_of_xgboost():
    from xgboost import XGBRegressor

    return XGBRegressor(n_estimators=2, enable_categorical=True), ["size", "variable"]


def dropped_trees_of_xgboost():
    from xgboost import XGBRegressor

    return XGBRegressor(n_estimators=2, booster="dart"), ["variable"]


def categories_of_catboost():
    from catboost import CatBoostRegressor

    return CatBoostRegressor(iterations=2, verbose=False, allow_writing_files=False, cat_features=["size"]), ["size", "variable"]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (categories_of_lightgbm, "LGBMRegressor treats columns as categories.*OneHotEncoder"),
        (categories_of_xgboost, "XGBRegressor treats columns as categories.*OneHotEncoder"),
        (dropped_trees_of_xgboost, "booster='dart'.*take booster='gbtree'"),
        (categories_of_catboost, "CatBoostRegressor treats columns as categories.*OneHotEncoder"),
    ],
)
def test_what_boosters_convert_wrongly_or_not_at_all_is_refused(make, sentence):
    estimator, names = make()
    with pytest.raises(UserError, match=sentence):
        to_onnx(estimator.fit(TABLE[names], TARGET), TABLE[names])


def test_words_that_pass_through_to_numbers_are_refused():
    """Nothing of scikit-learn computes with them, but a column transformer alone can be asked for them."""
    estimator = make_column_transformer(("passthrough", ["île", "variable"])).fit(TABLE)
    with pytest.raises(UserError, match="passes words through \\('île'\\).*OneHotEncoder"):
        to_onnx(estimator, TABLE)
