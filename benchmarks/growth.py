"""What a visit costs as the model grows: by fields, by classes and by megabytes of weights, each beside the smallest of its kind."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

import made_up
from first_visit import processor_time
from processes import memory
from served import chromium, line, run, served

SIZES: dict[str, list[float]] = {"fields": [10, 100, 1000], "classes": [10, 1000, 10_000], "megabytes": [1, 10, 40]}  # above 50 a visitor is asked first


def figures(browser: Browser, url: str) -> dict[str, float]:
    """A first visit: ms to the first result, seconds of the processor, elements, MB of memory that the browser takes on."""
    before, spent = memory(), processor_time()
    page = browser.new_page()
    page.goto(f"{url}?panels=predict", wait_until="commit")
    page.wait_for_selector("html[data-state=ready]", timeout=300_000)
    found = {
        "result ms": page.evaluate("performance.now()"),
        "processor s": processor_time() - spent,
        "elements": page.evaluate("document.querySelectorAll('*').length"),
        "MB of memory": (memory() - before) / 1e6,
    }
    page.close()
    return found


def measured(most: float = float("inf")) -> Iterator[dict[str, float | str]]:
    """A row for each size up to the largest that is asked for."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        for name, sizes in SIZES.items():
            for size in (each for each in sizes if each <= most):
                project = made_up.site(Path(folder, f"{name}-{size}"), **{name: size})
                with playwright.chromium.launch(**chromium()) as browser, served(project) as url:
                    browser.new_page().goto("about:blank")  # what any page costs
                    yield {"what": name, "size": size, **figures(browser, url)}


def main() -> None:
    """Print the table."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    for index, row in enumerate(measured()):
        if not index:
            print(line(row), line(["---"] * len(row)), sep="\n")
        print(line(each if isinstance(each, str) else f"{each:,.3g}" for each in row.values()), flush=True)


if __name__ == "__main__":
    sys.exit(run(main))
