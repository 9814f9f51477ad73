"""WebGPU, where metadata.yml asks for it: the numbers of native onnxruntime on a software adapter, and WebAssembly where it can't be."""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, numpy_helper
from test_engines import equals_native

import large_graphs
import mlweb
import models
from carried_cases import carrying
from mlweb.contract import check
from mlweb.graph import webgpu
from models_of_each_kind import EACH, Each

pytestmark = pytest.mark.slow

WEBGPU = "model: {runtime: webgpu}\npage: {panels: [predict, benchmark]}\n"


def network():
    """Convolutions, a shortcut, a pool and a softmax, with weights that let the answer vary."""
    model, chance = large_graphs.residual(), np.random.default_rng(1)
    for tensor in model.graph.initializer:
        if tensor.data_type == TensorProto.FLOAT:
            tensor.CopyFrom(numpy_helper.from_array(chance.normal(0, 0.4, tensor.dims).astype(np.float32), tensor.name))
    return model


def dense():
    """One layer: where it matters only what computes, for each operator has to be compiled for the card."""
    model = models.text("""dense (float[N,16] features) => (float[N,3] probabilities) {
        logits = MatMul(features, weights)
        probabilities = Softmax<axis = 1>(logits) }""")
    weights = np.random.default_rng(1).normal(0, 0.4, (16, 3)).astype(np.float32)
    model.graph.initializer.append(numpy_helper.from_array(weights, "weights"))
    return model


def shrunk():
    """A picture made small as recipes do it, by an operator that WebGPU lacks, and its brightest point."""
    model = models.text("""shrunk (uint8[height,width,3] picture) => (float brightest) {
        floats = Cast<to = 1>(picture)
        planes = Transpose<perm = [2, 0, 1]>(floats)
        sizes = Constant<value = int64[3] {3, 4, 4}>()
        none = Constant<value = float[0] {}>()
        small = Resize<antialias = 1, mode = "linear">(planes, none, none, sizes)
        wide = Relu(small)
        brightest = ReduceMax<keepdims = 0>(wide) }""")
    model.opset_import[0].version = 18
    for index, node in enumerate(model.graph.node):
        node.name = f"{node.op_type}_{index}"
    return model


def nameless():
    """The same without names, by which operators are told apart."""
    model = shrunk()
    for node in model.graph.node:
        node.ClearField("name")
    return model


RESIDUAL = Each(
    network,
    f"""schema: 1
name: Residual
inputs:
  features: {{fields: {{{", ".join(f"p{index}: {{kind: number, default: {index / 8}}}" for index in range(16))}}}}}
outputs:
  probabilities: {{kind: classes, classes: [a, b, c]}}
""",
    [{}, {"p0": "0.5"}, {"p15": "-0,25", "p3": "1e-1"}],
)
DENSE = dataclasses.replace(RESIDUAL, model=dense, metadata=RESIDUAL.metadata.replace("name: Residual", "name: Dense"))
SHRUNK = dataclasses.replace(
    EACH["picture"],
    model=shrunk,
    metadata="""schema: 1
name: Shrunk
inputs:
  picture: {kind: image, default: a.png}
outputs:
  brightest: {kind: value}
""",
)
TENSORS = {"residual": RESIDUAL, "shrunk": SHRUNK} | {kind: EACH[kind] for kind in ("picture", "sound", "tensor", "boxes")}
PROVEN = "WebGPU · proven here"
NONE = "Instead of WebGPU, which is not available here."
MODEL = "Instead of WebGPU, which can’t run this model."
FAILED = "Instead of WebGPU, which failed here."
# Leaves a way to lose the device, as a restarted driver does.
LOSING = """const request = GPUAdapter.prototype.requestDevice;
GPUAdapter.prototype.requestDevice = async function (...given) {
  const device = await request.apply(this, given);
  new BroadcastChannel('lose').onmessage = () => device.destroy();
  return device;
};
"""
AGAIN = """(said) => { document.querySelector('form').dispatchEvent(new Event('input'));
  return document.querySelector('.result .badge').innerText.endsWith(said); }"""
SHOWN = "() => [...document.querySelectorAll('[data-output] data')].map((data) => Number(data.value))"

on_webgpu = pytest.mark.parametrize("engine", ["chromium-webgpu"], indirect=True)


def asking(each: Each) -> Each:
    """The same, on WebGPU; where it has a page of its own, that goes."""
    return dataclasses.replace(each, metadata=each.metadata.partition("page:")[0] + WEBGPU)


def on_trial(each: Each = DENSE) -> tuple:
    """The arguments of a site that asks for WebGPU and carries the cases that it has to pass first."""
    asked = asking(each)
    return asked.model, asked.metadata, carrying(asked.model, asked.metadata, asked.files)


@on_webgpu
@pytest.mark.parametrize("kind", TENSORS)
def test_a_model_of_tensors_computes_on_webgpu(tab, hosted, tmp_path, kind):
    each = asking(TENSORS[kind])
    url, folder = hosted(each.model, each.metadata, carrying(each.model, each.metadata, each.files))
    tab.open(url)
    equals_native(tab, folder, each, tmp_path)
    assert badge(tab) == PROVEN


def test_without_webgpu_the_numbers_are_the_same(tab, hosted, tmp_path):
    each = asking(RESIDUAL)
    url, folder = hosted(each.model, each.metadata)
    tab.open(url)
    equals_native(tab, folder, each, tmp_path)
    assert badge(tab) == f"WebAssembly\n{NONE}"


@on_webgpu
def test_a_browser_whose_webassembly_can_not_wait_for_it_goes_without(tab, hosted):
    tab.begin_with("delete WebAssembly.Suspending")
    tab.open(hosted(*on_trial())[0])
    tab.settled()
    assert badge(tab) == f"WebAssembly\n{NONE}"
    assert not tab.call("() => performance.getEntriesByType('resource').filter(({ name }) => name.includes('ort-webgpu')).length"), "nobody would run it"


@on_webgpu
def test_a_model_that_it_can_not_compute_goes_without(tab, hosted, tmp_path):
    each = asking(EACH["tabular"])
    url, folder = hosted(each.model, each.metadata)
    tab.open(url)
    equals_native(tab, folder, each, tmp_path)
    assert badge(tab) == f"WebAssembly\n{MODEL}"
    assert not list(folder.glob("runtime/ort-webgpu*")), "nobody would load it"


@on_webgpu
def test_a_lost_device_costs_no_result(tab, served):
    url, folder = served(*on_trial())
    [worker] = folder.glob("app-*/runtime/engines/onnx.js")
    worker.write_text(LOSING + worker.read_text(encoding="utf-8"), encoding="utf-8")
    tab.open(url)
    tab.fill({"p0": "0.5"})
    assert badge(tab) == PROVEN
    before = tab.call(SHOWN)
    tab.call("() => new BroadcastChannel('lose').postMessage('')")
    tab.write("[name=p0]", "0.25")
    tab.until(AGAIN, FAILED)
    assert tab.call("() => document.querySelector('[name=p0]').value") == "0.25", "what was typed stays"
    tab.fill({"p0": "0.5"})
    assert badge(tab) == f"WebAssembly\n{FAILED}"
    assert tab.call(SHOWN) == pytest.approx(before, rel=1e-5)


@on_webgpu
@pytest.mark.parametrize("lost", [".js", ".wasm"])
def test_a_runtime_that_does_not_come_is_replaced(tab, served, lost):
    url, folder = served(*on_trial())
    [file] = folder.glob(f"runtime/ort-webgpu-*{lost}")
    file.unlink()
    tab.open(url)
    tab.settled()
    assert badge(tab) == f"WebAssembly\n{FAILED}"


@on_webgpu
def test_the_second_visit_computes_on_webgpu_without_a_network(tab, made, tmp_path):
    built = made(*on_trial())
    for name in ("dist", "pyproject.toml"):
        (tmp_path / name).symlink_to(built.parent / name)
    environment = os.environ | {"PYTHONPATH": str(Path(mlweb.__file__).parents[1])}
    server = subprocess.Popen(
        [sys.executable, "-m", "mlweb.site.serve", "--port", "0"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, encoding="utf-8"
    )
    try:
        url = server.stdout.readline().split()[0]
        tab.open(url)
        tab.until("() => navigator.serviceWorker.controller !== null")
    finally:
        server.kill()
        server.wait()
    tab.open(url)
    tab.settled()
    assert badge(tab) == PROVEN


def badge(tab) -> str:
    """What computed the result, and why not otherwise."""
    return tab.text(".result .badge").partition(" · ")[2].replace(", on this device", "").strip()


@pytest.mark.parametrize(
    ("model", "what"),
    [
        (large_graphs.residual, ""),
        (EACH["tabular"].model, "LabelEncoder, TreeEnsembleRegressor of ai.onnx.ml"),
        (models.mixed, "values of string"),
        (shrunk, ""),
        (nameless, "a Resize with antialias that has no name"),
    ],
)
def test_what_is_beyond_it_is_known_before(model, what):
    assert webgpu.beyond(model()) == what


def test_the_check_says_that_the_model_goes_without(tmp_path, monkeypatch, capsys):
    each = asking(EACH["tabular"])
    models.project(tmp_path, each.model(), each.metadata)
    monkeypatch.chdir(tmp_path)
    check.main()
    line = each.metadata.splitlines().index("model: {runtime: webgpu}") + 1
    assert capsys.readouterr().out.splitlines()[1] == (
        f"metadata.yml:{line}: model.runtime: webgpu can't run LabelEncoder, TreeEnsembleRegressor of ai.onnx.ml: "
        "the page uses WebAssembly instead, and says so. Write wasm."
    )
