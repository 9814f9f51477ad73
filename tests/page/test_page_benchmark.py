"""The benchmark panel: honest numbers of this device, to be looked at and taken away."""

import json

import pytest
from playwright.sync_api import expect

import models
from page_states import assert_fits

pytestmark = pytest.mark.slow

METADATA = models.LINEAR + "page: {panels: [predict, benchmark]}\n"
REFUSE = "() => Object.defineProperty(navigator, 'clipboard', { value: undefined })"
ACCEPT = "() => Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text; } } })"
AGENTS = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox 140 on Linux",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15": "Safari 18.3 on macOS",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 Version/18.3 Mobile/15E148 Safari/604.1": "Safari 18.3 on iPhone",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0": "Edge 141 on Windows",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36": "Chromium 141 on Android",
    "Something else": "an unknown browser",
}


def measured(page):
    """The panel after a measurement."""
    panel = page.locator(".benchmark")
    panel.get_by_role("button", name="Measure").click()
    expect(panel.get_by_role("status").first).to_have_text("Measured.", timeout=30_000)
    return panel


def copied(page, name: str) -> str:
    """What a button puts onto the clipboard."""
    page.evaluate(ACCEPT)
    page.get_by_role("button", name=name).click()
    expect(page.locator(".benchmark .copier").get_by_role("status")).to_have_text("Copied.")
    return page.evaluate("window.copied")


def test_what_is_measured_is_shown_and_adds_up(opened):
    page = opened(metadata=METADATA)
    panel = measured(page)
    told = json.loads(copied(page, "Copy as JSON"))
    ms, times = told["ms"], told["runs_per_timing"]
    shown = [float(data.get_attribute("value")) for data in panel.locator("tbody data").all()]
    assert shown == [ms["cold_load"], ms["session"], ms["first_run"], ms["median"], ms["p95"]]

    runs = sorted(ms["runs"])
    assert len(runs) == 20 == panel.locator("svg rect").count()
    assert ms["median"] == pytest.approx((runs[9] + runs[10]) / 2) and ms["p95"] == runs[18]
    assert ms["cold_load"] > ms["session"] > 0
    assert runs[0] * times > 0 and runs[-1] < ms["cold_load"]
    assert ms["median"] * times >= 10 * told["clock_tick_ms"], "the clock is too coarse for what was timed"
    assert times > 1 and f"the mean of {times} in a row" in panel.locator("figcaption").inner_text()
    assert told["values"] == {"a": "1", "b": "2"} and told["model"] == "Linear"


def test_the_device_is_told_in_plain_words(opened, browser_name):
    page = opened(metadata=METADATA)
    line = measured(page).locator(".device").inner_text()
    cores = page.evaluate("navigator.hardwareConcurrency")
    assert f"{cores} processor core" in line and "1 thread" in line
    assert "onnxruntime-web 1.30.0 (WebAssembly)" in line
    assert {"chromium": "Chrom", "firefox": "Firefox"}.get(browser_name, "") in line and " on Linux" in line


# What the panel calls a browser that says this of itself.
ENGINE = """async (from) => {
  const load = (path) => import(new URL(`../${path}`, document.querySelector('script[type=module]').src));
  const [{ engine }, { en }] = await Promise.all(['runtime/device.js', 'strings/en.js'].map(load));
  return engine({ t: en }, from);
}"""


def test_a_browser_by_its_user_agent(opened, subtests):
    page = opened(metadata=METADATA)
    for agent in AGENTS:
        with subtests.test(agent=agent):
            assert page.evaluate(ENGINE, {"userAgent": agent}) == AGENTS[agent]


def test_a_browser_that_tells_its_brand(opened):
    page = opened(metadata=METADATA)
    brands = [{"brand": "Not=A?Brand", "version": "24"}, {"brand": "Chromium", "version": "141"}]
    assert page.evaluate(ENGINE, {"userAgent": "", "userAgentData": {"brands": brands, "platform": "Linux"}}) == "Chromium 141 on Linux"
    brands.append({"brand": "Vivaldi", "version": "7"})
    assert page.evaluate(ENGINE, {"userAgent": "", "userAgentData": {"brands": brands, "platform": ""}}) == "Vivaldi 7"


def test_markdown_is_a_table(opened):
    page = opened(metadata=METADATA)
    measured(page)
    lines = copied(page, "Copy as Markdown").splitlines()
    assert lines[:2] == ["| What | Time |", "| --- | ---: |"]
    assert len(lines) == 11 and all(line.count("|") == 3 for line in lines[:7])
    assert lines[8].startswith("- Model: Linear, ONNX, ") and lines[9].startswith("- Device: ")


def test_a_refused_clipboard_leaves_the_text_selected(opened):
    page = opened(metadata=METADATA)
    panel = measured(page)
    page.evaluate(REFUSE)
    panel.get_by_role("button", name="Copy as JSON").click()
    box = panel.get_by_label("Text to copy")
    expect(box).to_be_focused()
    assert "not allow" in panel.locator(".copier").get_by_role("status").inner_text()
    code = "box => box.value.slice(box.selectionStart, box.selectionEnd)"
    assert json.loads(box.evaluate(code))["model"] == "Linear"


def test_nothing_is_measured_of_refused_values(opened):
    page = opened(metadata=METADATA)
    page.locator("[name=b]").fill("eleven")
    panel = page.locator(".benchmark")
    expect(panel.get_by_role("status")).to_have_text("Correct the values in the form first.")
    expect(panel.get_by_role("button")).to_have_attribute("aria-disabled", "true")
    panel.get_by_role("button").click(force=True)
    assert panel.locator("svg").count() == 0
    expect(panel.get_by_role("status")).to_have_text("Correct the values in the form first.")
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    page.locator("[name=b]").fill("3")
    expect(panel.get_by_role("button")).to_have_attribute("aria-disabled", "false")
    measured(page)


def test_a_measurement_that_fails_says_so_and_can_be_repeated(browser, served):
    url, folder = served(metadata=METADATA)
    context = browser.new_context(service_workers="block")  # it would give the kept model
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    [model] = folder.glob("model/*.onnx")
    model.rename(folder / "away")
    panel = page.locator(".benchmark")
    panel.get_by_role("button").click()
    expect(panel.get_by_role("status")).to_contain_text("No measurement. The server returned HTTP 404 for the model.")
    (folder / "away").rename(model)
    measured(page)
    context.close()


def test_the_form_goes_on_working_meanwhile(opened):
    page = opened(metadata=METADATA)
    page.locator(".benchmark").get_by_role("button").click()
    page.locator("[name=a]").fill("2")
    expect(page.locator("[data-output=y] data")).to_have_text("25.00")
    expect(page.locator(".benchmark").get_by_role("status").first).to_have_text("Measured.", timeout=30_000)


def test_nothing_runs_over_the_edge(opened, page):
    measured(opened(metadata=METADATA))
    assert_fits(page)
