"""What a visit keeps of the model is deleted from the page, whoever keeps it there, and what that frees is said before and after."""

import re

import pytest

import gguf_models
import language_models
import models
from mlweb.site import build

pytestmark = pytest.mark.slow

PANELS = "page: {panels: [predict, about], language: [en]}\n"
KEPT = {
    "onnx": (models.linear, models.LINEAR, {}, ".onnx"),
    "transformers": (language_models.successors, language_models.METADATA, language_models.FILES, ".onnx"),
    "llama": (gguf_models.model, gguf_models.METADATA, {}, ".gguf"),
}
# Every engine of the page, and every browser.
PAIRS = [("chromium", "onnx"), ("chromium", "transformers"), ("chromium", "llama"), ("firefox", "llama"), ("webkit", "onnx")]
# Addresses of what is kept here, by the service worker and by the page.
STORED = """async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)))).flat()"""

OLDER = """async () => { const name = (await caches.keys()).find((each) => each.startsWith('models '));
  await (await caches.open(name)).put(new URL('kept/older/0+3', location.href), new Response('abc')); }"""

# What is kept is looked up again, as when the service worker is ready late, and written anew.
LOOK = """() => new Promise((written) => {
  new MutationObserver(() => written()).observe(document.querySelector('.on-device [role=status]'), { childList: true });
  navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: 'filled' })); })"""


@pytest.fixture
def kept(request, hosted):
    model, metadata, files, suffix = KEPT[request.param]
    return hosted(model, metadata + PANELS, files)[0], suffix


@pytest.fixture
def kept_apart(request, hosted, monkeypatch):
    """Sites whose models count as very large, so that the page keeps them itself."""
    monkeypatch.setattr(build, "APART", 100)
    model, metadata, files, suffix = KEPT[request.param]
    return hosted(model, metadata + PANELS + "# apart\n", files)[0], suffix


def delete(tab) -> str:
    """Press the button once it is there; the size that it names."""
    tab.until("() => document.querySelector('.on-device .bad')?.hidden === false")
    assert "This browser keeps the model, so the next visit needs no download." in tab.text(".about")
    [size] = re.findall(r"^Delete the model \((.+)\)$", words(tab, ".bad"))
    tab.call("() => document.querySelector('.on-device .bad').click()")  # a notice may lie over it
    deleted = f"Deleted: {size} are free again. The next visit downloads the model again."
    tab.says(".on-device [role=status]", deleted)
    tab.call(LOOK)
    assert words(tab, "[role=status]") == deleted
    return size


def words(tab, css: str) -> str:
    """What an element of the part "On this device" says, any white space being a space."""
    return " ".join(tab.text(f".on-device {css}").split())


def stored(tab, part: str) -> list[str]:
    return [url for url in tab.call(STORED) if part in url]


@pytest.mark.parametrize(("engine", "kept"), PAIRS, indirect=True)
def test_what_the_service_worker_keeps_of_the_model_is_deleted(tab, kept):
    url, suffix = kept
    tab.open(url)
    size = delete(tab)
    assert not stored(tab, suffix) and stored(tab, ".wasm"), "the model alone is deleted"
    tab.open(url)
    tab.until("() => document.querySelector('.on-device .bad')?.hidden === false")
    assert words(tab, ".bad") == f"Delete the model ({size})", "the next visit has it anew"


@pytest.mark.parametrize(("engine", "kept_apart"), PAIRS, indirect=True)
def test_what_the_page_keeps_of_the_model_is_deleted(tab, kept_apart):
    url, suffix = kept_apart
    tab.open(url)
    tab.until("() => document.querySelector('.on-device .bad')?.hidden === false")
    assert stored(tab, "/kept/") and not stored(tab, suffix), "one of the two keeps it"
    tab.call(OLDER)
    assert stored(tab, "/kept/older/")
    tab.open(url)
    tab.until("() => document.querySelector('.on-device .bad')?.hidden === false")
    assert stored(tab, "/kept/") and not stored(tab, "/kept/older/"), "the model of an older deploy is gone"
    delete(tab)
    assert not stored(tab, "/kept/")
    tab.open(url)
    tab.until("() => document.querySelector('.on-device .bad')?.hidden === false")
