"""An export without an estimator: rows are made up, native onnxruntime is the reference, and the page says so."""

import importlib.util
import json
import shutil

import onnx
import pytest
from onnx import numpy_helper

import models
from mlweb.contract import check
from mlweb.draft import draft
from mlweb.errors import UserError
from mlweb.graph import onnx_file
from mlweb.proof import export_without_estimator, golden, parity, synthetic_rows
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


def test_rows_stay_within_the_limits_of_the_form(folder):
    exported(folder, models.looked_up(), models.LOOKED_UP.replace("default: 0", "default: 0, min: 0, max: 2"))
    [(feeds, _)] = golden.read_rows(golden.HELDOUT)
    assert set(feeds["index"].reshape(-1).tolist()) == {0, 1, 2}


def test_rows_of_ones_own(folder):
    exported(folder, models.linear(), models.LINEAR, ({"a": 1, "b": 2}, {"a": 3, "b": 4}))
    [(feeds, expected)] = golden.read_rows(golden.HELDOUT)
    assert feeds["a"].tolist() == [[1], [3]] and expected["y"].tolist() == [[23], [47]]
    with pytest.raises(UserError, match="can't compute row 2 of ROWS"):
        exported(folder, models.linear(), models.LINEAR, ({"a": 1, "b": 2}, {"a": 3, "b": 40}))


def test_the_graph_is_there_to_draft_from_though_the_contract_is_anothers(folder):
    with pytest.raises(UserError, match="describe model/model.onnx --output metadata.yml --replace"):
        exported(folder, models.softmax(), models.LINEAR)
    assert draft.draft(folder / "model/model.onnx")[0]["task"] == "classification"


def test_a_field_without_a_start_gets_a_sentence(folder):
    with pytest.raises(UserError, match=r"metadata\.yml:4: inputs\.a: give it a default"):
        exported(folder, models.linear(), models.LINEAR.replace(", default: 1", ""))


def test_constants_prove_nothing(folder):
    with pytest.raises(UserError, match="is the same on all 20 rows"):
        exported(folder, models.text("deaf (float[N,1] x) => (float[N,1] y) { n = Sub(x, x) y = Abs(n) }"))


def test_a_graph_knows_where_it_was_exported(folder):
    model = models.linear()
    assert not export_without_estimator.is_ours(model)
    exported(folder, model, models.LINEAR)
    assert export_without_estimator.is_ours(model) and len(model.metadata_props) == 1


def test_a_file_from_elsewhere_is_kept_with_its_weights(folder):
    place = importlib.util.spec_from_file_location("script", SCRIPT)
    script = importlib.util.module_from_spec(place)
    place.loader.exec_module(script)
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
    manifest.write_text(json.dumps(content | {"parity": {"model_sha256": "", "levels": [level]}}), encoding="utf-8")
    page.goto(url)
    page.get_by_text("there is no trained model to compare it with").wait_for()
    assert not page.get_by_text("The same answer as").count()
