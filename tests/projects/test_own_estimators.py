"""Models as people bring them, with tables of their own: described, exported and checked without a line by hand, and what the page says is right."""

import json

import joblib
import numpy as np
import pandas as pd
import pytest
from lightgbm import LGBMRegressor
from ruamel.yaml import YAML
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingRegressor, IsolationForest, RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC, SVR
from xgboost import XGBRegressor

import own_table
from mlweb import compared, export, load_trained, to_onnx
from mlweb.contract import check, schema
from mlweb.draft import describe
from mlweb.errors import UserError
from mlweb.proof import golden

CLASSES = [f"kind {number:02}" for number in range(30)]


def left(estimator, target, inputs=None, name: str | None = None) -> dict:
    """What a notebook leaves of an estimator that it fits to the flats, or to a table of numbers."""
    inputs = own_table.flats().drop(columns=own_table.TARGET) if inputs is None else inputs
    cut = len(inputs) * 2 // 3
    estimator.fit(inputs[:cut], None if target is None else target[:cut])
    about = {"rows": {"train": cut, "heldout": len(inputs) - cut}}
    return {"estimator": estimator, "train": inputs[:cut], "heldout": inputs[cut:], "about": about, **({"target": name} if name else {})}


def mixed(last, scaled: bool = False):
    """A pipeline for the flats: words are encoded, gaps filled."""
    words = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore", sparse_output=False))
    numbers = ["Area (m²)", "rooms", "year built", "distance_km"]
    filled = make_pipeline(SimpleImputer(strategy="median"), *([StandardScaler()] if scaled else []))
    return make_pipeline(make_column_transformer((words, own_table.WORDS), (filled, numbers), ("passthrough", ["balcony"])), last)


def numbers(rows: int = 360) -> pd.DataFrame:
    """Four columns of numbers in three clouds, with a few rows far away."""
    chance = np.random.default_rng(5)
    table = chance.normal(size=(rows, 4)) + 6 * chance.integers(0, 3, (rows, 1))
    table[::40] += 30
    return pd.DataFrame(table.round(2).astype(np.float32), columns=["height (m)", "width (m)", "depth (m)", "weight (kg)"])


def page(given: dict, folder, monkeypatch) -> tuple[dict, list[dict]]:
    """The contract that is drafted of what was left, and the results of its golden cases, once it is exported and checked as it stands."""
    (folder / "model").mkdir()
    monkeypatch.chdir(folder)
    joblib.dump(given, "model/trained.joblib")
    text, _ = describe.described_training()
    schema.FILE.write_text(text, encoding="utf-8")
    trained = load_trained()
    model = to_onnx(trained.estimator, trained.train, trained.names)
    export(model=model, **compared(model, trained.estimator, trained.heldout), train=trained.train, about=trained.about)
    check.check()
    cases = [case for case in golden.read(golden.FILE)["cases"] if "results" in case]
    assert len(cases) >= 5
    return YAML(typ="safe", pure=True).load(text), [(case["values"], case["results"]) for case in cases]


REGRESSORS = {
    "boosted trees": lambda: mixed(HistGradientBoostingRegressor(max_iter=20, random_state=0)),
    "a forest": lambda: mixed(RandomForestRegressor(20, random_state=0)),
    "neighbours": lambda: mixed(KNeighborsRegressor(3), scaled=True),
    "support vectors": lambda: mixed(SVR(C=100), scaled=True),
    "LightGBM": lambda: mixed(LGBMRegressor(n_estimators=20, verbose=-1)),
    "XGBoost": lambda: mixed(XGBRegressor(n_estimators=20)),
}


@pytest.mark.parametrize("kind", REGRESSORS)
def test_a_number_from_a_mixed_table(kind, tmp_path, monkeypatch):
    estimator = REGRESSORS[kind]()
    contract, cases = page(left(estimator, own_table.flats()[own_table.TARGET], name=own_table.TARGET), tmp_path, monkeypatch)
    assert contract["outputs"] == {"Rent (EUR)": {"kind": "value", "label": "Rent", "unit": "EUR", "decimals": 0}}
    assert {name: field["kind"] for name, field in contract["inputs"].items()} == {
        "District": "choice",
        "Area (m²)": "number",
        "rooms": "integer",
        "year built": "integer",
        "heating": "choice",
        "distance_km": "number",
        "balcony": "toggle",
    }
    said = [results["Rent (EUR)"]["value"] for _, results in cases]
    assert all(100 < value < 3000 for value in said) and len(set(said)) > 2


def test_three_targets_are_three_named_numbers(tmp_path, monkeypatch):
    table = numbers()
    targets = pd.DataFrame({"price": table.sum(axis=1), "rent": table["height (m)"] * 2, "tax": -table["weight (kg)"]})
    contract, cases = page(left(RandomForestRegressor(10, random_state=0), targets, table), tmp_path, monkeypatch)
    [shown] = contract["outputs"].values()
    assert shown["kind"] == "values" and len(shown["values"]) == 3
    assert all(len(result["values"]) == 3 for _, results in cases for result in results.values())


def test_thirty_classes_are_percentages_that_sum_to_one(tmp_path, monkeypatch):
    table = numbers(600)
    names = np.array(CLASSES)[(table["height (m)"].rank(pct=True) * 29.9).astype(int)]
    contract, cases = page(left(RandomForestClassifier(20, random_state=0), names, table), tmp_path, monkeypatch)
    [(output, shown)] = contract["outputs"].items()
    assert shown["kind"] == "classes" and shown["classes"] == CLASSES and "scores" not in shown
    for _, results in cases:
        assert sum(share["probability"] for share in results[output]["classes"]) == pytest.approx(1, abs=1e-5)


def test_decision_scores_are_scores_and_no_percentages(tmp_path, monkeypatch):
    table = numbers()
    names = np.array(["setosa", "versicolor", "virginica"])[(table["height (m)"].rank(pct=True) * 2.9).astype(int)]
    contract, cases = page(left(SVC(), names, table), tmp_path, monkeypatch)
    [(output, shown)] = contract["outputs"].items()
    assert shown["kind"] == "classes" and shown["scores"] is True
    assert all("probability" not in share for _, results in cases for share in results[output]["classes"])


def test_scores_that_a_contract_calls_probabilities_stop_the_export(tmp_path, monkeypatch):
    table = numbers()
    names = np.array(["a", "b", "c"])[(table["height (m)"].rank(pct=True) * 2.9).astype(int)]
    drafted, comments = describe.described_training, []
    monkeypatch.setattr(describe, "described_training", lambda: (drafted()[0].replace("scores: true", "top: 3"), comments))
    with pytest.raises(UserError, match="they are no probabilities"):
        page(left(SVC(), names, table), tmp_path, monkeypatch)


def test_an_outlier_has_a_name(tmp_path, monkeypatch):
    contract, cases = page(left(IsolationForest(n_estimators=20, random_state=0), None, numbers()), tmp_path, monkeypatch)
    labels = {name: shown for name, shown in contract["outputs"].items() if shown["kind"] == "label"}
    [(output, shown)] = labels.items()
    assert set(shown["names"]) == {1, -1}
    assert {results[output]["label"] for _, results in cases} <= set(map(str, shown["names"].values()))


def test_a_cluster_is_a_label(tmp_path, monkeypatch):
    contract, cases = page(left(KMeans(3, n_init=3, random_state=0), None, numbers()), tmp_path, monkeypatch)
    [(output, shown)] = [(name, shown) for name, shown in contract["outputs"].items() if shown["kind"] == "label"]
    assert {results[output]["label"] for _, results in cases} == set(shown["names"].values()) == {"Cluster 0", "Cluster 1", "Cluster 2"}


def test_two_components_are_a_point_over_the_training_points(tmp_path, monkeypatch):
    contract, cases = page(left(PCA(2), None, numbers()), tmp_path, monkeypatch)
    [(output, shown)] = contract["outputs"].items()
    assert shown["kind"] == "point"
    points = json.loads(check.FACTS.read_text(encoding="utf-8"))["points"][output]
    assert len(points) >= 100 and all(len(point) == 2 for point in points)
    assert all(len(results[output]["values"]) == 2 for _, results in cases)
