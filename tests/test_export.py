"""The common end of every export: what it writes when both sides agree, and that it writes nothing when they do not."""

import json

import numpy as np
import pytest
from skl2onnx import to_onnx
from sklearn.datasets import load_diabetes
from sklearn.ensemble import HistGradientBoostingRegressor

from mlweb import check, export, golden, parity
from mlweb.problems import Problems
from mlweb.trees import floor_thresholds

METADATA = """schema: 1
name: Trees
inputs:
  X:
    fields:
      bmi: {kind: number}
      bp: {kind: number}
outputs:
  variable: {kind: value}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "metadata.yml").write_text(METADATA)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def data():
    """Two columns whose values lie so close that thresholds between them are no float32; rows, target."""
    table = load_diabetes(scaled=False)
    columns = [table.feature_names.index(name) for name in ("bmi", "bp")]
    return table.data[:, columns].astype(np.float32), table.target


def exported(rows, estimator, expected=None):
    """Export a fitted estimator with all rows held out."""
    expected = estimator.predict(rows) if expected is None else expected
    export.export(
        model=to_onnx(estimator, rows[:1], target_opset={"": 17, "ai.onnx.ml": 3}),
        feeds={"X": rows},
        expected={"variable": expected.reshape(-1, 1).astype(np.float32)},
        train={"bmi": rows[:, 0], "bp": rows[:, 1]},
        rows=[{"bmi": float(rows[0, 0]), "bp": float(rows[0, 1])}],
        about={"metrics_on": "no rows at all"},
        packages=("scikit-learn",),
    )


def test_everything_the_page_needs_is_written(folder, data, capsys):
    rows, target = data
    estimator = HistGradientBoostingRegressor(max_iter=20, random_state=0).fit(rows, target)
    floor_thresholds(estimator)
    exported(rows, estimator)
    facts = json.loads((folder / check.FACTS).read_text(encoding="utf-8"))
    assert facts["fields"]["bmi"] == {"min": 18.0, "max": 42.2, "median": 25.7}
    assert facts["versions"]["scikit-learn"] and facts["metrics_on"] == "no rows at all"
    assert check.check(folder)[3] == facts
    cases = golden.read(folder / golden.FILE)["cases"]
    assert any("refusals" in case for case in cases) and any("results" in case for case in cases)
    feeds, expected = golden.read_rows(folder / golden.HELDOUT)
    assert np.array_equal(feeds["X"], rows) and expected["variable"].shape == (442, 1)
    assert parity.read(folder / parity.FILE, facts["model"]["sha256"])["levels"][0]["cases"] == 442
    assert "Level 1" in capsys.readouterr().out


def trap():
    """Rows that lie right at a threshold: the midpoint of two neighbouring float32 values, which float32 rounds up."""
    low = np.float32(25.7)
    for _ in range(64):
        high = np.nextafter(low, np.float32(np.inf))
        if np.float32((float(low) + float(high)) / 2) == high:
            return low, high
        low = high
    raise AssertionError("no such neighbours")


def test_the_float32_threshold_trap_is_caught_and_solved(folder):
    low, high = trap()
    rows = np.array([[low, 1], [high, 1]] * 50, np.float32)
    target = np.array([100.0, 300.0] * 50)
    estimator = HistGradientBoostingRegressor(max_iter=5, random_state=0).fit(rows, target)
    with pytest.raises(Problems, match="Level 1 failed"):
        exported(rows, estimator)
    assert not (folder / "model").exists()
    assert floor_thresholds(estimator)
    exported(rows, estimator)


def test_an_estimator_that_says_something_else_is_refused_and_nothing_written(folder, data):
    rows, target = data
    estimator = HistGradientBoostingRegressor(max_iter=20, random_state=0).fit(rows, target)
    floor_thresholds(estimator)
    other = estimator.predict(rows)
    other[7] += 0.5
    with pytest.raises(Problems, match="off in 1 of 442 held-out rows"):
        exported(rows, estimator, other)
    assert not (folder / "model").exists()


def test_an_output_nobody_can_check_is_refused(folder, data):
    rows, target = data
    (folder / "metadata.yml").write_text(METADATA.replace("variable:", "prediction:"))
    with pytest.raises(Problems, match='the model has no output "prediction"'):
        exported(rows, HistGradientBoostingRegressor(max_iter=2).fit(rows, target))
