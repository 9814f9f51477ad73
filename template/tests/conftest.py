"""What every test of this project works with: the built site, served as its host will, and a page that tolerates no error.

`uv run poe test` runs all of it; add pytest-playwright's own options, such as --browser firefox --headed --slowmo 200.
"""

import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mlweb import browsers
from mlweb.contract import check
from mlweb.contract.form import make_form
from mlweb.engines import fetched
from mlweb.engines.table import ENGINES
from mlweb.errors import UserError
from mlweb.proof import golden
from mlweb.site import build, project, serve


def pytest_configure(config):
    """Both engines, unless --browser names others; and nothing to test before there is a model."""
    config.option.browser = config.option.browser or ["chromium", "firefox"]
    try:
        check.check()
        golden.read(golden.FILE)
        golden.read_rows(golden.HELDOUT)
    except UserError as problems:
        pytest.exit("\n".join(["There is nothing to prove yet.", *problems.sentences]), returncode=1)


def pytest_sessionfinish(session, exitstatus):
    """What was proven stands on the page's card at once: dist/ is built again."""
    if exitstatus == pytest.ExitCode.OK:
        build.build(Path(), build.OUT)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, browser_name, checked, playwright):
    """pytest-playwright's launch arguments, with the browser that is there: Playwright's own download, else the system's."""
    found = browsers.find(browser_name, headed=browser_type_launch_args.get("headless") is False, playwright=playwright)
    if found is None:
        pytest.fail(f"There is no {browser_name} here: get it with: uv run python -m mlweb.browsers {browser_name}", pytrace=False)
    if browser_name == "chromium" and checked[0].model.runtime == "webgpu":
        found = {**found, "args": [*browser_type_launch_args.get("args", []), browsers.WEBGPU]}
    return {**browser_type_launch_args, **found}


@pytest.fixture(scope="session")
def checked():
    """(contract, model bytes, signature, facts) of this project, which agree."""
    return check.check()


@pytest.fixture(scope="session")
def form(checked):
    """The form that the page and both encoders work from."""
    agreed, _, signature, facts = checked
    return make_form(agreed, signature, facts)


@pytest.fixture(scope="session")
def engine(checked):
    """What computes this model."""
    return ENGINES[checked[0].model.engine]


@pytest.fixture(scope="session")
def tie(checked, engine) -> float:
    """By how many nats two tokens of a text may lie apart, and either be right; 0 where all must be equal."""
    return engine.tie(engine.load(Path(checked[0].model.file)))


@pytest.fixture(scope="session")
def session(checked, engine):
    """A native session on one thread, as the browser has."""
    return engine.session(checked[1], engine.beside(Path(), checked[0].model.file))


@pytest.fixture(scope="session")
def cases():
    """The golden cases that the export left."""
    return golden.read(golden.FILE)["cases"]


@pytest.fixture(scope="session")
def heldout():
    """(feeds, expected) of each run of the held-out rows."""
    return golden.read_rows(golden.HELDOUT)


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> build.Built:
    """This project's site, built afresh."""
    return build.build(Path(), tmp_path_factory.mktemp("site") / "dist")


@pytest.fixture(scope="session")
def site(built) -> Iterator[str]:
    """Its URL, served under its real sub-path."""
    with serve.Server(built.out, project.load().base, port=0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.url
        server.shutdown()


@pytest.fixture(scope="module")
def visit(browser, browser_context_args, site, checked):
    """(page, complaints): one visit to the site in its first language, with its first result, which all levels prove; and what went wrong during it."""
    complaints: list[str] = []
    context = browser.new_context(**browser_context_args)
    page = context.new_page()
    page.on("console", lambda message: message.type == "error" and complaints.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
    hub = fetched.read_hub(Path()).origins if checked[0].model.source == "hub" else ()
    page.on("request", lambda request: is_foreign(request.url, site, *hub) and complaints.append(f"foreign request: {request.url}"))
    page.goto(f"{site}?lang={checked[0].page.language[0]}")
    page.wait_for_selector("html[data-state=ready]", timeout=60_000)
    yield page, complaints
    context.close()


@pytest.fixture
def ready(visit):
    """The page of the visit; every error of the console, every uncaught error and every request to another host fails the test."""
    page, complaints = visit
    yield page
    assert not complaints, complaints


def is_foreign(url: str, *sites: str) -> bool:
    """Whether a request leaves the site's own host, and a hub that the model comes from; data: and blob: stay on the page."""
    return urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc not in {urlsplit(site).netloc for site in sites}
