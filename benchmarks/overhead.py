"""From a keystroke to its result: how long that takes beyond the run of the model, and what it costs the main thread, by panels and by fields."""

import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

import made_up
from main_thread import script, tasks, traced
from served import arguments, chromium, line, run, served

KEYSTROKES = 40
# One keystroke after another in the first number of the form, as a fast typist makes them: ms to the result, and those of the run in it.
TYPE = """async ([count, pause]) => {
  const box = document.querySelector('.predict .field input[type=text]');
  const found = [];
  for (let time = 0; time < count; time++) {
    const result = new Promise((resolve) => box.form.addEventListener('result', resolve, { once: true }));
    const start = performance.now();
    box.value = String(Number(box.dataset.first ??= box.value) + (time % 2 ? 0 : 1));
    box.dispatchEvent(new Event('input', { bubbles: true }));
    await result;
    found.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return found;
}"""
RUNS = """window.runs = []; const listen = Object.getOwnPropertyDescriptor(Worker.prototype, 'onmessage');
Object.defineProperty(Worker.prototype, 'onmessage', { ...listen, set(listener) {
  listen.set.call(this, (event) => { if (event.data.type === 'ran') window.runs.push(event.data.ms); listener.call(this, event); }); } });"""


def figures(browser: Browser, url: str, panels: str) -> dict[str, float]:
    """Medians over keystrokes."""
    page = opened(browser, f"{url}?panels={panels}")
    page.evaluate(TYPE, [5, 100])
    page.evaluate("window.runs.length = 0")
    took = page.evaluate(TYPE, [KEYSTROKES, 100])
    runs = page.evaluate("window.runs")
    events = traced(browser, page, lambda: page.evaluate(TYPE, [KEYSTROKES, 100]))
    page.context.close()
    return {
        "ms to the result": statistics.median(took),
        "of them the run": statistics.median(runs[: len(took)] if panels == "predict" else runs),
        "main thread ms": sum(tasks(events)) / KEYSTROKES,
        "of them script": script(events) / KEYSTROKES,
        "longest task ms": max(tasks(events)),
    }


def opened(browser: Browser, url: str) -> Page:
    """The page, at rest."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.add_init_script(RUNS)
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", timeout=60_000)
    page.wait_for_timeout(1500)
    return page


def measured(project: Path, fields: list[int]) -> Iterator[dict[str, float | str]]:
    """Figures of a project, and of made-up ones with more fields."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright, playwright.chromium.launch(**chromium()) as browser:
        projects = {"10": project} | {str(count): made_up.site(Path(folder, str(count)), count) for count in fields}
        for name, each in projects.items():
            with served(each) as url:
                for panels in ("predict", "predict,what-if", "predict,what-if,explain"):
                    yield {"fields": name, "panels": panels.replace(",", ", "), **figures(browser, url, panels)}


def main() -> None:
    """Print the table."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--fields", type=int, nargs="*", default=[100])
    given = parser.parse_args()
    for index, row in enumerate(measured(given.project, given.fields)):
        if not index:
            print(line(row), line(["---"] * len(row)), sep="\n")
        print(line(each if isinstance(each, str) else f"{each:.1f}" for each in row.values()), flush=True)


if __name__ == "__main__":
    sys.exit(run(main))
