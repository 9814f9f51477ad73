"""What a visitor sees when something is missing, replaced or broken: one sentence on the page, never a blank one."""

import re

import pytest
from playwright.sync_api import expect

import models
from background_tab import Background
from mlweb.site import serve

pytestmark = pytest.mark.slow

HTML = b"<!doctype html><title>Not found</title>"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"


def the(folder, pattern):
    """The one file of a built site that matches."""
    [path] = folder.glob(pattern)
    return path


def alert_of(page, url):
    """The words of the alert on a page that could not start."""
    page.goto(url)
    expect(page.locator("html")).to_have_attribute("data-state", "error", timeout=30_000)
    alert = page.get_by_role("alert").filter(visible=True)
    expect(alert).not_to_be_empty()
    return alert.first.inner_text()


@pytest.mark.parametrize(("pattern", "name"), [("runtime/ort-*.js", "runtime script"), ("runtime/ort-*.wasm", "runtime"), ("model/model-*.onnx", "model")])
def test_a_missing_file(page, served, pattern, name):
    url, folder = served()
    the(folder, pattern).unlink()
    said = alert_of(page, url)
    assert f"The server returned HTTP 404 for the {name}." in said and "publish all of dist/" in said


@pytest.mark.parametrize("pattern", ["runtime/ort-*.js", "runtime/ort-*.wasm", "model/model-*.onnx"])
def test_html_in_its_place(page, served, pattern):
    url, folder = served()
    file = the(folder, pattern)
    file.unlink()
    file.write_bytes(HTML)
    said = alert_of(page, url)
    assert "web page instead" in said and "answer 404" in said


def test_a_git_lfs_pointer_in_its_place(page, served):
    url, folder = served()
    the(folder, "model/*.onnx").write_bytes(POINTER)
    said = alert_of(page, url)
    assert "The model on the server is a Git LFS pointer" in said and "git lfs pull" in said


def test_a_file_cut_short(page, served):
    url, folder = served()
    model = the(folder, "model/*.onnx")
    whole = model.read_bytes()
    model.write_bytes(whole[:-9])
    assert f"it has {len(whole) - 9} bytes, not {len(whole)}" in alert_of(page, url)


def test_a_file_with_other_content(page, served):
    url, folder = served()
    model = the(folder, "model/*.onnx")
    data = bytearray(model.read_bytes())
    data[-20] ^= 1
    model.write_bytes(data)
    assert "its checksum is wrong" in alert_of(page, url)


def test_a_missing_manifest(page, served):
    url, folder = served()
    the(folder, "app-*/manifest.json").unlink()
    assert "HTTP 404 for the description of this page (manifest.json)." in alert_of(page, url)


def test_html_in_place_of_the_manifest(page, served):
    url, folder = served()
    the(folder, "app-*/manifest.json").write_bytes(HTML)
    assert "web page instead" in alert_of(page, url)


def test_a_manifest_cut_short(page, served):
    url, folder = served()
    manifest = the(folder, "app-*/manifest.json")
    manifest.write_bytes(manifest.read_bytes()[:-9])
    assert "manifest.json) is damaged" in alert_of(page, url)


def test_a_module_of_another_type(page, whole):
    """A host that calls JavaScript plain text: browsers run no module of that."""
    url = whole()
    page.route("**/main.js", lambda route: route.fulfill(response=(answer := route.fetch()), headers={**answer.headers, "content-type": "text/plain"}))
    said = alert_of(page, url)
    assert "could not be loaded" in said and "main.js" in said


def test_wasm_of_another_type_is_no_fault(page, whole):
    url = whole()
    page.route("**/*.wasm", lambda route: route.fulfill(response=(answer := route.fetch()), headers={**answer.headers, "content-type": "text/plain"}))
    page.goto(url)
    expect(page.locator("[data-output=y] data")).to_have_text("23.00", timeout=30_000)


@pytest.mark.parametrize(
    ("module", "asking", "named"),
    [
        ("app/main.js", "", "main.js"),
        ("joined/first.js", "", "main.js"),
        ("strings/fr.js", "?lang=fr", "fr.js"),
        ("panels/card/card.js", "?view=about", "card.js"),
    ],
)
def test_a_missing_module(page, served, module, asking, named):
    url, folder = served(metadata=f"{models.LINEAR}page: {{language: [en, fr]}}\n")
    the(folder, f"app-*/{module}").unlink()
    said = alert_of(page, url + asking)
    assert "could not be loaded" in said and named in said


def test_a_missing_worker(page, served):
    url, folder = served()
    the(folder, "app-*/runtime/engines/onnx.js").unlink()
    assert "could not be loaded: onnx.js." in alert_of(page, url)


def test_a_worker_of_no_bytes(page, served):
    """It starts, and never answers."""
    url, folder = served()
    the(folder, "app-*/runtime/engines/onnx.js").write_bytes(b"")
    assert "could not be loaded: onnx.js." in alert_of(page, url)


def test_a_runtime_of_another_version(page, served):
    url, folder = served()
    manifest = the(folder, "app-*/manifest.json")
    text = manifest.read_text(encoding="utf-8")
    assert '"onnxruntime-web": "1.' in text
    manifest.write_text(text.replace('"onnxruntime-web": "1.', '"onnxruntime-web": "9.'), encoding="utf-8")
    said = alert_of(page, url)
    assert re.search(r"is version 1\.\S+, but this page was built for 9\.", said) and "Build the page again" in said


def test_a_server_that_is_gone(page, whole):
    url = whole()
    page.route("**/*.wasm", lambda route: route.abort())
    said = alert_of(page, url)
    assert "The runtime could not be downloaded." in said and "Check the connection" in said


def test_a_server_that_is_slow(page, served):
    """Nothing is wrong yet: the page says what it waits for and how much of it is there."""
    url, folder = served()
    held = []
    page.route("**/*.wasm", lambda route: held.append(route))
    page.goto(url)
    expect(page.locator(".loading")).to_contain_text("Getting ready")
    size = the(folder, "runtime/ort-*.wasm").stat().st_size
    page.wait_for_function(
        "(size) => { const { value, max } = document.querySelector('.loading progress'); return value > 0 && max - value === size; }", arg=size
    )
    expect(page.locator("html")).to_have_attribute("data-state", "form")
    [route] = held
    route.continue_()
    expect(page.locator("[data-output=y] data")).to_have_text("23.00", timeout=30_000)


def test_a_download_that_breaks_off(page, whole, monkeypatch):
    url = whole()

    def half(handler, status, body, headers):
        """What a server sends that dies in the middle: all is promised, half comes."""
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])
        handler.close_connection = True

    whole = serve.Handler.answer
    monkeypatch.setattr(serve.Handler, "answer", lambda handler, *rest: (half if handler.path.endswith(".wasm") else whole)(handler, *rest))
    assert "The download of the runtime was interrupted." in alert_of(page, url)


def test_a_network_that_is_gone_after_the_page_is_there(opened, context):
    page = opened()
    context.set_offline(True)
    page.locator("[name=a]").fill("2")
    expect(page.locator("[data-output=y] data")).to_have_text("25.00")


def test_a_tab_that_was_put_to_sleep(browser, browser_name, whole):
    """Chromium freezes what is in the background for long: what was typed is there, and the next result comes."""
    if browser_name != "chromium":
        pytest.skip("only Chromium is told to put a tab to sleep")
    url = whole()
    tab = Background(browser, url)
    tab.until("document.documentElement?.dataset.state === 'ready'")
    shown = "document.querySelector('[data-output=y] data').textContent"
    tab.type("a", "2")
    tab.sleep()
    tab.wake()
    tab.until(f"{shown} === '25.00'")
    tab.type("b", "3")
    tab.until(f"{shown} === '35.00'")
    assert tab.call("document.querySelector('[name=a]').value") == "2"
    tab.close()


def test_a_browser_without_wasm_simd(page, whole):
    url = whole()
    page.add_init_script("WebAssembly.validate = () => false")
    said = alert_of(page, url)
    assert "it has no WebAssembly with SIMD" in said and "current Chrome, Edge, Firefox or Safari" in said


def test_a_browser_without_webassembly(page, whole):
    url = whole()
    page.add_init_script("delete globalThis.WebAssembly")
    said = alert_of(page, url)
    assert "it has no WebAssembly with SIMD" in said and "current Chrome, Edge, Firefox or Safari" in said


def test_a_layout_that_takes_one_more_frame_is_no_fault(opened):
    page = opened()
    page.evaluate("dispatchEvent(new ErrorEvent('error', { message: 'ResizeObserver loop completed with undelivered notifications.' }))")
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    expect(page.locator("#status")).to_be_empty()
