"""The first seconds of a visit: few requests, a moving bar, the form before the runtime, and words where no script begins."""

import re

import pytest
from playwright.sync_api import expect

import models
from full_sites import PANELS
from served_sites import FRESH

pytestmark = [pytest.mark.slow, FRESH]

COLUMN = models.LINEAR + f"page: {{panels: [{', '.join(PANELS)}]}}\n"
BUDGET = 16
# What of the runtime and the model is asked for before the form stands.
EARLY = """window.early = []; const fetched = window.fetch;
  window.fetch = (url, ...rest) => {
    if (/\\/(runtime\\/ort|model)/.test(url) && !document.querySelector('main form')) early.push(String(url));
    return fetched(url, ...rest); };"""

# The first worker never hears that it is to load something; and nobody waits half a minute for that to be said.
SILENT = """window.ended = 0; let count = 0; const wait = setTimeout;
  window.setTimeout = (done, ms, ...rest) => wait(done, ms === 30_000 && count < 2 ? 500 : ms, ...rest);
  window.Worker = class extends Worker {
    number = ++count;
    postMessage(...said) { if (this.number > 1) super.postMessage(...said); }
    terminate() { window.ended++; super.terminate(); } };"""


@pytest.mark.parametrize("metadata", [models.LINEAR, COLUMN], ids=["views", "column"])
def test_few_requests_and_the_form_before_the_runtime(page, whole, metadata):
    url = whole(metadata=metadata)
    asked, held = [], []
    page.add_init_script(EARLY)
    page.on("request", lambda request: request.url.startswith("http") and asked.append(request.url.removeprefix(url)))
    page.route("**/runtime/ort-*", lambda route: held.append(route))
    page.goto(url)
    expect(page.locator("html")).to_have_attribute("data-state", "form", timeout=30_000)
    assert page.evaluate("early") == []
    expect(page.locator(".loading progress")).to_be_visible()
    page.locator("[name=b]").fill("11")
    expect(page.locator("#field-b-refusal")).to_have_text("b must be at most 10.")
    page.locator("[name=b]").fill("3")
    expect(page.locator(".alert.late")).to_have_count(0)  # a script runs

    count = len(asked)
    assert len(held) == 2, "the script and the WebAssembly"
    for route in held:
        route.continue_()
    expect(page.locator("[data-output=y] data")).to_have_text("33.00", timeout=30_000)
    beyond = [name for name in asked[count:] if name.endswith((".js", ".wasm", ".onnx")) and "runtime/engines/onnx.js" not in name]
    assert count + 1 <= BUDGET, asked
    assert count < 13 and not [name for name in asked[:count] if name.endswith(".css") and not name.endswith("style.css")], (asked, beyond)
    expect(page.locator(".loading")).to_have_count(0)


def test_a_bar_moves_from_the_first_moment(page, whole):
    url = whole()
    held = []
    page.route("**/joined/first.js", lambda route: held.append(route))
    page.goto(url, wait_until="commit")
    bar = page.get_by_role("progressbar", name="Getting ready")
    expect(bar).to_be_visible()
    assert bar.get_attribute("value") is None, "it moves by itself"
    expect(page.locator(".late")).not_to_be_visible()
    for route in held:
        route.continue_()
    page.wait_for_selector("html[data-state=ready]", timeout=30_000)


def lost(answer: dict):
    """What a route does that answers for the host."""
    return lambda route: route.fulfill(
        response=(whole := route.fetch()), headers=whole.headers | answer.get("headers", {}), **{key: answer[key] for key in answer if key != "headers"}
    )


ILL = {
    "empty": ("**/app/main.js", {"body": ""}),
    "another type": ("**/*.js", {"headers": {"content-type": "application/octet-stream", "x-content-type-options": "nosniff"}}),
    "the host's policy": ("**/small/", {"headers": {"content-security-policy": "script-src 'none'"}}),
}


@pytest.mark.parametrize("case", ILL)
def test_a_page_whose_scripts_never_begin_says_so(page, whole, complaints, case):
    url = whole()
    where, answer = ILL[case]
    page.route(where, lost(answer))
    page.goto(url)
    late = page.locator(".late")
    if case != "another type":  # of which support.js tells, where that is read
        expect(late).to_be_attached()
        assert not late.is_visible(), "a page that loads slowly does not complain at once"
    page.evaluate("document.getAnimations().forEach((animation) => animation.animationName === 'late' && animation.finish())")
    expect(late).to_be_visible()
    expect(late).to_contain_text("This page has not started.")
    complaints.clear()


def test_a_phone_sees_how_far_the_download_is(page, whole):
    """Where the form is as long as the screen, and the result below it."""
    held = []
    page.route("**/*.wasm", lambda route: held.append(route))
    page.set_viewport_size({"width": 390, "height": 420})
    page.goto(whole())
    strip = page.locator(".strip")
    expect(strip).to_contain_text(re.compile(r"Getting ready.*of \d.*MB"), timeout=30_000)
    expect(strip).to_be_visible()
    expect(strip).to_have_css("--share", re.compile(r"^0\.\d*[1-9]"), timeout=30_000)
    held[0].continue_()
    expect(strip).to_contain_text("23.00", timeout=30_000)
    assert strip.evaluate("(strip) => getComputedStyle(strip).getPropertyValue('--share')") == "1"


def test_a_start_that_never_ends_can_be_begun_again(page, whole):
    url = whole()
    page.add_init_script(SILENT)
    page.goto(url)
    slow = page.locator(".loading .again")
    expect(slow).to_contain_text("Starting is taking a while. You can wait, or start again: nothing is downloaded anew.", timeout=30_000)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    pressed = "(button) => { button.click(); return [document.activeElement.className, button.checkVisibility()]; }"  # before it is there
    assert page.get_by_role("button", name="Start again", exact=True).evaluate(pressed) == ["state", False]
    expect(page.locator("[data-output=y] data")).to_have_text("23.00", timeout=30_000)
    assert page.evaluate("ended") == 1, "the worker that was silent is ended"
    assert not [url for url in asked if url.endswith((".wasm", ".onnx"))], "nothing is downloaded anew"


def test_without_its_style_sheet_the_page_says_so_at_once(page, whole):
    url = whole()
    page.route("**/*.css", lambda route: route.abort())
    page.route("**/*.js", lost({"body": ""}))
    page.goto(url)
    expect(page.locator(".late")).to_be_visible(timeout=2000)
