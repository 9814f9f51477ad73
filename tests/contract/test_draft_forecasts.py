"""A draft takes a window of numbers for a series where the graph says so, and what goes on from it, with its band; elsewhere it asks, or is silent."""

import numpy as np
import pytest
from test_draft import comments_on

from mlweb.graph import guess
from mlweb.graph.onnx_file import TensorInfo

WEIGHTS = ", ".join(str(each / 7) for each in range(-6, 12))
BAND = f"""ahead (float[N,6] history) => (float[N,3] rent, float[N,3] lower, float[N,3] upper)
    <float[6,3] weights = {{{WEIGHTS}}}, float[3] width = {{0.5, 1.25, 3.0}}> {{
    rent = MatMul(history, weights) lower = Sub(rent, width) upper = Add(rent, width) }}"""


@pytest.mark.parametrize(
    ("name", "dtype", "dims", "kind"),
    [
        ("history", "float32", [None, 48], "series"),
        ("input_window", "float32", [1, 6], "series"),
        ("history", "float64", [None, 3], "series"),
        ("TimeSeries", "float32", [None, None, 1], "series"),
        ("window", "float32", [24], "series"),
        ("history", "float32", [None, 2], None),  # two fields
        ("lags", "float32", [None, 12], None),  # the latest first, perhaps
        ("lag_window", "float32", [None, 12], None),
        ("lagged_series", "float32", [None, 12], None),
        ("history", "int64", [None, 48], None),  # codes, perhaps
        ("history", "float32", [None, 48, 2], "tensor"),  # two quantities
        ("flags", "float32", [None, 6], None),
        ("windows_open", "float32", [None, 6], None),
        ("X", "float32", [None, 48], None),
    ],
)
def test_only_names_that_say_so_are_windows(name, dtype, dims, kind):
    assert guess.field(TensorInfo(name, dtype, dims, "")).get("kind") == kind


def test_lags_are_fields_and_their_order_is_asked_for(tmp_path):
    drafted, said = comments_on(tmp_path, BAND.replace("history", "sales_lags"))
    assert list(drafted["inputs"]["sales_lags"]["fields"])[:2] == ["sales_lags_1", "sales_lags_2"]
    assert "if they are one quantity at as many times, the latest last, write {kind: series} instead" in said and "is taken for" not in said


def test_what_lies_in_a_band_goes_on_from_the_window(tmp_path):
    drafted, said = comments_on(tmp_path, BAND)
    assert '"history" is taken for one quantity at many times, the latest last: if its numbers are several quantities, give it fields.' in said
    assert drafted["task"] == "forecast" and drafted["inputs"] == {"history": {"kind": "series"}}
    assert drafted["outputs"] == {"rent": {"kind": "series", "after": "history", "interval": ["lower", "upper"]}}
    crossed, _ = comments_on(tmp_path, BAND.replace("lower = Sub", "lower = Mul"))
    assert {name: shown["kind"] for name, shown in crossed["outputs"].items()} == dict.fromkeys(("rent", "lower", "upper"), "values"), "no band around it"


def test_an_output_goes_on_from_the_window_when_it_is_called_so(tmp_path):
    body = f"ahead (float[N,6] window) => (float[N,3] y) <float[6,3] weights = {{{WEIGHTS}}}> {{ y = MatMul(window, weights) }}"
    assert comments_on(tmp_path, body)[0]["outputs"]["y"]["kind"] == "values", "they may be anything"
    drafted, _ = comments_on(tmp_path, body.replace("y", "next_hours"))
    assert drafted["outputs"] == {"next_hours": {"kind": "series", "after": "window"}}
    assert comments_on(tmp_path, body.replace("y", "next_direction"))[0]["outputs"]["next_direction"]["kind"] == "values", "three scores, perhaps"
    without, _ = comments_on(tmp_path, body.replace("y", "next_hours").replace("window", "x"))
    assert without["outputs"]["next_hours"]["kind"] == "values" and len(without["inputs"]["x"]["fields"]) == 6, "no window to go on from"


def test_a_window_of_what_is_never_negative(tmp_path):
    drafted, said = comments_on(tmp_path, BAND.replace("rent = MatMul(history, weights)", "roots = Sqrt(history) rent = MatMul(roots, weights)"))
    assert drafted["inputs"] == {"history": {"kind": "series", "min": 0}}
    assert '"history" takes no negative numbers (min: 0), because for every row with some the model gave NaN.' in said


@pytest.mark.parametrize(("width", "asks"), [(30, True), (12, False)])
def test_many_numbers_of_one_input_are_asked_about(tmp_path, width, asks):
    weights = ", ".join(map(str, np.arange(width) / 7))
    body = f"sum (float[N,{width}] X) => (float[N,1] y) <float[{width},1] weights = {{{weights}}}> {{ y = MatMul(X, weights) }}"
    drafted, said = comments_on(tmp_path, body)
    assert len(drafted["inputs"]["X"]["fields"]) == width
    assert (f'"X" takes {width} numbers: if they are one quantity at as many times, the latest last, write {{kind: series}}' in said) == asks


def test_rows_that_are_not_numbers_are_no_probabilities(tmp_path):
    body = "odd (float[N,1] x) => (float[N,3] y) <float[1,3] w = {1.0, 2.0, 3.0}> { a = Abs(x) n = Neg(a) m = Sub(n, a) r = Log(m) y = Mul(r, w) }"
    assert comments_on(tmp_path, body)[0]["outputs"]["y"]["kind"] == "values"
