"""What the benchmarks share: a built project, served as `poe serve` does, the browser to open it in, and the rows of a table."""

import argparse
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "template"))

from mlweb import browsers  # noqa: E402  the template's own, as it lies here
from mlweb.contract.views import PANELS  # noqa: E402, F401
from mlweb.errors import UserError, run  # noqa: E402, F401
from mlweb.site import build, project, serve, vendor  # noqa: E402, F401  the template's own, as it lies here


def arguments(about: str) -> argparse.ArgumentParser:
    """The command line of a benchmark: the project to look at."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("project", nargs="?", type=Path, default=ROOT / "demo", help="folder of a built project; default: demo/, as make demo makes it")
    return parser


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of the project's page."""
    if not (folder / "dist/index.html").is_file():
        raise UserError(f"{folder} has no built page: run make demo first, or name a project that is built.")
    with served_at(folder / "dist", project.load(folder / project.FILE).base) as url:
        yield url


@contextmanager
def served_at(dist: Path, base: str = "/", isolated: bool = False) -> Iterator[str]:
    """The address of a folder that is served under a path. isolated: so that its pages may use threads."""
    server = serve.Server(dist, base, 0, isolated=isolated)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.url
    finally:
        server.shutdown()
        server.server_close()


def chromium() -> dict:
    """How Playwright starts Chromium here: a download of its own or the system's."""
    found = browsers.find("chromium")
    if found is None:
        raise UserError("There is no Chromium: get it with make browsers.")
    return found


def program() -> str:
    """Where that Chromium is."""
    if path := chromium().get("executable_path"):
        return path
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def opened(context: BrowserContext, url: str, panels: list[str] | None = None) -> Page:
    """The page, ready and at rest, everything on it folded out and drawn once; with other panels than its own when they are named."""
    page = context.new_page()
    page.goto(f"{url}?panels={','.join(panels)}" if panels else url)
    page.wait_for_selector("html[data-state=ready]", timeout=60_000)
    page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
    for section in page.locator("main > section").all():
        section.scroll_into_view_if_needed()
        page.wait_for_timeout(500)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(2000)
    return page


def line(cells: Iterable) -> str:
    """A row of Markdown."""
    return f"| {' | '.join(map(str, cells))} |"
