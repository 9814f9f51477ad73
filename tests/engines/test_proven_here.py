"""Proven on the visitor's own device: the cases that a page carries, in three engines; and WebGPU, which computes only once it has passed them."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from test_engines import RESTS, rests
from test_webgpu import DENSE, PROVEN, SHOWN, badge, on_trial, on_webgpu

import full_sites
import models
from carried_cases import carrying

pytestmark = pytest.mark.slow

PYPROJECT = b"""[project]
name = "small"
[tool.mlweb]
title = "Small things"
hosting = "other"
url = "http://localhost/small/"
repository = "https://github.com/somebody/small"
"""
METADATA = full_sites.TABULAR + "page: {panels: [predict, card, benchmark], language: [en, fr]}\n"
OFF = 0.5
# Puts this much on the first number of each output of floats that a backend has computed, as a wrong kernel may.
SPOILING = """const post = self.postMessage.bind(self);
let backend;
self.postMessage = (said, ...rest) => {
  if (said.type === 'ready') backend = said.backend;
  if (said.type === 'ran' && backend === '%s') for (const { data } of Object.values(said.outputs)) if (data instanceof Float32Array) data[0] += %s;
  post(said, ...rest);
};
"""
LISTEN = "() => { addEventListener('proof', ({ detail }) => { window.report = detail; }); }"
ASKED = "(part) => performance.getEntriesByType('resource').filter(({ name }) => name.includes(part)).length"
WRONG = "Instead of WebGPU, whose answers on this device are not those of the original model."
UNPROVEN = "Instead of WebGPU, whose answers could not be proven on this device."


@pytest.fixture
def site(served):
    """site(model, metadata, files, spoilt) -> (URL, folder) of a site of the test's own; its worker is wrong where a backend is named."""

    def site(model, metadata, files, spoilt: str = "") -> tuple[str, Path]:
        url, folder = served(model, metadata, files)
        if spoilt:
            spoil(folder, spoilt)
        return url, folder

    return site


def spoil(folder: Path, backend: str) -> None:
    [worker] = folder.glob("app-*/runtime/engines/onnx.js")
    worker.write_text(SPOILING % (backend, OFF) + worker.read_text(encoding="utf-8"), encoding="utf-8")


def tabular(more: str = "") -> tuple:
    metadata = METADATA + more
    files = carrying(full_sites.tabular, metadata)
    return full_sites.tabular, metadata, {**files, "pyproject.toml": PYPROJECT}


def proven(tab, panel: str) -> dict:
    """The report of a click."""
    tab.call(LISTEN)
    tab.click(f".{panel} .prove-here .chip")  # the card is in its parts
    tab.until("() => window.report")
    return tab.call("() => window.report")


def test_a_right_device_is_proven_right(tab, site):
    """With the whole runtime, in one part: that of the other tests is in two."""
    url, folder = site(*tabular("model: {split: off}\n"))
    [file] = folder.glob("model/cases-*.json")
    assert file.stat().st_size < 20_000
    tab.open(url)
    assert tab.call(ASKED, "model/cases-") == 0, "nobody has asked for them yet"
    assert tab.call("() => document.querySelector('.badge .here').hidden")

    report = proven(tab, "parts")
    assert (report["passed"], report["cases"], report["wrong"]) == (True, 20, [])
    assert {each["output"]: each["rows"] for each in report["outputs"]} == dict.fromkeys("ypwvgq", 20)
    assert report["device"]["browser"].split()[0] in ("Chromium", "HeadlessChrome", "Firefox", "Safari")
    assert report["device"]["backend"] == "wasm" and report["device"]["threads"] == 1 and report["device"]["system"] == "Linux"
    assert report["build"] and re.fullmatch("[0-9a-f]{64}", report["model_sha256"]) and report["max_rel"] < 1e-4
    assert tab.text(".parts .verdict") == "Proven here: the same answers as Python in 20 cases."
    assert tab.text(".badge .here").strip(" ·") == "proven here", "the badge by the result"
    assert tab.call(ASKED, "model/cases-") == 1
    assert (rests(folder), tab.call(RESTS)) == (0, 0), "there is no second part"


LARGE = """large (float[N,3,224,224] pixels) => (float[N,2] shows) <float[3,2] weights = {40.0, -40.0, 10.0, 5.0, -30.0, 20.0}> {
    pooled = GlobalAveragePool(pixels) flat = Flatten(pooled) logits = MatMul(flat, weights) shows = Softmax<axis = 1>(logits) }"""
LARGE_METADATA = """schema: 1
name: Large
inputs: {pixels: {kind: tensor}}
outputs: {shows: {kind: classes, classes: [cat, dog]}}
page: {panels: [predict, card]}
"""


def test_a_model_of_large_pictures_carries_cases_too(tab, site):
    url, folder = site(lambda: models.text(LARGE), LARGE_METADATA, {**carrying(lambda: models.text(LARGE), LARGE_METADATA), "pyproject.toml": PYPROJECT})
    tab.open(url)
    report = proven(tab, "parts")
    assert (report["passed"], report["wrong"]) == (True, []) and report["cases"] >= 2
    assert len({json.dumps(case["outputs"]) for case in json.loads(next(folder.glob("model/cases-*.json")).read_text())["cases"]}) >= 2, "they differ"


def test_a_wrong_device_is_proven_wrong(tab, site):
    url, _ = site(*tabular(), spoilt="wasm")
    tab.open(f"{url}?lang=fr")
    report = proven(tab, "benchmark")
    assert not report["passed"] and len(report["wrong"]) == 20
    off = {each["output"]: each["max_abs"] for each in report["outputs"]}
    assert off["p"] == pytest.approx(OFF, abs=1e-5) and off["w"] == off["g"] == 0
    assert {each["output"]: each["beyond"] for each in report["outputs"]}["y"] > 0
    assert tab.text(".benchmark .verdict") == "Pas les mêmes réponses que Python dans 20 cas sur 20."
    assert "ouvrez la page dans un autre" in tab.text(".benchmark .verdicts")
    assert tab.text(".badge .here").strip(" ·") == "pas les réponses du modèle d’origine sur cet appareil"
    link = urlsplit(tab.call("() => document.querySelector('.benchmark .prove-here a').href"))
    assert (link.hostname, link.path) == ("github.com", "/somebody/small/issues/new")
    [body] = parse_qs(link.query)["body"]
    assert json.loads(body.partition("```json\n")[2].partition("\n```")[0]) == report, "what is sent is what was found"


@on_webgpu
def test_webgpu_is_proven_once_for_each_deploy_and_card(tab, site):
    url, _ = site(*on_trial())
    tab.open(url)
    tab.settled()
    assert badge(tab) == PROVEN
    assert tab.call(ASKED, "model/cases-") == 1
    [kept] = tab.call("() => Object.values(localStorage)")
    assert json.loads(kept)["report"]["device"]["card"]
    tab.open(url)
    tab.settled()
    assert badge(tab) == PROVEN and tab.call(ASKED, "model/cases-") == 0, "it is remembered"
    tab.call('() => { for (const [name, text] of Object.entries(localStorage)) localStorage[name] = text.replace(/"of":"/, \'$&another card \'); }')
    tab.open(url)
    tab.settled()
    assert badge(tab) == PROVEN and tab.call(ASKED, "model/cases-") == 1, "and of another card says nothing"


@on_webgpu
def test_webgpu_that_is_wrong_computes_nothing(tab, site):
    url, folder = site(*on_trial(), spoilt="webgpu")
    tab.open(url)
    tab.fill({"p0": "0.5"})
    assert badge(tab) == f"WebAssembly\n{WRONG}"
    right = tab.call(SHOWN)
    assert sum(right) == pytest.approx(1, abs=1e-5), "a probability that was not spoilt"
    tab.open(url)
    tab.fill({"p0": "0.5"})
    assert badge(tab) == f"WebAssembly\n{WRONG}" and tab.call(SHOWN) == right
    assert tab.call(ASKED, "runtime/ort-webgpu-") == 0, "it is remembered, and not fetched to fail again"


@on_webgpu
@pytest.mark.parametrize("lost", [True, False])
def test_webgpu_that_can_not_be_proven_computes_nothing(tab, site, lost):
    model, metadata, files = on_trial()
    url, folder = site(model, metadata, files if lost else DENSE.files)
    for file in folder.glob("model/cases-*"):
        file.unlink()
    tab.open(url)
    tab.settled()
    assert badge(tab) == f"WebAssembly\n{UNPROVEN}"
    assert bool(tab.call(ASKED, "runtime/ort-webgpu-")) == lost, "what can never be trusted is not fetched"
