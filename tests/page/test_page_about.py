"""The panel that takes the page to other devices: its QR code, its address, the app it can become, the versions."""

import hashlib
import json
import re

import pytest
import qrcode
from playwright.sync_api import expect
from qrcode.util import MODE_8BIT_BYTE, QRData

import full_sites
import models
from mlweb.site import vendor
from page_states import assert_fits
from served_sites import ROOT

pytestmark = pytest.mark.slow

PANELS = "page: {panels: [predict, about]}\n"
LINEAR = models.LINEAR + PANELS
QUIET = 4  # modules of white around a code


def modules(page) -> list[str]:
    """The code as it is drawn: a line of 0 and 1 for each row, the white around it left out."""
    picture = page.locator("svg.qr")
    expect(picture).to_be_visible()
    size = int(picture.get_attribute("viewBox").split()[2])
    black = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", picture.locator("path").get_attribute("d"))}
    inside = range(QUIET, size - QUIET)
    assert black <= {(x, y) for x in inside for y in inside}, "nothing is drawn on the quiet zone"
    return ["".join("01"[(x, y) in black] for x in inside) for y in inside]


def codes(text: str) -> list[list[str]]:
    """Every code of a text, as another library draws it: one for each mask, which any reader takes for the same."""
    found = []
    for mask in range(8):
        code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, mask_pattern=mask, border=0)
        code.add_data(QRData(text.encode(), mode=MODE_8BIT_BYTE))
        code.make()
        found.append(["".join("01"[module] for module in row) for row in code.get_matrix()])
    return found


def test_the_code_is_the_address(page, opened):
    opened(metadata=LINEAR)
    address = page.url.split("#")[0]
    page.locator("[name=a]").fill("3")
    assert modules(page) in codes(address)
    assert modules(page) not in codes(address + "x")
    assert page.get_by_role("img", name=address).count() == 1
    assert page.locator(".about .words a").get_attribute("href") == address


def test_the_code_is_black_on_white_in_the_dark(page, opened):
    page.emulate_media(color_scheme="dark")
    opened(metadata=LINEAR)
    fills = [page.locator(f"svg.qr {part}").evaluate("each => getComputedStyle(each).fill") for part in ("rect", "path")]
    assert fills == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]


def test_the_address_is_copied(page, opened, browser_name, context):
    if browser_name == "chromium":
        context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(metadata=LINEAR)
    page.get_by_role("button", name="Copy address").click()
    expect(page.locator(".about .copier [role=status]")).not_to_be_empty()
    if browser_name == "chromium":
        assert page.evaluate("navigator.clipboard.readText()") == page.url.split("#")[0]


def test_a_lost_library_is_said(page, served):
    url, folder = served(metadata=LINEAR)
    [library] = folder.glob("runtime/uqr-????????????.js")
    library.unlink()
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    expect(page.locator(".about .words [role=status]").first).to_contain_text("The server returned HTTP 404 for the QR code writer.")
    page.locator("[name=a]").fill("2")
    expect(page.locator("[data-output=y] data")).to_have_text("25.00")


def test_versions(page, made, opened):
    opened(metadata=LINEAR)
    folder = made(models.linear, LINEAR)
    [app] = [path.name.removeprefix("app-") for path in folder.glob("app-*")]
    [model] = folder.glob("model/*.onnx")
    pins = {package.name: package.version for package in vendor.pinned(ROOT / "template")}
    assert page.locator(".about dd").all_inner_texts() == [app, pins["onnxruntime-web"], hashlib.sha256(model.read_bytes()).hexdigest()[:12] + "…"]


@pytest.mark.parametrize("language", full_sites.LANGUAGES)
def test_the_button_that_deletes_the_model_is_red_and_in_one_line(page, opened, language):
    opened(metadata=models.LINEAR + f"page: {{panels: [predict, about], language: {language}}}\n")
    press = page.locator(".about button.bad")
    press.evaluate("button => { button.hidden = false; button.textContent = button.textContent.replace('0', '999.9 M'); }")
    for width in (1280, 1152, 1100, 768, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert press.bounding_box()["height"] < 40, f"{width} px: {press.inner_text()}"
    assert press.evaluate("button => getComputedStyle(button).color") == "rgb(168, 35, 28)"


def test_installing_is_a_button_only_where_the_browser_offers_it(page, opened):
    opened(metadata=LINEAR)
    button = page.get_by_role("button", name="Install as an app")
    expect(button).to_be_hidden()
    expect(page.locator(".about")).to_contain_text("Share, then “Add to Home Screen”")
    page.evaluate("""() => { const offer = new Event('beforeinstallprompt', { cancelable: true }); window.asked = 0;
      offer.prompt = async () => { window.asked += 1; return { outcome: 'accepted' }; };
      dispatchEvent(offer); window.kept = offer.defaultPrevented; }""")
    assert page.evaluate("window.kept")
    expect(page.locator(".about")).to_contain_text("its own window and icon")
    button.click()
    assert page.evaluate("window.asked") == 1
    expect(button).to_be_hidden()


def test_an_offer_that_came_before_the_panel_is_taken(page, whole):
    url = whole(metadata=LINEAR)
    page.add_init_script("""addEventListener('DOMContentLoaded', () => { const offer = new Event('beforeinstallprompt', { cancelable: true });
      offer.prompt = async () => ({ outcome: 'dismissed' }); dispatchEvent(offer); });""")
    page.goto(url)
    expect(page.get_by_role("button", name="Install as an app")).to_be_visible()


def test_the_browser_can_install_it(page, opened, browser_name):
    """What Chromium itself says of the manifest; others have no way to ask."""
    if browser_name != "chromium":
        pytest.skip("only Chromium tells")
    opened(metadata=LINEAR)
    session = page.context.new_cdp_session(page)
    told = session.send("Page.getAppManifest")
    assert told["errors"] == []
    manifest = json.loads(told["data"])
    assert manifest["name"] == "Linear" and manifest["display"] == "standalone"
    parsed = told["manifest"]
    home = page.url.split("#")[0]
    assert (parsed["startUrl"], parsed["scope"], parsed["id"]) == (home, home, home)
    errors = [each["errorId"] for each in session.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    assert [each for each in errors if each != "in-incognito"] == []


def test_nothing_runs_over_the_edge(opened, page):
    opened(metadata=LINEAR)
    modules(page)
    assert_fits(page)
