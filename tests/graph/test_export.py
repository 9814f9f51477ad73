"""The common end of every export: what it writes when both sides agree, and that it writes nothing when they do not."""

import json
import zlib

import numpy as np
import pytest
from skl2onnx import to_onnx
from sklearn.datasets import load_diabetes
from sklearn.ensemble import HistGradientBoostingRegressor

import models
from mlweb.codec.kinds import ArrayInput, ScalarInput
from mlweb.codec.kinds.number import Number
from mlweb.contract import check
from mlweb.contract.form import make_form
from mlweb.errors import UserError
from mlweb.graph.trees import floor_thresholds
from mlweb.proof import device, export, golden, parity

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
        rows=[{"bmi": bmi, "bp": bp} for bmi, bp in rows],
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
    [(feeds, expected)] = golden.read_rows(folder / golden.HELDOUT)
    assert np.array_equal(feeds["X"], rows) and expected["variable"].shape == (442, 1)
    assert parity.proven(folder / parity.FILE, facts["model"]["sha256"], "")[0]["cases"] == 442
    assert "Level 1" in capsys.readouterr().out


def test_the_page_carries_cases_without_a_row_of_the_data(folder, data):
    rows, target = data
    estimator = HistGradientBoostingRegressor(max_iter=20, random_state=0).fit(rows, target)
    floor_thresholds(estimator)
    exported(rows, estimator)
    written = golden.read(folder / golden.FILE)
    agreed, _, signature, facts = check.check(folder)
    form = make_form(agreed, signature, facts)
    content, count = device.published(written, written["model_sha256"], form)
    cases = json.loads(content)["cases"]
    assert count == len(cases) == device.COUNT and len(zlib.compress(content)) < 5_000
    known = set(map(tuple, rows.tolist()))
    assert not any(tuple(np.float32([case["values"]["bmi"], case["values"]["bp"]]).tolist()) in known for case in cases if "made-up" in case["name"])
    limits = facts["fields"]
    assert all(limits[name]["min"] <= value <= limits[name]["max"] for case in cases for name, value in case["values"].items()), "within what training saw"
    [scale] = json.loads(content)["outputs"]["variable"]["scale"]
    assert scale == pytest.approx(np.abs(estimator.predict(rows)).max(), rel=1e-6), "of all held-out rows"
    assert device.published(written, "of another model", form) == (b"", 0)


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
    with pytest.raises(UserError, match="Level 1 failed"):
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
    with pytest.raises(UserError, match="off in 1 of 442 held-out rows"):
        exported(rows, estimator, other)
    assert not (folder / "model").exists()


def test_an_output_nobody_can_check_is_refused(folder, data):
    rows, target = data
    (folder / "metadata.yml").write_text(METADATA.replace("variable:", "prediction:"))
    with pytest.raises(UserError, match='the model has no output "prediction"'):
        exported(rows, HistGradientBoostingRegressor(max_iter=2).fit(rows, target))


TWO = """schema: 1
name: Two
inputs:
  X:
    fields:
      first: {kind: number}
      second: {kind: number}
outputs:
  y: {kind: value}
"""
NAMED = """schema: 1
name: Named
inputs:
  a: {kind: number, missing: nan}
outputs:
  label: {kind: value}
  p: {kind: classes, classes: [stays, leaves]}
"""


def hand_made(model, feeds, expected, rows, **columns):
    """Export a hand-written model; columns are those of the training data."""
    export.export(model, feeds, expected, columns, rows, {}, ())


def difference():
    """y = first - second of one [N, 2] input."""
    return models.text("""difference (float[N,2] X) => (float[N,1] y) <float[2,1] weights = {1.0, -1.0}> { y = MatMul(X, weights) }""")


def test_fields_in_the_wrong_order_are_caught(folder):
    x = np.array([[1, 2], [5, 3], [4, 9]], np.float32)
    y, right = x[:, :1] - x[:, 1:], [{"first": a, "second": b} for a, b in x]
    (folder / "metadata.yml").write_text(TWO)
    hand_made(difference(), {"X": x}, {"y": y}, right, first=x[:, 0], second=x[:, 1])
    swapped = TWO.replace("first", "third").replace("second", "first").replace("third", "second")
    (folder / "metadata.yml").write_text(swapped)
    with pytest.raises(UserError, match=r'Held-out row 1: for input "X" the form sends \[\[2.0, 1.0\]\], but the estimator was given \[\[1.0, 2.0\]\]'):
        hand_made(difference(), {"X": x}, {"y": y}, right, first=x[:, 0], second=x[:, 1])


def test_columns_that_are_no_fields_are_named(folder):
    x = np.array([[1, 2], [5, 3]], np.float32)
    (folder / "metadata.yml").write_text(TWO)
    with pytest.raises(UserError, match='rows has no column "first", which is a field of the form. Did you mean "first "'):
        hand_made(difference(), {"X": x}, {"y": x[:, :1] - x[:, 1:]}, [{"first ": a, "second": b} for a, b in x], first=x[:, 0], second=x[:, 1])


def test_a_graph_written_by_hand_has_learned_nothing(folder):
    x = np.array([[1, 2], [5, 3]], np.float32)
    (folder / "metadata.yml").write_text(TWO.replace("{kind: number}", "{kind: number, default: 1}"))
    hand_made(difference(), {"X": x}, {"y": x[:, :1] - x[:, 1:]}, [{"first": a, "second": b} for a, b in x])
    assert not {"trained", "fields"} & json.loads((folder / check.FACTS).read_text(encoding="utf-8")).keys()
    assert json.loads((folder / parity.FILE).read_text(encoding="utf-8"))["levels"][0]["left"] == "python"


def two_classes():
    """label = "leaves" where a > 0 (or is missing), else "stays"; probabilities of ["leaves", "stays"]."""
    return models.text("""two (float[N,1] a) => (string[N,1] label, float[N,2] p)
        <float zero = {0.0}, float one = {1.0}, string[1,1] leaves = {"leaves"}, string[1,1] stays = {"stays"}> {
        under = LessOrEqual(a, zero)
        label = Where(under, stays, leaves)
        staying = Cast<to = 1>(under)
        leaving = Sub(one, staying)
        p = Concat<axis = 1>(leaving, staying) }""")


def test_classes_in_another_order_than_the_estimators_are_caught(folder):
    a = np.array([[-1], [2], [np.nan]], np.float32)
    expected = {"label": np.array([["stays"], ["leaves"], ["leaves"]], object), "p": np.array([[0, 1], [1, 0], [1, 0]], np.float32)}
    rows = [{"a": value} for (value,) in a]
    (folder / "metadata.yml").write_text(NAMED)
    with pytest.raises(UserError, match="list them in the order of estimator.classes_"):
        hand_made(two_classes(), {"a": a}, expected, rows, a=a[:, 0])
    (folder / "metadata.yml").write_text(NAMED.replace("[stays, leaves]", "[leaves, stays]"))
    hand_made(two_classes(), {"a": a}, expected, rows, a=a[:, 0])
    cases = golden.read(folder / golden.FILE)["cases"]
    assert [case["values"]["a"] for case in cases if case["name"] == "held-out row 3"] == [None]


def test_classes_in_another_order_are_caught_where_the_page_does_not_show_the_label(folder):
    a = np.array([[-1], [2]], np.float32)
    expected = {"label": np.array([["stays"], ["leaves"]], object), "p": np.array([[0, 1], [1, 0]], np.float32)}
    rows, hidden = [{"a": value} for (value,) in a], NAMED.replace("  label: {kind: value}\n", "")
    (folder / "metadata.yml").write_text(hidden)
    with pytest.raises(UserError, match="list them in the order of estimator.classes_"):
        hand_made(two_classes(), {"a": a}, expected, rows, a=a[:, 0])
    (folder / "metadata.yml").write_text(hidden.replace("[stays, leaves]", "[Goes, Remains]"))
    hand_made(two_classes(), {"a": a}, expected, rows, a=a[:, 0])


def test_a_script_that_brings_the_first_rows_only_goes_on_working(folder, capsys):
    """Scripts of early projects do; what they bring is compared, and a line says what would be better."""
    (folder / "metadata.yml").write_text(TWO)
    feeds, expected = {"X": np.array([[3, 1], [4, 1], [6, 1]], np.float32)}, {"y": np.array([[2], [3], [5]], np.float32)}
    columns = {"first": [3, 6], "second": [1, 1]}
    with pytest.raises(UserError, match='Held-out row 2: for input "X" the form sends'):
        hand_made(difference(), feeds, expected, [{"first": 3, "second": 1}, {"first": 5, "second": 1}], **columns)
    with pytest.raises(UserError, match=r'feeds\["X"\] is float32 \[3, 2\], the model takes float32 \[N, 2\] with 2 rows.'):
        hand_made(difference(), feeds, {"y": expected["y"][:2]}, [{"first": 3, "second": 1}, {"first": 4, "second": 1}], **columns)
    hand_made(difference(), feeds, expected, [{"first": 3, "second": 1}, {"first": 4, "second": 1}], **columns)
    assert "only 2 of 3 held-out rows are compared as a person types them" in capsys.readouterr().out
    [(rows, _)] = golden.read_rows(folder / golden.HELDOUT)
    assert len(rows["X"]) == 3


def test_rows_in_a_list_are_taken_where_the_graph_takes_them_all_at_once(folder):
    (folder / "metadata.yml").write_text(TWO)
    feeds = {"X": [np.array([[first, 1]], np.float32) for first in (3, 4, 6)]}
    expected = {"y": [np.array([[first - 1]], np.float32) for first in (3, 4, 6)]}
    hand_made(difference(), feeds, expected, [{"first": first, "second": 1} for first in (3, 4, 6)], first=[3, 6], second=[1, 1])
    [(rows, _)] = golden.read_rows(folder / golden.HELDOUT)
    assert rows["X"].tolist() == [[3, 1], [4, 1], [6, 1]]


@pytest.mark.parametrize(
    ("feeds", "sentence"),
    [
        ({"X": np.ones((3, 2))}, 'feeds["X"] is float64 [3, 2], the model takes float32 [N, 2] with 3 rows.'),
        ({"X": np.ones(3, np.float32)}, 'feeds["X"] is float32 [3], the model takes float32 [N, 2] with 3 rows.'),
        ({}, 'feeds has no "X", which the model takes.'),
    ],
)
def test_feeds_that_do_not_fit_get_a_sentence(folder, feeds, sentence):
    (folder / "metadata.yml").write_text(TWO)
    with pytest.raises(UserError) as found:
        hand_made(difference(), feeds, {"y": np.ones((3, 1), np.float32)}, [{"first": 1, "second": 2}] * 3, first=[1, 2], second=[1, 2])
    assert f"export_onnx.py: {sentence}" in found.value.sentences


@pytest.mark.parametrize(
    ("kind", "column", "facts"),
    [
        ({"kind": "number"}, np.array([0.1, np.nan, 2], np.float32), {"min": 0.1, "max": 2.0, "median": 1.05}),
        ({"kind": "number"}, np.array([1.25, 5.561894, 9]), {"min": 1.25, "max": 9.0, "median": 5.562}),
        ({"kind": "number"}, np.array([5.561994, 5.561994]), {"min": 5.561994, "max": 5.561994, "median": 5.561994}),
        ({"kind": "choice", "choices": ["a", "b"]}, ["b", None, "a", float("nan"), ""], {"categories": ["a", "b"]}),
        ({"kind": "choice", "choices": [0.1]}, np.array([0.1], np.float32), {"categories": [0.1]}),
        ({"kind": "text"}, ["a private sentence"], {}),
        ({"kind": "image"}, [np.zeros((2, 2, 3), np.uint8)], {}),
    ],
)
def test_what_is_learned_of_a_column(kind, column, facts):
    from pydantic import TypeAdapter

    field = TypeAdapter(ScalarInput | ArrayInput).validate_python(kind)
    assert export.learned("x", field, column) == facts


@pytest.mark.parametrize(("column", "sentence"), [([None, float("nan")], '"x" is empty'), (["many"], '"x" holds text')])
def test_columns_that_teach_nothing(column, sentence):
    with pytest.raises(UserError, match=sentence):
        export.learned("x", Number(kind="number"), column)
