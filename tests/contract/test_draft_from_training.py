"""A contract drafted from what training left: every field and output as the table and the estimator have it, nothing exported before."""

import json
import sys

import joblib
import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor, make_column_transformer
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest, VotingClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import LinearSVC

import own_table
from mlweb.contract import check, schema, training_check
from mlweb.draft import describe, from_training
from mlweb.draft.pipeline import handling, picked
from mlweb.errors import UserError
from mlweb.proof.export import export, of_training
from mlweb.tabular import columns
from mlweb.tabular.comparison import compared
from mlweb.tabular.convert import to_onnx
from mlweb.tabular.trained import Trained, load_trained


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "model").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def described(left: dict) -> dict:
    """The draft of what training left, as it stands in the file that it becomes."""
    joblib.dump(left, "model/trained.joblib")
    text, _ = describe.described_training()
    (schema.FILE).write_text(text, encoding="utf-8")
    assert schema.load()
    return YAML(typ="safe", pure=True).load(text)


def exported() -> None:
    """What the export script of a table does."""
    trained = load_trained()
    model = to_onnx(trained.estimator, trained.train, trained.names)
    export(model=model, **compared(model, trained.estimator, trained.heldout), train=trained.train, about=trained.about)


@pytest.mark.parametrize(
    ("classify", "name", "metrics"),
    [(False, "Always the mean", [("R²", "higher"), ("Mean absolute error", "lower")]), (True, "Always dear", [("Accuracy", "higher")])],
)
def test_a_baseline_is_measured_on_the_held_out_rows(folder, classify, name, metrics):
    table = own_table.flats(300)
    target = table[own_table.TARGET].lt(700).map({True: "cheap", False: "dear"}) if classify else table[own_table.TARGET]
    left = own_table.trained(table, classify) | {"train_target": target[:200], "heldout_target": target[200:]}
    described(left)
    about = load_trained().about
    assert (about["baseline"], about["metrics_on"]) == (name, "100 held-out rows")
    assert [(each["name"], each["better"]) for each in about["metrics"]] == metrics
    first, rows = about["metrics"][0], left["heldout"]
    said = left["estimator"].predict(rows)
    if classify:
        assert (first["model"], first["baseline"]) == (np.mean(said == target[200:]), np.mean(target[200:] == "dear"))
    else:
        assert first["model"] == pytest.approx(left["estimator"].score(rows, target[200:])) and -0.2 < first["baseline"] <= 0
    better = [each["model"] > each["baseline"] if each["better"] == "higher" else each["model"] < each["baseline"] for each in about["metrics"]]
    assert all(better)
    text, _ = describe.described_training()
    assert f"# What the card says of it on held-out rows: {metrics[0][0]} {first['model']:.4g} ({name}: {first['baseline']:.4g})" in text
    exported()
    assert json.loads((folder / "model/facts.json").read_text(encoding="utf-8"))["metrics"] == about["metrics"]


def test_a_baseline_of_ones_own_stays_and_a_wrong_column_is_said(folder):
    left = own_table.trained(own_table.flats(90))
    own = {"metrics": [{"name": "Mine", "model": 1.0, "baseline": 2.0, "better": "lower"}]}
    described(left | {"about": own, "train_target": [1.0], "heldout_target": [2.0]})
    assert load_trained().about == own
    described(left)
    assert "leave train_target and heldout_target, too" in describe.described_training()[0]
    for wrong, sentence in (([1.0], "heldout_target has 1 values for 30 held-out rows"), ([float("nan")] * 30, "has gaps or infinite numbers")):
        joblib.dump(left | {"train_target": [1.0] * 60, "heldout_target": wrong}, "model/trained.joblib")
        with pytest.raises(UserError, match=sentence):
            load_trained()


MIXED = {
    "District": {"kind": "choice", "label": "District", "choices": ["Old Town", "Harbour", "St. Anne’s", "Mill Hill"]},
    "Area (m²)": {"kind": "number", "label": "Area", "unit": "m²", "min": 15, "max": 150, "step": 0.1},
    "rooms": {"kind": "integer", "label": "Rooms", "min": 1, "max": 6},
    "year built": {"kind": "integer", "label": "Year built", "min": 1875, "max": 2040, "missing": "nan"},
    "heating": {"kind": "choice", "label": "Heating", "choices": ["gas", "district heat", "heat pump"], "missing": "empty"},
    "distance_km": {"kind": "number", "label": "Distance", "unit": "km", "min": 0, "max": 20, "step": 0.1, "missing": "nan"},
    "balcony": {"kind": "toggle", "label": "Balcony"},
}


def test_a_mixed_table_is_described_whole(folder):
    drafted = described(own_table.trained())
    assert drafted["inputs"] == MIXED and list(drafted["inputs"]) == list(MIXED)
    assert drafted["outputs"] == {"Rent (EUR)": {"kind": "value", "label": "Rent", "decimals": 0, "unit": "EUR"}}
    assert drafted["task"] == "regression" and "page" not in drafted
    assert [example["label"] for example in drafted["examples"]] == ["Typical of low rent", "Typical of middling rent", "Typical of high rent"]
    assert not list(folder.glob("model/*.onnx")), "nothing was exported before"


@pytest.mark.parametrize("classify", [False, True])
def test_what_is_drafted_passes_export_and_check_as_it_is(folder, capsys, classify):
    drafted = described(own_table.trained(classify=classify))
    exported()
    capsys.readouterr()
    check.main()
    assert capsys.readouterr().out.splitlines() == ["metadata.yml and model/model.onnx agree: 7 inputs, 1 output shown."], "no hint either"
    if classify:
        assert drafted["outputs"] == {"probabilities": {"kind": "classes", "label": "Price class", "classes": ["cheap", "dear"]}}


def test_typical_rows_are_made_from_many(folder):
    left = own_table.trained()
    examples = described(left)["examples"]
    rows = left["train"].astype(object).to_dict("records")
    assert not [row for row in rows for example in examples if all(row[name] == value for name, value in example["values"].items())]
    few = own_table.trained(own_table.flats(15))  # ten to train on: three groups of three or four
    assert "examples" not in described(few)


def field(values, handled=(), **options) -> dict:
    """The drafted field of one column called x, without its label."""
    frame = pd.DataFrame({"x": pd.Series(values, **options)})
    found = from_training.field(frame["x"], columns.usable(frame)["x"], handling(handled, ["x"]))
    assert found.pop("label") == "X"
    return found


YES_OR_NO = {"kind": "choice", "choices": [{"value": 0, "label": "No"}, {"value": 1, "label": "Yes"}], "missing": "nan"}
WORDS = ["b", "a", "a", "c", "a", "b"] * 3


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([1.5, 2, 3.25] * 5, np.float32), {"kind": "number", "min": 1.3, "max": 3.45, "step": 0.01}),
        ([3, 5, 9] * 5, {"kind": "integer", "min": 2, "max": 10}),
        (np.array([3, 5, 9] * 5, np.float32), {"kind": "integer", "min": 2, "max": 10}),
        ([3, 5, None] * 5 + [9], {"kind": "integer", "min": 2, "max": 10, "missing": "nan"}),
        ([1e7, 3e9 + 1, 2e9], {"kind": "number", "min": 1, "max": 3_300_000_000, "step": 5_000_000}),
        ([4, 4, 4], {"kind": "integer"}),
        ([1, 2, 2, 1], {"kind": "choice", "choices": [1, 2]}),
        ([0, 1, 1], {"kind": "toggle"}),
        ([0, 1, None], YES_OR_NO),
        ([True, False], {"kind": "toggle"}),
        (pd.array([True, None, False], "boolean"), YES_OR_NO),
        (WORDS, {"kind": "choice", "choices": ["a", "b", "c"]}),
        ([*WORDS, ""], {"kind": "choice", "choices": ["a", "b", "c"], "missing": "empty"}),
        ([*WORDS, None], {"kind": "choice", "choices": ["a", "b", "c"], "missing": "empty"}),
        (pd.Categorical(WORDS, categories=["c", "b", "a", "never"]), {"kind": "choice", "choices": ["a", "b", "c"]}),
        ([f"word {n}" for n in range(60)] * 4, {"kind": "text", "lines": 1}),
        (["one", "two", "three", "four"], {"kind": "text", "lines": 1}),
        (["A long line, as people write. " * 4, "b", "c"], {"kind": "text", "lines": 3}),
    ],
)
def test_the_kind_of_a_column(values, expected):
    assert field(values) == expected


def test_yes_and_no_with_gaps_are_what_training_saw():
    frame = pd.DataFrame({"x": pd.array([True, None, False], "boolean")})
    given = {"schema": 1, "name": "x", "inputs": {"x": field(frame["x"]) | {"label": "X"}}, "outputs": {"y": {"kind": "value"}}}
    agreed = schema.Contract.model_validate(given)
    facts = of_training(agreed, frame)
    assert facts["fields"] == {"x": {"categories": [0, 1]}} and list(training_check.mistakes(agreed, facts)) == []


def test_the_pipeline_says_what_a_column_is():
    numbers, many = [[1.0], [2.0], [3.0]] * 5, [[f"word {n}"] for n in range(60)] * 4
    assert field([1.0, 2.0, 3.0] * 5, OneHotEncoder().fit(numbers)) == {"kind": "choice", "choices": [1, 2, 3]}
    assert field([1.0, 2.5, 3.0] * 5, make_pipeline(StandardScaler(), SimpleImputer()).fit(numbers))["missing"] == "nan"
    assert len(field(sum(many, []), OrdinalEncoder().fit(many))["choices"]) == 60
    assert field(WORDS, OneHotEncoder(categories=[["a", "b"]], handle_unknown="ignore").fit([["a"]])) == {"kind": "choice", "choices": ["a", "b"]}
    assert field(WORDS, CountVectorizer(token_pattern=r"\w").fit(WORDS)) == {"kind": "text", "lines": 1}


TABLE = pd.DataFrame({"colour": ["red", "blue", "red", "green"] * 10, "n": np.arange(40.0), "m": np.arange(40.0)[::-1]})
TARGET = np.array([0, 1] * 20)


def branched(**options):
    """A column transformer with an encoder and an imputer in front of a linear model."""
    filled = make_pipeline(SimpleImputer(), StandardScaler())
    return make_column_transformer((OneHotEncoder(), ["colour"]), (filled, options.get("filled", ["n"])), remainder="passthrough")


@pytest.mark.parametrize(
    "estimator",
    [
        make_pipeline(branched(), LogisticRegression()),
        GridSearchCV(make_pipeline(branched(filled=slice("n", "n")), LogisticRegression()), {"logisticregression__C": [1]}, cv=2),
        CalibratedClassifierCV(make_pipeline(branched(filled=[1]), LogisticRegression()), cv=2),
        VotingClassifier([("one", make_pipeline(branched(filled=[False, True, False]), LogisticRegression()))]),
        TransformedTargetRegressor(make_pipeline(branched(filled=slice(1, 2)), LinearRegression())),
        make_pipeline(ColumnTransformer([("inner", branched(filled=lambda frame: ["n"]), ["colour", "n", "m"])]), LogisticRegression()),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_encoders_and_imputers_are_found_wherever_they_are(estimator):
    found = handling(estimator.fit(TABLE, TARGET), list(TABLE))
    assert found.categories == {"colour": {"red", "blue", "green"}} and found.imputed == {"n"}


def test_columns_that_a_branch_takes():
    names = ["a", "b", "c"]
    assert [picked(each, names) for each in ("b", ["c", "a"], [-1], slice(1, None), np.array([0, 2]), pd.Index(["b"]), [])] == [
        *(["b"], ["c", "a"], ["c"], ["b", "c"], ["a", "c"], ["b"], [])
    ]


NUMBERS = TABLE[["n", "m"]]
WORDED = pd.cut(NUMBERS["n"], 3, labels=["low", "middle", "high"]).astype(str)
SEVERAL = np.stack([TARGET, 1 - TARGET, TARGET], axis=1)


@pytest.mark.parametrize(
    ("estimator", "target", "named", "expected"),
    [
        (LinearRegression(), TABLE["n"] * 20, "", {"prediction": {"kind": "value", "label": "Prediction", "decimals": 0}}),
        (
            LinearRegression(),
            NUMBERS,
            ["east_km", "north_km"],
            {
                "prediction": {
                    "kind": "values",
                    "label": "Predictions",
                    "values": {
                        "east_km": {"label": "East", "unit": "km", "decimals": 1},
                        "north_km": {"label": "North", "unit": "km", "decimals": 1},
                    },
                }
            },
        ),
        (LogisticRegression(), TARGET, "sold", {"probabilities": {"kind": "classes", "label": "Sold", "classes": [0, 1]}}),
        (LinearSVC(), WORDED, "", {"scores": {"kind": "classes", "label": "Scores", "classes": ["high", "low", "middle"], "scores": True}}),
        (
            MultiOutputClassifier(LogisticRegression()),
            SEVERAL,
            ["is_new", "is_old", "third"],
            {"probabilities": {"kind": "classes", "classes": ["Is new", "Is old", "Third"], "probabilities": "independent"}},
        ),
        (KMeans(2, n_init=1), None, "", {"cluster": {"kind": "label", "label": "Cluster", "names": {0: "Cluster 0", 1: "Cluster 1"}}}),
        (PCA(2), None, "", {"components": {"kind": "point", "label": "Components", "x": "Component 1", "y": "Component 2"}}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_outputs_are_shown_as_what_they_are(folder, estimator, target, named, expected):
    estimator.fit(NUMBERS, target)
    drafted = described({"estimator": estimator, "train": NUMBERS, "heldout": NUMBERS, "about": {}, "target": named})
    assert drafted["outputs"] == expected
    exported()
    check.main()


def test_targets_that_are_left_name_the_results(folder):
    left = {"estimator": LinearRegression().fit(NUMBERS, NUMBERS), "train": NUMBERS, "heldout": NUMBERS, "about": {}}
    named = NUMBERS.rename(columns={"n": "distance (km)", "m": "steps"})
    for targets, names in ((named, ["Distance", "Steps"]), (NUMBERS.to_numpy(), ["Result 1", "Result 2"])):
        drafted = described(left | {"train_target": targets, "heldout_target": targets})
        assert [each["label"] for each in drafted["outputs"]["prediction"]["values"].values()] == names
        assert {example["label"] for example in drafted["examples"]} <= {f"Typical of {each} {names[0].lower()}" for each in ("low", "middling", "high")}
    left["estimator"] = LinearRegression().fit(NUMBERS, NUMBERS["n"])
    assert described(left | {"train_target": NUMBERS["n"].rename("price (EUR)"), "heldout_target": NUMBERS["n"]})["outputs"] == {
        "price (EUR)": {"kind": "value", "label": "Price", "decimals": 1, "unit": "EUR"}
    }


def test_outliers_have_names_and_a_score(folder):
    estimator = IsolationForest(n_estimators=10, random_state=0).fit(NUMBERS)
    drafted = described({"estimator": estimator, "train": NUMBERS, "heldout": NUMBERS, "about": {}})
    assert drafted["outputs"]["label"] == {"kind": "label", "label": "Result", "names": {1: "usual", -1: "outlier"}}
    assert drafted["outputs"]["score"]["kind"] == "value" and drafted["task"] == "custom"
    assert {example["label"] for example in drafted["examples"]} <= {"Typical of what is usual", "Typical of outliers"}


def test_without_a_training_it_says_what_to_do(folder):
    with pytest.raises(UserError, match="is missing: train first, with: uv run poe train, or name an ONNX file: uv run poe describe path"):
        describe.described_training()
    joblib.dump({"estimator": None, "train": np.zeros(3), "heldout": np.zeros(3), "about": {}}, "model/trained.joblib")
    with pytest.raises(UserError, match=r"holds no table: export the model, then draft from it with: uv run poe describe model/model\.onnx"):
        describe.described_training()


def test_the_command_shows_or_writes_it(folder, capsys, monkeypatch):
    joblib.dump(own_table.trained(), "model/trained.joblib")
    monkeypatch.setattr(sys, "argv", ["describe", "--output", "metadata.yml"])
    describe.main()
    assert capsys.readouterr().out == "" and schema.load().inputs.keys() == MIXED.keys()
    with pytest.raises(UserError, match="already exists: add --replace"):
        describe.main()


def test_names_that_need_quotes_and_a_title_of_the_project(folder):
    table = pd.DataFrame({"yes": [1.0, 2.5, 4.0] * 5, "a: b": ["1", "2", "1"] * 5, "# n": [True, False, True] * 5, "Ä {x}": ["no", "null", "2024-01-01"] * 5})
    (folder / "pyproject.toml").write_text('[project]\ndescription = "Says: \\"so\\""\n[tool.mlweb]\ntitle = "A: b"\n')
    words = make_column_transformer((OneHotEncoder(), ["a: b", "Ä {x}"]), remainder="passthrough")
    estimator = make_pipeline(words, LinearRegression()).fit(table, table["yes"])
    drafted = described({"estimator": estimator, "train": table, "heldout": table, "about": {}})
    assert (drafted["name"], drafted["description"]) == ("A: b", 'Says: "so"')
    assert drafted["inputs"]["a: b"]["choices"] == ["1", "2"] and drafted["inputs"]["Ä {x}"]["choices"] == ["2024-01-01", "no", "null"]
    exported()
    check.main()


def test_every_limit_of_a_draft_lies_where_check_has_no_hint(folder):
    chance = np.random.default_rng(0)
    table = pd.DataFrame({"wide": chance.lognormal(0, 3, 300), "narrow": chance.normal(1e6, 1, 300), "tiny": chance.random(300) * 1e-6, "count": range(300)})
    trained = Trained(LinearRegression().fit(table, table["count"]), table, table, {})
    drafted, _ = from_training.draft(trained)
    agreed = schema.Contract.model_validate(drafted)
    assert list(training_check.hints(agreed, of_training(agreed, table))) == []


def test_an_export_for_another_table_names_the_columns_that_came_and_went(folder):
    described(own_table.trained(own_table.flats(120)))
    joblib.dump(own_table.trained(own_table.flats(120).rename(columns={"rooms": "floor"}).drop(columns="balcony")), "model/trained.joblib")
    with pytest.raises(UserError) as found:
        exported()
    sentence = 'metadata.yml is of another table or model: it has no "floor", and still has "rooms", "balcony". '
    assert found.value.sentences == [sentence + "Bring it up to date with: uv run poe describe --update"]
    assert not list(folder.glob("model/*.onnx"))
