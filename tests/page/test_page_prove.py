"""The button "Prove it on this device": by keyboard, stopped, without a network, and what it gives to take away."""

import json

import pytest
from playwright.sync_api import expect

import models
from carried_cases import carrying

pytestmark = pytest.mark.slow

METADATA = models.LINEAR + "page: {panels: [predict, card, privacy]}\n"
ACCEPT = "() => Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text; } } })"
# Holds back what the worker answers, as a slow model does.
SLOW = """const post = self.postMessage.bind(self);
self.postMessage = (said, ...rest) => (said.type === 'ran' && self.slow ? setTimeout(() => post(said, ...rest), 3000) : post(said, ...rest));
new BroadcastChannel('slow').onmessage = () => { self.slow = true; };
"""


@pytest.fixture
def site(served):
    return served(metadata=METADATA, files=carrying(models.linear, METADATA))


def opened(page, url):
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", timeout=30_000)
    return page.locator(".prove-here")


def test_the_report_is_copied_and_downloaded_as_it_was_found(page, site):
    part = opened(page, site[0])
    page.evaluate(ACCEPT)
    page.evaluate("addEventListener('proof', ({ detail }) => { window.report = detail; })")
    part.get_by_role("button", name="Prove it on this device").press("Enter")
    expect(part.locator("[aria-live=polite] .verdict")).to_have_text("Proven here: the same answers as Python in 20 cases.", timeout=30_000)
    expect(page.locator(".badge .here")).to_have_text(" · proven here")
    report = page.evaluate("report")
    part.get_by_role("button", name="Copy report").click()
    assert json.loads(page.evaluate("copied")) == report
    with page.expect_download() as download:
        part.get_by_role("button", name="Download report").click()
    assert json.loads(download.value.path().read_text(encoding="utf-8")) == report and download.value.suggested_filename == "proof.json"
    assert part.get_by_role("link").count() == 0, "this project has no repository to write to"
    shown = dict(zip(part.locator("dt").all_inner_texts(), part.locator("dd").all_inner_texts(), strict=True))
    assert shown["Cases"] == "20" and shown["Computed by"] == "WebAssembly, onnxruntime-web 1.30.0, 1 thread"


def test_escape_ends_it_and_the_form_goes_on(page, site):
    url, folder = site
    [worker] = folder.glob("app-*/runtime/engines/onnx.js")
    worker.write_text(SLOW + worker.read_text(encoding="utf-8"), encoding="utf-8")
    part = opened(page, url)
    page.evaluate("new BroadcastChannel('slow').postMessage('')")
    start = part.locator(".chip")
    start.press("Enter")
    expect(start).to_have_text("Cancel")
    expect(part.get_by_role("progressbar", name="Cases computed")).to_be_visible()
    start.press("Escape")
    expect(part.get_by_role("status").first).to_have_text("Cancelled.")
    expect(start).to_have_text("Prove it on this device")
    expect(start).to_be_focused()
    page.locator("[name=b]").fill("3")
    expect(page.locator("[data-output=y] data")).to_have_text("33.00", timeout=30_000)
    expect(page.locator(".badge .here")).to_be_hidden()


def test_cases_that_do_not_come_are_said(page, site):
    url, folder = site
    part = opened(page, url)
    [file] = folder.glob("model/cases-*")
    file.unlink()
    part.locator(".chip").click()
    said = "Nothing was proven. The server returned HTTP 404 for the file of cases. "
    expect(part.get_by_role("status").first).to_contain_text(said)
    expect(part.locator(".verdict")).to_have_count(0)
