"""The comparison itself: what it lets pass, what it must not, and what it writes down."""

import numpy as np
import pytest

from mlweb.errors import UserError
from mlweb.proof import parity

ROWS = np.linspace(25, 346, 100, dtype=np.float32).reshape(-1, 1)


def one_row_off(by):
    actual = ROWS.copy()
    actual[7] += by
    return {"y": actual}


def test_equal_passes_and_one_row_off_fails():
    assert parity.estimator({"y": ROWS}, {"y": ROWS.copy()}, 1e-4, 1e-5, 0)[1] == []
    [failed] = parity.estimator({"y": ROWS}, one_row_off(1), 1e-4, 1e-5, 0)[1]
    assert 'output "y" of the ONNX model is off in 1 of 100 held-out rows, by 1 at most' in failed
    assert parity.browser({"y": ROWS}, one_row_off(1))[1]


def test_a_share_of_rows_may_lie_beyond_when_the_contract_says_so():
    assert parity.estimator({"y": ROWS}, one_row_off(40), 1e-4, 1e-5, 0.01)[1] == []
    assert parity.estimator({"y": ROWS}, one_row_off(40), 1e-4, 1e-5, 0.009)[1]


def test_constants_prove_nothing():
    with pytest.raises(UserError, match="the same on all 5 rows, which proves nothing"):
        parity.compare("y", np.ones((5, 1)), np.ones((5, 1)), 0, 0)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_and_infinity_must_be_in_the_same_places(value):
    odd = ROWS.copy()
    odd[3] = value
    assert parity.browser({"y": odd}, {"y": odd.copy()})[1] == []
    assert parity.browser({"y": ROWS}, {"y": odd})[1]
    assert parity.browser({"y": odd}, {"y": ROWS})[1]


def test_labels_are_equal_unless_the_top_two_tie():
    probabilities = np.array([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]], np.float32)
    labels, flipped = np.array(["a", "a", "b"], object), np.array(["a", "b", "b"], object)
    sides = {"label": labels, "p": probabilities}
    assert parity.browser(sides, {"label": flipped, "p": probabilities}, {"p"})[1] == []
    assert parity.browser(sides, {"label": np.array(["b", "a", "b"], object), "p": probabilities}, {"p"})[1]
    assert parity.browser(sides, {"label": flipped, "p": probabilities})[1], "only declared classes excuse a label"


def test_rows_of_a_sigmoid_near_zero_are_not_judged_by_themselves():
    rows = np.geomspace(1e-6, 4.5e-5, 20, dtype=np.float32).reshape(-1, 1)
    noisy = {"y": rows + np.float32(1.79e-7)}
    assert parity.browser({"y": rows}, noisy)[1], "a number that is as small by nature"
    assert parity.browser({"y": rows}, noisy, bounded={"y"})[1] == []
    assert parity.browser({"y": rows}, {"y": rows + np.float32(2e-6)}, bounded={"y"})[1]


def test_only_missing_values_prove_nothing():
    nothing = np.full((5, 1), np.nan, np.float32)
    with pytest.raises(UserError, match="proves nothing"):
        parity.browser({"y": nothing}, {"y": nothing.copy()})


def test_a_small_column_is_not_hidden_by_a_large_one():
    both = np.array([[1, 1e6], [2, 3e6], [5, 5e6]], np.float32)
    off = both.copy()
    off[0, 0] += 9
    assert parity.browser({"y": both}, {"y": off})[1]


def test_shapes_must_agree():
    with pytest.raises(UserError, match=r"has shape \[100\], expected \[100, 1\]"):
        parity.browser({"y": ROWS}, {"y": ROWS.reshape(-1)})


def test_the_proof_is_about_one_model(tmp_path):
    file = tmp_path / "parity.json"
    found, _ = parity.browser({"y": ROWS}, {"y": ROWS.copy()})
    parity.record(file, "one", 1, "estimator", "onnxruntime", "onnxruntime 1.30.0", found)
    parity.record(file, "one", 2, "onnxruntime", "onnxruntime-web", "chromium 155", found, "site")
    parity.record(file, "one", 2, "onnxruntime", "onnxruntime-web", "chromium 156", found, "site")
    assert [(each["level"], each["engine"]) for each in parity.proven(file, "one", "site")] == [(1, "onnxruntime 1.30.0"), (2, "chromium 156")]
    assert parity.proven(file, "another", "site") == []
    assert [each["level"] for each in parity.proven(file, "one", "edited")] == [1], "an edited site is not proven"
    parity.record(file, "another", 1, "estimator", "onnxruntime", "onnxruntime 1.30.0", found)
    assert parity.proven(file, "one", "site") == []


def test_runs_of_several_sizes_are_rows_side_by_side():
    boxes = [np.zeros((2, 4), np.float32), np.ones((1, 4), np.float32), np.zeros((0, 4), np.float32)]
    rows = parity.stack_runs(boxes)
    assert rows.shape == (3, 8) and np.isnan(rows[1, 4:]).all() and np.isnan(rows[2]).all()
    assert not parity.browser({"boxes": rows}, {"boxes": rows.copy()})[1]
    fewer = parity.stack_runs([boxes[0], boxes[2], boxes[2]])
    assert parity.browser({"boxes": rows}, {"boxes": fewer})[1], "a box that is missing must be found"


def test_runs_of_one_row_become_a_batch():
    assert parity.stack_runs([np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])]).tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert parity.stack_runs([np.array([5, 6])]).tolist() == [5, 6]
