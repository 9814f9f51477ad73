"""One browser context for the pages of a file's tests: in Chromium a page then costs two thirds of the processor time that one in a context of its own does.

Its pages run in one process, one after another, where WebAssembly that some page holds is compiled once for all: a page of ours stays open and
holds what the others asked for. Their sites are origins of their own, with nothing in store yet; what else a test may set belongs to its page.
"""

from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, BrowserContext

from mlweb.site import serve

# WebAssembly runs as it is first compiled: the better code that would come of a second time in the background is never worth it in a short visit to
# a small model. The suites of projects start Chromium as a visitor does.
FIRST_TIER = "--js-flags=--wasm-tiering-budget=200000000"
# One process for all pages of a context that are on localhost, whatever their ports.
ONE_PROCESS = ["--process-per-site", "--renderer-process-limit=1", FIRST_TIER]
# What would outlast the page of the test that does it.
LASTING = [
    "add_cookies",
    "add_init_script",
    "expose_binding",
    "expose_function",
    "grant_permissions",
    "route",
    "route_from_har",
    "set_extra_http_headers",
    "set_geolocation",
    "set_offline",
]
HOLD = "async (name) => { (window.held ??= []).push(await WebAssembly.compile(await (await fetch(name)).arrayBuffer())); }"


class SharedContext:
    """The context, the page that holds, and the folder from which it takes what it holds."""

    def __init__(self, context: BrowserContext, folder: Path, url: str):
        self._context, self._folder = context, folder
        self._holder = context.new_page()
        self._holder.goto(url)
        for name in LASTING:
            setattr(context, name, refuse)

    def new_page(self):
        return self._context.new_page()

    def hold(self, files: Iterable[Path]) -> None:
        """Keep what these files of WebAssembly were compiled to; while their page is still open, nothing is compiled for it."""
        for file in files:
            if not (held := self._folder / file.name).exists():
                held.hardlink_to(file)
                self._holder.evaluate(HOLD, file.name)

    def clear(self) -> None:
        """Close a test's pages, those that its page opened too."""
        for page in self._context.pages:
            if page != self._holder:
                page.close()


def refuse(*_, **__):
    raise AssertionError("the next tests would have it too: ask for the fixture `context`, and the context is this test's own")


@contextmanager
def sharing(browser: Browser, options: dict, folder: Path):
    """A SharedContext, with an empty folder for it."""
    (folder / "index.html").write_text("<!doctype html><title>Holds WebAssembly</title>")
    with serve.Server(folder, "/", port=0) as server, browser.new_context(**options) as context:
        Thread(target=server.serve_forever, daemon=True).start()
        yield SharedContext(context, folder, server.url)
        server.shutdown()
