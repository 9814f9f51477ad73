"""Sixteen traps that a generated form for an ONNX model can fall into; each was found in the wild, none may catch us."""

import gzip
import re
import subprocess
import sys
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto
from playwright.sync_api import expect

import models
from mlweb.contract import check
from mlweb.errors import UserError
from mlweb.site import build

pytestmark = pytest.mark.slow

ODD_NAMES = """schema: 1
name: Odd
inputs:
  living-area: {kind: number, default: 2}
  "price.eur €": {kind: number, default: 3}
outputs:
  "the result!": {kind: value, decimals: 0}
"""


def odd_names() -> onnx.ModelProto:
    """The linear model, with names that are no identifiers of any language."""
    model = models.linear()
    names = {"a": "living-area", "b": "price.eur €", "y": "the result!"}
    for info in [*model.graph.input, *model.graph.output]:
        info.name = names[info.name]
    for node in model.graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    return model


def output(page, name: str) -> str:
    expect(page.locator(".result .live")).not_to_have_attribute("aria-busy", "true")
    return page.locator(f'[data-output="{name}"]').inner_text()


def test_1_any_number_may_be_typed_without_a_step(opened):
    page = opened()
    page.locator("[name=a]").fill("45.2")
    assert "111.40" in output(page, "y")


def test_2_an_empty_field_is_not_zero(opened):
    page = opened()
    page.locator("[name=a]").fill("")
    expect(page.locator("#field-a-refusal")).to_have_text("a is empty: fill it in.")
    expect(page.locator(".result .values")).to_be_hidden()


def test_3_zero_is_a_value(opened):
    page = opened(metadata=models.LINEAR.replace("default: 1", "default: 0, max: 0, min: -5"))
    expect(page.locator("[name=a]")).to_have_value("0")
    page.locator("[name=a]").fill("1")
    expect(page.locator("#field-a-refusal")).to_have_text("a must be at most 0.")
    page.locator("[name=b]").fill("-0.1")
    expect(page.locator("#field-b-refusal")).to_have_text("b must be at least 0.")


def test_4_a_vector_input_has_a_field_for_each_value(opened):
    page = opened(models.softmax, models.SOFTMAX)
    assert [field.get_attribute("name") for field in page.locator("form input[type=text]").all()] == [
        "sepal_length", "sepal_width", "petal_length", "petal_width",
    ]  # fmt: skip
    assert "setosa" in output(page, "probabilities")


def test_5_an_int64_output_is_shown(opened):
    assert re.search(r"\b[012]\b", output(opened(models.softmax, models.SOFTMAX), "label"))


def test_6_zipmap_is_refused_before_the_build(tmp_path, monkeypatch):
    metadata = "schema: 1\nname: Z\ninputs:\n  p: {kind: number}\noutputs:\n  probabilities: {kind: value}\n"
    monkeypatch.chdir(models.project(tmp_path, models.zipmap(), metadata))
    with pytest.raises(UserError, match=r"the model's output .* \(ZipMap\), .*: export the classifier with options=\{'zipmap': False\}"):
        check.check()


def test_7_a_vector_of_floats_is_shown(opened):
    shown = output(opened(models.softmax, models.SOFTMAX), "probabilities")
    shares = [float(share) for share in re.findall(r"([\d.]+)%", shown)]
    assert len(shares) == 3 and abs(sum(shares) - 100) < 0.3


def test_8_names_may_hold_any_character(opened):
    assert "35" in output(opened(odd_names, ODD_NAMES), "the result!")


def test_9_text_of_the_contract_is_never_html(opened):
    script = "</script><script>document.title = 'taken over'</script><img src=x onerror=\"document.title = 'taken over'\">"
    metadata = models.LINEAR.replace("name: Linear", f"name: '{script.replace(chr(39), chr(39) * 2)}'\ndescription: '{script.replace(chr(39), chr(39) * 2)}'")
    page = opened(metadata=metadata)
    assert page.locator("h1").inner_text() == script
    assert "taken over" in page.title() and page.title() != "taken over"
    assert page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("inputs:\n  z: {kind: number}", 'no input "z"'),
        ("inputs:\n  a: {kind: number, lable: A}", 'unknown key "lable"'),
        ("inputs:\n  a: {fields: {p: {kind: number}, q: {kind: number}}}", "2 fields are listed"),
    ],
)
def test_10_metadata_that_does_not_fit_stops_the_build(tmp_path, wrong, named):
    models.project(tmp_path, models.linear(), f"schema: 1\nname: L\n{wrong}\noutputs:\n  y: {{kind: value}}\n")
    done = subprocess.run([sys.executable, "-m", "mlweb.contract.check"], cwd=tmp_path, env=path_of_mlweb(), capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1 and re.search(f"^metadata.yml:4: inputs.*{named}", done.stderr, re.MULTILINE) and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "is missing"),
        (b"just some text", "is not an ONNX model"),
        (b"", "is not an ONNX model"),
        (b"<!doctype html>", "is a text file"),
        (b"version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer"),
    ],
)
def test_11_a_model_that_is_none_gets_a_sentence_and_nothing_is_written(tmp_path, content, sentence):
    models.project(tmp_path, models.linear(), models.LINEAR)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.mlweb]\ntitle = "X"\n')
    model = tmp_path / "model/model.onnx"
    model.unlink()
    if content is not None:
        model.write_bytes(content)
    done = subprocess.run([sys.executable, "-m", "mlweb.site.build"], cwd=tmp_path, env=path_of_mlweb(), capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1 and f"model.onnx {sentence}" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "dist").exists()


def test_12_weights_in_a_second_file_are_refused(tmp_path, monkeypatch):
    model = models.softmax()
    model.graph.initializer[0].data_location = TensorProto.EXTERNAL
    entry = model.graph.initializer[0].external_data.add()
    entry.key, entry.value = "location", "model.onnx.data"
    monkeypatch.chdir(models.project(tmp_path, model, models.SOFTMAX))
    with pytest.raises(UserError, match="as one file"):
        check.check()


# 13, the second visit without a network, is in test_page_offline.py.


def test_14_a_first_visit_downloads_the_small_runtime_only(page, served):
    url, folder = served()
    asked = []
    page.on("response", lambda response: asked.append(response.url))
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    files = {folder / Path(each.partition("/small/")[2] or "index.html") for each in asked}
    assert sum(len(gzip.compress(file.read_bytes(), 6)) for file in files) < 1_750_000
    assert not any("jsep" in each or "asyncify" in each for each in asked)


def test_15_a_build_leaves_nothing_of_the_one_before(made, tmp_path):
    first = made(models.linear, models.LINEAR)
    (first / "stale.txt").write_text("old")
    root = first.parent
    build.build(root, first)
    assert not (first / "stale.txt").exists()
    names = [path.name for path in first.rglob("*") if path.suffix in (".onnx", ".wasm")] + [path.name for path in first.glob("app-*")]
    assert all(re.search(r"-[0-9a-f]{12}\b", name) for name in names)


def test_16_the_page_has_a_language_a_live_result_its_time_and_its_backend(opened):
    page = opened()
    assert page.locator("html").get_attribute("lang") == "en"
    live = page.locator(".result [aria-live=polite]")
    expect(live).to_contain_text("23.00")
    expect(page.locator(".result .badge")).to_contain_text(re.compile(r"\d.*(ms|s).*WebAssembly", re.S))
    live.locator("data").select_text()
    assert page.evaluate("getSelection().toString()") == "23.00", "the result can be selected and copied"


def path_of_mlweb() -> dict:
    """The environment of a command that imports mlweb from the template."""
    import os

    import mlweb

    return {**os.environ, "PYTHONPATH": str(Path(mlweb.__file__).parents[1])}
