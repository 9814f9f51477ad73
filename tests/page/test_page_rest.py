"""The rest of the runtime, where a model calls a function of it: fetched once, kept for the visit without a network, and missed in a sentence."""

import json

import pytest
from playwright.sync_api import expect
from test_page_faults import alert_of, the
from test_page_offline import until

import models
from mlweb.proof import golden
from mlweb.site import runtime_profile
from served_sites import SERVICE_WORKER
from vendored import vendored

pytestmark = pytest.mark.slow

OWN = models.LINEAR + "model: {split: own}\n"
NO_CASES = {golden.FILE.as_posix(): json.dumps({"model_sha256": "", "cases": []}).encode()}  # so every run calls what is not there


@pytest.fixture
def wanting(served):
    """(URL, folder) of a page whose runs need the rest."""
    return served(metadata=OWN, files=NO_CASES)


@pytest.fixture
def unstartable(served, tmp_path, monkeypatch):
    """(URL, folder) of a page that can't start without the rest."""
    runtime = vendored()["onnxruntime-web"]
    [called] = runtime_profile.record(runtime, [(tmp_path / "nothing.onnx", [])])
    profile = tmp_path / "profile.json"
    profile.write_text(runtime_profile.written((runtime / "ort.wasm").read_bytes(), "1.30.0", called))
    monkeypatch.setattr(runtime_profile, "WIDE", profile)
    return served(metadata=models.LINEAR + "model: {split: wide}\n")


def test_a_page_that_can_not_start_without_it_says_that_it_is_missing(page, unstartable):
    url, folder = unstartable
    the(folder, "runtime/rest-*.wasm").unlink()
    said = alert_of(page, url)
    assert "The server returned HTTP 404 for the rest of the runtime." in said and "publish all of dist/" in said


def test_one_that_was_changed_is_not_used(page, unstartable):
    url, folder = unstartable
    rest = the(folder, "runtime/rest-*.wasm")
    data = bytearray(rest.read_bytes())
    data[-20] ^= 1
    rest.unlink()
    rest.write_bytes(data)
    said = alert_of(page, url)
    assert "The rest of the runtime" in said and "its checksum is wrong" in said


def test_a_run_that_can_not_have_it_says_so_and_the_next_one_asks_again(page, wanting):
    url, folder = wanting
    rest = the(folder, "runtime/rest-*.wasm")
    data = rest.read_bytes()
    rest.unlink()
    page.goto(url)
    expect(page.get_by_role("alert").filter(visible=True).first).to_contain_text("HTTP 404 for the rest of the runtime", timeout=30_000)
    rest.write_bytes(data)
    page.locator("[name=a]").fill("2")
    expect(page.locator("[data-output=y] data")).to_have_text("25.00", timeout=30_000)


@SERVICE_WORKER
def test_a_visit_without_a_network_has_it_from_the_start(page, wanting):
    url, folder = wanting
    page.goto(url)
    expect(page.locator("[data-output=y] data")).to_have_text("23.00", timeout=30_000)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    kept = "async () => Boolean((await (await caches.open((await caches.keys())[0])).keys()).find(({ url }) => url.includes('/rest-')))"
    until(page, kept)
    the(folder, "runtime/rest-*.wasm").unlink()
    page.reload()
    expect(page.locator("[data-output=y] data")).to_have_text("23.00", timeout=30_000)
