"""Small sites built from hand-written models, served as a host would, and opened in a browser. No training."""

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import models
from mlweb import browsers
from mlweb.site import build, pictures, serve, split, vendor
from paths import ROOT
from shared_context import ONE_PROCESS, sharing
from vendored import lend

PYPROJECT = """[project]
name = "small"
[tool.mlweb]
title = "Small things"
hosting = "other"
url = "http://localhost/small/"
"""
SERVICE_WORKER = pytest.mark.browser_context_args(service_workers="allow")
FRESH = pytest.mark.browser_context_args()  # for tests of what a first visit costs, or of what is left when it ends
# Keeps in the page what is sent to the worker: the rows of each run.
RUNS = """() => { window.runs = []; const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message.type === 'run') window.runs.push(Object.values(message.feeds)[0].dims[0]);
    return post.call(this, message, ...rest); }; }"""
# What a build computes of the runtime and of web/, which do not change between two sites: (module, name, what tells its arguments).
SAME = [
    (split, "split", lambda module, called: (hashlib.sha256(module).digest(), frozenset(called))),
    (build, "web_files", lambda web: web.resolve()),
    (build, "join", lambda web, index, *chosen: (frozenset(web.items()), index, *map(frozenset, chosen))),
    (vendor, "complete", lambda package, folder: (repr(package), folder.resolve())),
]
PORTS: set[tuple] = set()  # those that a site of this process had
REFUSED = "refused by the page's policy:"
# Of a page that has a second policy, the lock of the panel `privacy`, whoever turned the key knows what it refuses.
REFUSALS = f"""addEventListener('securitypolicyviolation', ({{ violatedDirective, blockedURI }}) => {{
  if (document.querySelectorAll('meta[http-equiv=Content-Security-Policy]').length < 2) console.log(`{REFUSED} ${{violatedDirective}} ${{blockedURI}}`);
}});"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, browser_name):
    """The browser that is there: Playwright's own download, else the system's."""
    found = browsers.find(browser_name, headed=browser_type_launch_args.get("headless") is False)
    assert found is not None, f"get it with: python -m mlweb.browsers {browser_name}"
    args = [*browser_type_launch_args.get("args", []), *(ONE_PROCESS if browser_name == "chromium" else [])]
    return {**browser_type_launch_args, **found, "args": args}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """No service worker, which fetches the whole site again in the background of each page, but where SERVICE_WORKER asks for it."""
    return {**browser_context_args, "service_workers": "block"}


@pytest.fixture(scope="session")
def runtimes():
    """The files of all runtimes by their names, which tell of their contents."""
    runtimes: dict[str, Path] = {}
    yield runtimes
    changed = [name for name, file in runtimes.items() if hashlib.sha256(file.read_bytes()).hexdigest()[:12] not in name]
    assert not changed, f"a test wrote into {changed}, which all sites share: take the file away first"


@pytest.fixture(scope="session")
def made(tmp_path_factory, runtimes):
    """made(model, metadata, files) -> the folder of a built site, of a project with these files; the same twice is built once."""
    sites: dict[str, Path] = {}
    kept = [(module, name, once(getattr(module, name), key)) for module, name, key in SAME]

    def made(model, metadata: str, files: dict[str, bytes] | None = None) -> Path:
        key = repr((model.__name__, metadata, files))
        if key not in sites:
            root = models.project(tmp_path_factory.mktemp("site"), model(), metadata)
            (root / "pyproject.toml").write_text(PYPROJECT)
            for name, content in (files or {}).items():
                (root / name).write_bytes(content)
            (root / "web").symlink_to(ROOT / "template/web")
            lend(root)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(ROOT / "template" / name, root)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(pictures, "draw", lambda _: b"")  # takes a fifth of a second, and no page shows it
                for each in kept:
                    patch.setattr(*each)
                build.build(root, root / "dist")
            share(runtimes, root / "dist/runtime")
            sites[key] = root / "dist"
        return sites[key]

    return made


def once(function: Callable, key: Callable) -> Callable:
    """The same function, which computes the same thing once: `key` tells it of its arguments."""
    found: dict[Any, Any] = {}

    def kept(*given):
        if (of := key(*given)) not in found:
            found[of] = function(*given)
        return found[of]

    return kept


def share(kept: dict[str, Path], folder: Path) -> None:
    """Have files that are named by their content once on the disk: each site has 15 MB of them, and a suite hundreds of sites."""
    for file in folder.iterdir():
        if (first := kept.setdefault(file.name, file)) != file:
            file.unlink()
            file.hardlink_to(first)


def copied(site: Path, folder: Path) -> None:
    """Copy a site for a test to break; its WebAssembly, most of the bytes, is not copied: it may be taken away and replaced, not written into."""
    shutil.copytree(site, folder, copy_function=lambda source, target: (os.link if source.endswith(".wasm") else shutil.copyfile)(source, target))


@contextmanager
def serving(folder: Path, base: str = "/small/", isolated: bool = False) -> Iterator[str]:
    """The URL of a site, as `serve.Server` serves it, at a port that none had: another one there would find what its pages stored."""
    while (server := serve.Server(folder, base, 0, isolated)).server_address in PORTS:
        server.server_close()
    PORTS.add(server.server_address)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.url
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def address_of():
    """address_of(folder) -> the URL of a site, as long as the test runs."""
    with ExitStack() as servers:
        yield lambda folder: servers.enter_context(serving(folder))


@pytest.fixture
def served(made, address_of, tmp_path):
    """served(model, metadata, files) -> (URL, folder) of a site of the test's own, which it may break."""

    def served(model=models.linear, metadata=models.LINEAR, files: dict[str, bytes] | None = None) -> tuple[str, Path]:
        folder = tmp_path / "dist"
        copied(made(model, metadata, files), folder)
        return address_of(folder), folder

    return served


@pytest.fixture
def whole(made, address_of):
    """whole(model, metadata, files) -> the URL of a site that no test breaks: nobody is told its folder, so that it need not be copied."""

    def whole(model=models.linear, metadata=models.LINEAR, files: dict[str, bytes] | None = None) -> str:
        return address_of(made(model, metadata, files))

    return whole


@pytest.fixture
def complaints() -> list[str]:
    """What went wrong on the page; a test that provokes it clears the list."""
    return []


@pytest.fixture(scope="module")
def shared_context(browser, browser_context_args, tmp_path_factory):
    """A context for the pages of a file's tests."""
    with sharing(browser, browser_context_args, tmp_path_factory.mktemp("held")) as shared:
        yield shared


@pytest.fixture
def new_page(request, browser_name, runtimes):
    """A page in the context that the file's tests share, for a site of the test's own; else, and where a test asks for `context` or has
    its options marked, in a context of its own."""
    names, own = request.fixturenames, request.node.get_closest_marker("browser_context_args")
    if browser_name != "chromium" or own or "context" in names or "address_of" not in names:
        yield request.getfixturevalue("context").new_page()
        return
    shared, asked = request.getfixturevalue("shared_context"), set()
    page = shared.new_page()
    page.on("request", lambda request: asked.add(urlsplit(request.url).path.split("/")[-1]))
    yield page
    shared.hold(runtimes[name] for name in asked & runtimes.keys() if name.startswith("ort-") and name.endswith(".wasm"))
    shared.clear()


@pytest.fixture
def page(new_page, complaints):
    """A page on which uncaught errors, requests to another host and whatever its policy refuses fail the test.

    The console may speak of files that are not there.
    """
    page = new_page
    page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
    page.on("request", lambda request: is_foreign(request.url) and complaints.append(f"foreign request: {request.url}"))
    page.on("console", lambda message: message.text.startswith(REFUSED) and complaints.append(message.text))
    page.add_init_script(REFUSALS)
    return page


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Function):
    """What went wrong on a test's page until its last line fails it; whatever the page still asks for or registers while its site goes is no error."""
    try:
        return (yield)
    finally:
        if (page := item.funcargs.get("new_page")) and not page.is_closed():
            page.unroute_all(behavior="ignoreErrors")
        assert not (complaints := item.funcargs.get("complaints")), complaints


def is_foreign(url: str) -> bool:
    """Whether a request leaves this machine."""
    return urlsplit(url).scheme in ("http", "https", "ws", "wss") and urlsplit(url).hostname not in ("localhost", "127.0.0.1")


@pytest.fixture
def page_with_devices(browser_type, browser_type_launch_args, browser_name):
    """page_with_devices(file, permission, allowed) -> a page of a browser whose camera and microphone play files, as its argument `file` says."""
    if browser_name != "chromium":
        pytest.skip("only Chromium plays files for its camera and microphone")
    opened = []

    def page_with_devices(file: str, permission: str, allowed: bool):
        answer = "--use-fake-ui-for-media-stream" + ("" if allowed else "=deny")  # for without windows nobody can be asked
        given = [*browser_type_launch_args.get("args", []), "--use-fake-device-for-media-stream", answer, file]
        opened.append(browser_type.launch(**{**browser_type_launch_args, "args": given}))
        return opened[-1].new_context(permissions=[permission] if allowed else []).new_page()

    yield page_with_devices
    for browser in opened:
        browser.close()


@pytest.fixture
def opened(page, whole):
    """opened(model, metadata, files) -> the page of a site, ready."""

    def opened(model=models.linear, metadata=models.LINEAR, files: dict[str, bytes] | None = None):
        page.goto(whole(model, metadata, files))
        page.wait_for_selector("html[data-state=ready]", timeout=30_000)
        return page

    return opened


@pytest.fixture
def knowing(page, served):
    """knowing(model, metadata, fields) -> the page of a site whose training saw these fields."""

    def knowing(model, metadata, fields):
        url, folder = served(model, metadata)
        [manifest] = folder.glob("app-*/manifest.json")
        content = json.loads(manifest.read_text())
        manifest.write_text(json.dumps({**content, "facts": {**content["facts"], "fields": fields}}))
        page.goto(url)
        page.wait_for_selector("html[data-state=ready]")
        return page

    return knowing
