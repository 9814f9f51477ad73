"""Prove a published page in the browsers of this machine: what its button "Prove it on this device" finds, in a table. It changes nothing."""

import argparse
import json
import re
import sys
from dataclasses import dataclass
from typing import Any, NotRequired, cast
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Error, sync_playwright
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from mlweb import browsers
from mlweb.console import say, say_text
from mlweb.errors import UserError, run
from mlweb.site import project

MOST_BYTES = 20_000_000  # of a file that describes a page
TIMEOUT_SECONDS = 60  # for an answer of the host
PATIENCE_MS = 300_000  # for the model to arrive, and again for the proof
OURS = "docs/reference/page.md of the template says what a page is proven by"
HEAD = ("browser", "computed by", "cases", "largest difference", "of the largest value", "time", "")
# Clicks the button, and waits for the report or for the sentence that says why there is none.
PROVE = """async () => {
  const part = document.querySelector('.prove-here');
  if (!part) return { said: 'the page has no button to prove it by' };
  let report;
  addEventListener('proof', ({ detail }) => { report = detail; }, { once: true });
  part.querySelector('button').click();
  while (!report && !part.querySelector('progress').hidden) await new Promise((resolve) => setTimeout(resolve, 100));
  return report ? { report } : { said: part.querySelector('[role=status]').textContent };
}"""


class Device(TypedDict):
    """What computed, as web/runtime/types.js has it; so is the rest of a report that is shown here."""

    backend: str
    threads: int


class Report(TypedDict):
    passed: bool
    cases: int
    wrong: list[str]
    parted: NotRequired[int]
    max_abs: float | None
    max_rel: float | None
    device: Device
    ms: float


@dataclass(frozen=True)
class Page:
    """A published page that carries cases: its address, and whether it asks for WebGPU."""

    url: str
    asks_webgpu: bool


def find(address: str) -> Page:
    """The page at an address; raises UserError where there is none of ours, or one that carries no cases."""
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).netloc:
        raise UserError(f'"{address}" is not the address of a page: give one such as https://example.org/model/.')
    path = re.sub(r"[^/]*\.html$", "", urlsplit(address).path)
    url = urlsplit(address)._replace(path=path.rstrip("/") + "/", query="", fragment="").geturl()
    app = fetch(urljoin(url, "model.json")).get("app")
    if not isinstance(app, str) or not re.fullmatch(r"app-\w+", app):
        raise UserError(f"There is no page of this template at {url}: its model.json was not written by the build.")
    manifest = fetch(urljoin(url, f"{app}/manifest.json"))
    if "cases" not in manifest:
        fix = "update its project, export the model again with: uv run poe export, then publish it"
        raise UserError(f"The page at {url} carries no cases to be proven by: {fix} ({OURS}).")
    return Page(url, manifest.get("webgpu") is not None)


def fetch(url: str) -> dict[str, Any]:
    """The JSON object at an address; raises UserError."""
    try:
        with urlopen(Request(url, headers={"User-Agent": "mlweb doctor"}), timeout=TIMEOUT_SECONDS) as answer:
            data = answer.read(MOST_BYTES + 1)
    except HTTPError as error:
        raise UserError(f"There is no page of this template at {urljoin(url, '.')}: {url} gives HTTP {error.code}. Check the address.") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{url} can't be reached ({error}): check the address and the connection.") from None
    try:
        found = json.loads(data) if len(data) <= MOST_BYTES else None
    except (RecursionError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise UserError(f"There is no page of this template at {urljoin(url, '.')}: {url} is not a JSON object. Check the address.")
    return found


def prove(page: Page, browser: Browser) -> Report:
    """What a click on the page's button finds in a fresh window; raises UserError with what the page says where it finds nothing."""
    window = browser.new_context().new_page()
    window.set_default_timeout(PATIENCE_MS)
    try:
        window.goto(f"{page.url}?panels=card&lang=en")
        window.wait_for_selector("html[data-state=ready], html[data-state=error]", state="attached")
        if window.locator("html").get_attribute("data-state") == "error":
            raise UserError(window.locator("#status").inner_text())
        answer = window.evaluate(PROVE)
    except Error as error:
        raise UserError(str(error.message).splitlines()[0]) from None
    finally:
        window.context.close()
    if "report" not in answer:
        raise UserError(str(answer.get("said")))
    try:
        return cast("Report", TypeAdapter(Report).validate_python(answer["report"]))
    except ValidationError:
        raise UserError("the page gives a report of another shape: its project is newer or older than this one") from None


def line(name: str, report: Report, asks_webgpu: bool) -> tuple[str, ...]:
    """A row of the table."""
    device = report["device"]
    threads = f"{device['threads']} thread{'s' if device['threads'] > 1 else ''}"
    backend = "WebGPU" if device["backend"] == "webgpu" else f"WebAssembly, {threads}" + (", not WebGPU" if asks_webgpu else "")
    largest, share = (f"{each:.1e}" if each is not None else "no number" for each in (report["max_abs"], report["max_rel"]))
    parted = report.get("parted")
    proven = f"proven, but for {parted} that went another way where two tokens were nearly as likely" if parted else "proven"
    verdict = proven if report["passed"] else f"WRONG in {len(report['wrong'])}: {', '.join(report['wrong'][:3])}"
    return name, backend, str(report["cases"]), largest, share, f"{report['ms'] / 1000:.2f} s", verdict


def table(rows: list[tuple[str, ...]]) -> str:
    """The rows under their heads, in columns."""
    widths = [max(map(len, column)) for column in zip(HEAD, *rows, strict=True)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (HEAD, *rows))


def main() -> None:
    """Prove the page at an address in each browser that is installed here."""
    parser = argparse.ArgumentParser(prog="poe doctor", description=main.__doc__)
    parser.add_argument("url", nargs="?", help="address of the page (default: that of this project)")
    parser.add_argument("--browser", action="append", choices=browsers.ENGINES, help="only this one; may be given several times")
    given = parser.parse_args()
    url = given.url or project.load().url
    if not url:
        raise UserError("Which page? Give its address, such as: uv run poe doctor https://example.org/model/")
    page = find(url)
    wanted = {engine: launch for engine in given.browser or browsers.ENGINES if (launch := browsers.find(engine)) is not None}
    if not wanted:
        raise UserError("No browser to prove it in is installed here: get one with: uv run poe browsers")
    rows, problems = [], []
    with sync_playwright() as playwright:
        for engine, launch in wanted.items():
            flags = [browsers.WEBGPU] if engine == "chromium" and page.asks_webgpu else []
            browser = getattr(playwright, engine).launch(**launch, args=flags)
            name = f"{engine.capitalize()} {browser.version}"
            try:
                report = prove(page, browser)
                rows.append(line(name, report, page.asks_webgpu))
                if not report["passed"]:
                    problems.append(f"{page.url} gives other answers in {name} than Python gave: do not rely on it there.")
            except UserError as error:
                problems += [f"{name}: {sentence}" for sentence in error.sentences]
            finally:
                browser.close()
    if rows:
        say(page.url)
        say_text(table(rows))
    if problems:
        raise UserError(*problems)


if __name__ == "__main__":
    sys.exit(run(main))
