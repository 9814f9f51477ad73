"""An export without an estimator: rows are made up, native onnxruntime is the reference, and the page says so."""

import importlib.util
import json
import shutil
import sys
import zlib

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

import models
from mlweb.contract import check
from mlweb.draft import draft
from mlweb.errors import UserError
from mlweb.graph import onnx_file
from mlweb.proof import device, export_without_estimator, golden, parity, synthetic_rows
from paths import ROOT

SCRIPT = ROOT / "template/{% if recipe == 'onnx-file' %}.{% endif %}/export_onnx.py"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def exported(folder, model, metadata: str = "", rows: tuple = ()) -> None:
    """Export with this contract, or with the draft."""
    path = models.project(folder, model, "") / "model/model.onnx"
    (folder / "metadata.yml").write_text(metadata or draft.written(*draft.draft(path.relative_to(folder))), encoding="utf-8")
    export_without_estimator.export_without_estimator(model, rows)


@pytest.mark.parametrize("model", [models.linear, models.softmax, models.mixed, models.one_row, lambda: models.text(IMAGE), lambda: models.text(TENSORS)])
def test_the_draft_is_proven_as_it_is(folder, model):
    exported(folder, model())
    assert check.check(folder)
    assert "fields" not in check.read_facts(), "nobody knows what training saw"
    [level] = json.loads(parity.FILE.read_text())["levels"]
    assert (level["level"], level["left"], level["right"], level["cases"]) == (1, "onnxruntime", "onnxruntime", synthetic_rows.COUNT)
    assert len([case for case in golden.read(golden.FILE)["cases"] if "results" in case]) >= 5
    assert (
        sum(len(next(iter(feeds.values()))) if len(golden.read_rows(golden.HELDOUT)) == 1 else 1 for feeds, _ in golden.read_rows(golden.HELDOUT))
        == synthetic_rows.COUNT
    )


IMAGE = "gray (uint8[H,W,3] picture) => (float level) { floats = Cast<to = 1>(picture) level = ReduceMean<keepdims = 0>(floats) }"
TENSORS = "product (float[M,K] a, float[K,4] b) => (float[M,4] c) { c = MatMul(a, b) }"


@pytest.mark.parametrize("dims", ["N,3,224,224", "1,224,224,3", "1,16000"])
def test_the_page_carries_cases_of_large_arrays(folder, dims):
    """As blocks, because noise can't be compressed: without cases WebGPU is never used."""
    exported(folder, models.text(f"spread (float[{dims}] x) => (float level) {{ squared = Mul(x, x) level = ReduceMean<keepdims = 0>(squared) }}"))
    kept = golden.read(golden.FILE)["device"]["cases"]
    sizes = [len(zlib.compress(json.dumps(case).encode())) for case in kept]
    assert len(kept) >= 2 and device.proves(kept) and sum(sizes) <= device.MOST_BYTES[0]
    assert {len(np.unique(golden.unpacked(case["values"])["x"])) > 100 for case in kept} == {True}, "not all alike"


def test_a_forecast_of_12_from_48_goes_on_from_what_was_given(folder):
    weights = ", ".join(str(round(each, 3)) for each in np.random.default_rng(0).normal(0, 0.2, 48 * 12))
    exported(folder, models.text(f"ahead (float[N,48] history) => (float[N,12] forecast) <float[48,12] w = {{{weights}}}> {{ forecast = MatMul(history, w) }}"))
    agreed, *_ = check.check(folder)
    [shown] = agreed.outputs.values()
    assert (agreed.task, agreed.inputs["history"].kind, shown.kind, shown.after) == ("forecast", "series", "series", "history")
    results = [case["results"]["forecast"] for case in golden.read(golden.FILE)["cases"] if "results" in case]
    assert results and {len(result["values"]) for result in results} == {12}


def test_what_the_page_carries_is_small_as_text_too():
    zeros = np.zeros(500_000, np.float32)
    cases = [{"name": str(at), "values": {}, "outputs": {"y": golden.pack(zeros + at)}} for at in range(20)]
    assert len(device.small(cases)) == 0, "one is too much for a page"
    assert len(device.small([{**case, "outputs": {"y": golden.pack(zeros[:20_000] + at)}} for at, case in enumerate(cases)])) == 9


def test_rows_stay_within_the_limits_of_the_form(folder):
    exported(folder, models.looked_up(), models.LOOKED_UP.replace("default: 0", "default: 0, min: 0, max: 2"))
    [(feeds, _)] = golden.read_rows(golden.HELDOUT)
    assert set(feeds["index"].reshape(-1).tolist()) == {0, 1, 2}


def test_rows_stay_within_the_ends_of_a_slider(folder):
    exported(folder, models.linear(), models.LINEAR.replace("min: 0, max: 10", "slider: [400, 500]"))
    [(feeds, _)] = golden.read_rows(golden.HELDOUT)
    assert 400 <= feeds["b"].min() < feeds["b"].max() <= 500


def test_rows_of_ones_own(folder):
    exported(folder, models.linear(), models.LINEAR, ({"a": 1, "b": 2}, {"a": 3, "b": 4}))
    [(feeds, expected)] = golden.read_rows(golden.HELDOUT)
    assert feeds["a"].tolist() == [[1], [3]] and expected["y"].tolist() == [[23], [47]]
    with pytest.raises(UserError, match="can't compute row 2 of ROWS in export_onnx.py: b must be at most 10"):
        exported(folder, models.linear(), models.LINEAR, ({"a": 1, "b": 2}, {"a": 3, "b": 40}))


def test_the_graph_is_there_to_draft_from_though_the_contract_is_anothers(folder):
    with pytest.raises(UserError, match="describe model/model.onnx --output metadata.yml --replace"):
        exported(folder, models.softmax(), models.LINEAR)
    assert draft.draft(folder / "model/model.onnx")[0]["task"] == "classification"


def test_a_field_without_a_start_gets_a_sentence(folder):
    with pytest.raises(UserError, match=r"metadata\.yml:4: inputs\.a: give it a default"):
        exported(folder, models.linear(), models.LINEAR.replace(", default: 1", ""))


def test_constants_are_told_with_the_cure(folder, capsys):
    exported(folder, models.text("deaf (float[N,1] x) => (float[N,1] y) { n = Sub(x, x) y = Abs(n) }"))
    assert 'Output "y" is the same on all 20 rows, which proves little of it: set min, max and choices' in capsys.readouterr().out
    native, same = golden.read_rows(golden.HELDOUT)[0][1], {"varies": False}
    with pytest.raises(UserError, match="proves nothing"):
        parity.browser(native, native)
    assert parity.browser(native, native, **same)[1] == []


def facts() -> dict:
    return check.read_facts()


def test_rows_that_nobody_brought_say_so(folder):
    exported(folder, models.linear(), models.LINEAR)
    assert facts()["rows"] == {"made_up": synthetic_rows.COUNT, "given": 0} and "source" not in facts()
    exported(folder, models.linear(), models.LINEAR, ({"a": 1, "b": 2}, {"a": 3, "b": 4}))
    assert facts()["rows"] == {"made_up": 0, "given": 2}


def test_examples_and_a_text_to_start_with_are_rows(folder):
    picky = models.text("""picky (string[N,1] x) => (int64[N,1] y) { n = LabelOf(x) y = Identity(n) }""")
    picky.graph.node[0].CopyFrom(
        helper.make_node("LabelEncoder", ["x"], ["n"], domain="ai.onnx.ml", keys_strings=["This is great!", "Fine"], values_int64s=[1, 2], default_int64=0)
    )
    picky.opset_import.append(helper.make_opsetid("ai.onnx.ml", 3))
    contract = """schema: 1
name: Picky
inputs: {x: {kind: text, default: This is great!}}
outputs: {y: {kind: value}}
examples: [{label: Another, values: {x: Fine}}]
"""
    exported(folder, picky, contract)
    assert facts()["rows"] == {"made_up": synthetic_rows.COUNT - 2, "given": 2}
    assert {0, 1, 2} == set(golden.read_rows(golden.HELDOUT)[0][1]["y"].reshape(-1).tolist())


def test_an_example_that_the_model_refuses_is_named_with_the_reason(folder):
    contract = models.LOOKED_UP + "examples: [{label: Beyond, values: {index: 7}}]\n"
    with pytest.raises(UserError, match='compute the example "Beyond" of metadata.yml: .*out of data bounds'):
        exported(folder, models.looked_up(), contract)


def test_the_reason_is_the_runtimes_where_no_row_can_be_made_up(folder):
    stretched = models.text("stretched (float[N,K] x) => (float[A,B] y) <int64[2] shape = {1, 77777}> { y = Reshape(x, shape) }")
    contract = "schema: 1\nname: S\ninputs: {x: {kind: tensor}}\noutputs: {y: {kind: tensor}}\n"
    with pytest.raises(UserError, match=r"any row made up within the limits of metadata.yml: .*cannot be reshaped.*\nGive rows that it takes in ROWS"):
        exported(folder, stretched, contract)


VOICE = """voice (float[N,T] input, float[2,M,4] state, int64 sr) => (float[N,1] output, float[2,M,4] stateN)
    <int64 fast = {16000}, int64[2] wanted = {1, 512}> {
    is_fast = Equal(sr, fast)
    factor = If (is_fast) <then_branch = yes () => (float a) { a = Constant<value = float {2.0}>() },
                           else_branch = no () => (float b) { b = Constant<value = float {3.0}>() }>
    framed = Reshape(input, wanted)
    mean = ReduceMean<axes = [1]>(framed)
    output = Mul(mean, factor)
    stateN = Mul(state, factor) }"""


def test_sizes_and_settings_are_found_in_the_graph(folder):
    """A recurrent network over sound: its only length, the batch dim in the middle of its state, and its sample rate."""
    exported(folder, models.text(VOICE))
    feeds, _ = golden.read_rows(golden.HELDOUT)[0]
    assert (feeds["input"].shape, feeds["state"].shape, feeds["sr"].tolist()) == ((1, 512), (2, 1, 4), 16000)


def test_plain_numbers_of_rows_become_what_the_graph_takes(folder):
    contract = "schema: 1\nname: V\ninputs: {input: {kind: tensor}, state: {kind: tensor}, sr: {kind: tensor}}\noutputs: {output: {kind: tensor}}\n"
    rows = tuple({"input": np.full((1, 512), level, np.float32), "state": np.zeros((2, 1, 4)), "sr": 16000} for level in (1, 2))
    exported(folder, models.text(VOICE), contract, rows)
    feeds, expected = golden.read_rows(golden.HELDOUT)[0]
    assert (feeds["sr"].dtype, feeds["sr"].tolist(), expected["output"].tolist()) == (np.int64, 16000, [[2.0]])
    limited = models.LOOKED_UP.replace("default: 0", "default: 0, min: 0, max: 2")
    exported(folder, models.looked_up(), limited, ({"index": np.int32(0)}, {"index": 2}))
    with pytest.raises(UserError, match=r"what a person may give \(.index: exponent.\): .*out of data bounds.*with min and max or choices"):
        exported(folder, models.looked_up(), models.LOOKED_UP, ({"index": 0}, {"index": 2}))


def test_what_is_computed_counts_where_another_shape_is_declared(folder):
    """onnx infers nothing of an operator of ai.onnx.ml, so that only a run tells: a draft of it is taken by the export that follows."""
    node = helper.make_node("LinearRegressor", ["x"], ["y"], domain="ai.onnx.ml", coefficients=[1.0, 2.0], intercepts=[0.5], targets=1)
    ports = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["N", 2]) for name in "xy"]
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(helper.make_graph([node], "wide", ports[:1], ports[1:]), opset_imports=opsets, ir_version=10)
    exported(folder, model)
    agreed, _, signature, _ = check.check(folder)
    assert agreed.outputs["y"].kind == "value" and signature.outputs["y"].dims == [None, 1]


def test_a_graph_knows_where_it_was_exported(folder):
    model = models.linear()
    assert not export_without_estimator.is_ours(model)
    exported(folder, model, models.LINEAR)
    assert export_without_estimator.is_ours(model) and len(model.metadata_props) == 1


@pytest.fixture
def script():
    """export_onnx.py of the recipe."""
    place = importlib.util.spec_from_file_location("script", SCRIPT)
    script = importlib.util.module_from_spec(place)
    place.loader.exec_module(script)
    return script


def test_the_first_export_says_what_comes_next(folder, script, monkeypatch, capsys):
    shutil.copyfile(SCRIPT.with_name("metadata.yml"), folder / "metadata.yml")
    onnx.save(models.softmax(), folder / "iris flowers.onnx")
    monkeypatch.setattr(sys, "argv", ["export_onnx.py", "iris flowers.onnx"])
    script.main()
    said = capsys.readouterr().out
    assert "is kept as model/source.onnx" in said and "uv run poe describe model/model.onnx --output metadata.yml --replace" in said
    assert "leaf" not in said and "poe start" in said
    drafted, comments = draft.draft(folder / "model/model.onnx")
    assert drafted["name"] == "Iris flowers" and draft.NO_LICENSE in comments
    (folder / "metadata.yml").write_text(draft.written(drafted, comments), encoding="utf-8")
    script.main()
    assert facts()["source"] == "iris flowers.onnx"
    (folder / "metadata.yml").write_text(models.SOFTMAX.replace("[setosa, versicolor, virginica]", "[a, b]"), encoding="utf-8")
    with pytest.raises(UserError, match="2 classes are listed"):
        script.main()


def test_a_file_from_elsewhere_is_kept_with_its_weights(folder, script):
    (folder / "bought").mkdir()
    weights = models.softmax()
    weights.graph.initializer[0].CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weights.graph.initializer[0]), "weights"))
    onnx.save(weights, folder / "bought/a model.onnx", save_as_external_data=True, location="weights.bin", size_threshold=0)
    script.keep(folder / "bought/a model.onnx")
    script.keep(folder / "bought/a model.onnx")
    shutil.rmtree(folder / "bought")
    assert list(onnx_file.signature(onnx_file.finalize(script.brought())).inputs) == ["features"]
    onnx.save(models.text("dice (float[N] x) => (float[N] y) { y = RandomNormalLike(x) }"), folder / "dice.onnx")
    with pytest.raises(UserError, match="draws random numbers"):
        script.keep(folder / "dice.onnx")
    onnx.save(models.linear(), folder / "other.onnx")
    with pytest.raises(UserError, match=r"source\.onnx is another model already: delete it first"):
        script.keep(folder / "other.onnx")


@pytest.mark.slow
def test_the_page_says_that_there_is_no_estimator(page, served):
    url, folder = served(models.linear, models.LINEAR.replace("outputs:", "page: {panels: [predict, card]}\noutputs:"))
    [manifest] = folder.glob("app-*/manifest.json")
    level = {"level": 1, "left": "onnxruntime", "right": "onnxruntime", "engine": "onnxruntime", "cases": 20, "max_abs": 0, "max_rel": 0, "passed": True}
    content = json.loads(manifest.read_text(encoding="utf-8"))
    browser = level | {"level": 2, "right": "onnxruntime-web", "engine": "Chromium 1"}
    about = {"facts": {**content["facts"], "rows": {"made_up": 18, "given": 2}, "source": "bought.onnx"}, "project": {**content["project"], "license": "MIT"}}
    manifest.write_text(json.dumps(content | about | {"parity": {"model_sha256": "", "levels": [level, browser]}}), encoding="utf-8")
    page.goto(url)
    page.get_by_text("there is no trained model to compare it with").wait_for()
    assert page.get_by_text("The same answer as Python on 20 rows, 18 of them made up").count() == 1
    assert page.get_by_text("bought.onnx, ONNX").count() == 1 and not page.get_by_text("MIT", exact=True).count(), "the project's licence is not the model's"
