"""The gate to onnxruntime: a process of its own computes the same, and ends in a sentence where a graph takes too much."""

import ast
import gc
import signal
import time
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from onnx import parser

import models
from mlweb import runner
from mlweb.contract import check
from mlweb.errors import UserError
from mlweb.graph import onnx_passes
from mlweb.graph.type_format import known_types
from paths import ROOT

X = {"features": np.linspace(-2, 2, 40, dtype=np.float32).reshape(10, 4)}
ENDLESS = "schema: 1\nname: Endless\ninputs: {x: {kind: number, default: 1}}\noutputs: {y: {kind: value}}\n"


def test_it_computes_what_onnxruntime_computes():
    data = models.softmax().SerializeToString()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    direct = onnxruntime.InferenceSession(data, options).run(None, X)
    for ours, theirs in zip(runner.strict_session(data).run(None, X), direct, strict=True):
        assert ours.dtype == theirs.dtype and np.array_equal(ours, theirs)


def test_texts_go_there_and_back():
    feeds = {"city": np.array([["Zürich"], ["a\0b"]], object), "sunny": np.array([[True], [False]]), "rooms": np.array([[2**60], [-1]])}
    where, sun, count = runner.strict_session(models.mixed().SerializeToString()).run(None, feeds)
    assert where.tolist() == [["Zürich"], ["a\0b"]] and sun.tolist() == [[True], [False]] and count.tolist() == [[2**60], [-1]]


def test_a_graph_that_never_ends_is_stopped_in_a_sentence(tmp_path, monkeypatch):
    root = models.project(tmp_path, models.endless(), ENDLESS)
    before = runner.strict_session(models.softmax().SerializeToString())
    monkeypatch.setenv(runner.SECONDS, "1")
    start = time.monotonic()
    with pytest.raises(UserError, match="^Computing a row took more than 1 s, so it was stopped: MLWEB_SECONDS sets that limit.$"):
        check.check(root)
    assert time.monotonic() - start < 9
    monkeypatch.delenv(runner.SECONDS)
    assert len(before.run(None, X)) == 2, "a session goes on in the next process"


def test_a_graph_that_never_ends_is_stopped_where_the_system_has_no_timer(tmp_path, monkeypatch):
    """As on Windows: a thread watches the time."""
    worker = tmp_path / "runner_child.py"
    worker.write_text(f"import signal\ndel signal.setitimer\n{runner.WORKER.read_text(encoding='utf-8')}", encoding="utf-8")
    monkeypatch.setattr(runner, "WORKER", worker)
    monkeypatch.setattr(runner, "CHILD", runner.Child())
    monkeypatch.setenv(runner.SECONDS, "0.5")
    session, start = runner.strict_session(models.endless().SerializeToString()), time.monotonic()
    with pytest.raises(runner.Stopped, match="took more than 0.5 s"):
        session.run(None, {"x": np.array(1, np.float32)})
    assert time.monotonic() - start < 9


@pytest.mark.parametrize("count", [10**9, 10**12])
def test_a_graph_that_asks_for_too_much_memory_gets_a_sentence(count):
    session = runner.strict_session(models.hungry().SerializeToString())
    with pytest.raises(runner.NativeError, match="it may take 2 GB of memory beside the model itself: MLWEB_GIGABYTES sets that limit"):
        session.run(None, {"n": np.array([count])})
    assert session.run(None, {"n": np.array([100])})[0] == 100


def test_the_limit_of_memory_can_be_set(monkeypatch):
    session, feeds = runner.strict_session(models.hungry().SerializeToString()), {"n": np.array([30_000_000])}
    assert session.run(None, feeds)[0] > 10_000_000  # float32 counts no further
    monkeypatch.setenv(runner.GIGABYTES, "0.1")
    runner.CHILD.stop()  # what the process keeps for the next run is not asked for again
    with pytest.raises(runner.NativeError, match=r"it may take 0\.1 GB"):
        session.run(None, feeds)


def test_a_runtime_that_breaks_down_gets_a_sentence():
    session = runner.strict_session(models.linear().SerializeToString())
    session.open()
    runner.CHILD.start().kill()
    with pytest.raises(runner.Stopped, match="onnxruntime crashed while computing a row .* MLWEB_GIGABYTES"):
        session.run(None, {name: np.ones((1, 1), np.float32) for name in "ab"})


def test_a_graph_that_brings_the_inference_of_onnx_down_gets_a_sentence():
    model = parser.parse_model("""<ir_version: 8, opset_import: ["" : 13, "ai.onnx.ml" : 2, "com.microsoft" : 1]>
        path (float[N,1] x) => (string[N,1] y) {
        z = com.microsoft.Gelu(x)
        y = ai.onnx.ml.LabelEncoder<keys_floats = [0.0], values_strings = ["left"]>(z) }""")
    with pytest.raises(runner.Stopped, match="^onnx crashed while inferring the shapes of the graph"):
        onnx_passes.with_inferred_shapes(model)
    assert "x" in known_types(model), "a drawing goes without them"
    onnx_passes.check(models.linear())


def test_a_division_that_breaks_the_runtime_is_not_blamed_on_memory():
    session = runner.strict_session(models.linear().SerializeToString())
    runner.CHILD.start().send_signal(signal.SIGFPE)  # what a whole number divided by zero does, in the neighbours of an imputer that lack them
    with pytest.raises(runner.Stopped, match="onnxruntime divided a whole number by zero while computing a row, and broke") as said:
        session.run(None, {name: np.ones((1, 1), np.float32) for name in "ab"})
    assert "memory" not in str(said.value)


@pytest.mark.parametrize("given", ["no", "0", "-1", "nan", "inf"])
def test_a_limit_that_is_none_is_said(monkeypatch, given):
    monkeypatch.setenv(runner.SECONDS, given)
    with pytest.raises(UserError, match=f"MLWEB_SECONDS is '{given}': set it to a number above 0, such as 60"):
        runner.strict_session(models.linear().SerializeToString())


def test_a_run_that_takes_long_says_so(capsys, monkeypatch):
    monkeypatch.setattr("mlweb.console.FIRST_SECONDS", 0.2)
    monkeypatch.setenv(runner.SECONDS, "1")
    with pytest.raises(runner.Stopped):
        runner.strict_session(models.endless().SerializeToString()).run(None, {"x": np.array(1, np.float32)})
    assert "Still computing a row (MLWEB_SECONDS limits it to 1 s), 0 s so far ..." in capsys.readouterr().err


def test_sessions_that_nobody_needs_are_let_go():
    weights = models.text(
        "w (float[1,1000] x) => (float[1,1000] y) <float[1000,1000] m = {" + "1.0," * 999_999 + "1.0}> { y = MatMul(x, m) }"
    ).SerializeToString()

    def taken() -> int:
        return int(Path(f"/proc/{runner.CHILD.start().pid}/statm").read_text().split()[1]) * 4096

    runner.CHILD.stop()
    for number in range(12):
        session = runner.strict_session(weights)
        first = taken() if number == 1 else locals().get("first", 0)
        del session
        gc.collect()
    assert taken() < first + 30_000_000


def test_nothing_else_of_mlweb_reads_or_runs_a_graph_in_native_code():
    for path in (ROOT / "template/mlweb").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = node.attr if isinstance(node, ast.Attribute) else node.name if isinstance(node, ast.alias) else ""
            assert path.name == "runner_child.py" or named not in ("check_model", "shape_inference", "version_converter"), path
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
                assert path.name == "runner_child.py" or not any(name.startswith(("onnxruntime", "onnx.reference")) for name in names), path
