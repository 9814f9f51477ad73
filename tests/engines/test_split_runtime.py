"""The runtime in two parts, in three engines: the numbers are native's when a start or a run asks for the rest.

That most models do without the rest is seen on the page of a table, in test_engines.py; and the whole of it in one part, in test_proven_here.py.
"""

import dataclasses
import json

import pytest
from test_engines import RESTS, equals_native, rests

import models
from mlweb.proof import golden
from mlweb.site import runtime_profile
from models_of_each_kind import EACH
from vendored import vendored

pytestmark = pytest.mark.slow

NO_CASES = {golden.FILE.as_posix(): json.dumps({"model_sha256": "", "cases": []}).encode()}


@pytest.fixture(scope="module")
def narrow(tmp_path_factory):
    """A wide profile of nothing but a sum: other models can't even start with it."""
    runtime, folder = vendored()["onnxruntime-web"], tmp_path_factory.mktemp("narrow")
    root = models.project(folder, models.linear(), "")
    [called] = runtime_profile.record(runtime, [(root / "model/model.onnx", [])])
    profile = folder / "profile.json"
    profile.write_text(runtime_profile.written((runtime / "ort.wasm").read_bytes(), "1.30.0", called))
    return profile


def computes(tab, hosted, tmp_path, metadata: str, files: dict[str, bytes] | None = None) -> tuple[int, int]:
    """How many parts of the runtime beyond the first are on the site, and how often the page asked for one; its numbers were native's."""
    each = EACH["tabular"]
    each = dataclasses.replace(each, metadata=each.metadata + metadata, files=each.files | (files or {}))
    url, folder = hosted(each.model, each.metadata, each.files)
    tab.open(url)
    equals_native(tab, folder, dataclasses.replace(each, files=EACH["tabular"].files), tmp_path)
    return rests(folder), tab.call(RESTS)


def test_a_start_that_needs_the_rest_has_it(tab, hosted, tmp_path, narrow, monkeypatch):
    monkeypatch.setattr(runtime_profile, "WIDE", narrow)
    assert computes(tab, hosted, tmp_path, "model: {split: wide}\n") == (1, 1)


def test_a_run_that_needs_the_rest_has_it(tab, hosted, tmp_path):
    assert computes(tab, hosted, tmp_path, "model: {split: own}\n", NO_CASES) == (1, 1)
