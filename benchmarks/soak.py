"""Whether one page that is open for long keeps its memory: many predictions, stops, <ml-model> that come and go, and CSV rows.

It opens a built project once in each engine and works there through the page's own controls. The memory is that of all processes of
the browser, as Linux tells it in /proc, so this runs on Linux only: what they share is split between them, and files that are only
mapped do not count. It is read at the start and after each tenth of the work; the first tenth warms up.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import sync_playwright

from batch import written
from processes import memory
from served import ROOT, UserError, arguments, line, run, served

sys.path.insert(0, str(ROOT / "tests/support"))

from engine_tabs import Tab  # noqa: E402
from leak_counter import counted  # noqa: E402
from running_engines import ENGINES, launched, missing  # noqa: E402

PARTS = 10
REST = 3  # seconds in which an engine may tidy up before its memory is read, of which the least counts
AT_ONCE = 50  # of what a page does in one call, for a call may not last for ever
MB = 1e6

# What the page is asked to do again and again. No file is saved on this disk: the page only makes it.
PREPARED = """async (site) => {
  HTMLAnchorElement.prototype.click = () => {};
  const manifest = await (await fetch(new URL('../manifest.json', document.querySelector('script[type=module]').src))).json();
  const panels = new URLSearchParams(location.search).get('panels') ?? manifest.page.panels.join();
  const slider = document.querySelector('.predict input[type=range]');
  const box = slider?.parentElement.querySelector('input[type=text]');
  const stop = document.querySelector('.predict .slow button');
  let typed = 0;
  function type() { // a value that is not the one before
    const [min, max, step] = [slider.min, slider.max, slider.step].map(Number);
    slider.value = String(min + (typed++ % Math.floor((max - min) / step)) * step);
    box.value = slider.value;
    box.dispatchEvent(new Event('input', { bubbles: true }));
  }
  const told = (target, values) => new Promise((resolve) => target.addEventListener('result', function heard({ detail }) {
    if (values && String(detail.values[box.name]) !== box.value) return;
    target.removeEventListener('result', heard);
    resolve();
  }));
  async function predict() {
    const result = told(box.form, true);
    type();
    await result;
  }
  window.soak = {
    ready: Boolean(box && document.querySelector('.batch .source')),
    predict,
    async stop() { // a run that is computed, and all that the panels asked for
      type();
      stop.click();
      await predict();
    },
    async element() {
      await import(new URL('embed.js', site).href);
      const element = document.createElement('ml-model');
      element.setAttribute('src', site);
      element.setAttribute('panels', panels);
      const result = told(element);
      document.getElementById('main').append(element);
      await result;
      element.remove();
    },
  };
  return soak.ready && manifest.form;
}"""
REPEAT = "async ([what, times]) => { for (let time = 0; time < times; time++) await soak[what](); }"
# Where the rows of a file are: read, computed, written; '' while that takes time. A sentence of refusal ends it as well.
READ = "() => document.querySelector('.batch > .refusal, .batch .job:not([hidden])') && document.querySelector('.batch > .note').innerText"
COMPUTED = "() => document.querySelector('.batch .job > .note').innerText"
WRITTEN = "(before) => alive().addresses > before"


def main() -> None:
    """Print a table for each engine."""
    parser = arguments(__doc__)
    parser.add_argument("--engine", nargs="+", choices=ENGINES, default=ENGINES)
    for name, count in {"predictions": 10_000, "reloads": 200, "rows": 1_000_000}.items():
        parser.add_argument(f"--{name}", type=int, default=count, help=f"default: {count:,}")
    parser.add_argument("--files", type=int, default=PARTS, help=f"how many CSV files have those rows; default: {PARTS}")
    parser.add_argument("--pause", type=int, default=70, help="seconds before the figure at rest; default: 70, a blob is kept for 60")
    parser.add_argument("--panels", nargs="+", help="other panels than the page's own; predict and batch must be among them")
    given = parser.parse_args()
    if sys.platform != "linux":
        raise UserError("Only Linux tells the memory of processes in the way that this needs.")
    if lacking := [sentence for engine in given.engine if (sentence := missing(engine))]:
        raise UserError(*lacking)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        with served(copied(given.project, folder)) as url:
            for engine in given.engine:
                with launched(engine, playwright) as new:
                    print(f"\n{engine}\n", flush=True)
                    soak(new(), url, given, folder)


def copied(project: Path, folder: Path) -> Path:
    """The project's site, which counts what it must give back; the project itself when it has none, which `served` says."""
    if not (project / "dist/index.html").is_file():
        return project
    counted(project / "dist", folder / "dist")
    (folder / "pyproject.toml").write_bytes((project / "pyproject.toml").read_bytes())
    return folder


def soak(tab: Tab, url: str, given, folder: Path) -> None:
    """All work on one page, a table of it."""
    tab.open(f"{url}?panels={','.join(given.panels)}" if given.panels else url)
    form = tab.call(PREPARED, url)
    if not form:
        raise UserError("The soak needs a page with the panels predict and batch, a number with both ends in its form, and rows that fit a CSV file.")
    each = given.rows // given.files
    path = written(folder / "rows.csv", form, each)
    heap = heap_of(tab)
    parts = (f"{part * 100 // PARTS} %" for part in range(1, PARTS + 1))
    heads = ["what", "counted in", "start", *parts, "at rest", "growth after 10 %", "workers", "sessions", "seconds"]
    print(line(heads), line("---" for _ in heads), sep="\n", flush=True)
    measured(tab, heap, given.pause, f"{given.predictions:,} predictions", given.predictions, lambda count: repeat(tab, "predict", count))
    half = given.reloads // 2
    measured(tab, heap, given.pause, f"{half:,} stops, each a new worker", half, lambda count: repeat(tab, "stop", count))
    measured(tab, heap, given.pause, f"{half:,} `<ml-model>` come and gone", half, lambda count: repeat(tab, "element", count))
    work = f"{given.files * each:,} rows in {given.files} files"
    measured(tab, heap, given.pause, work, given.files, lambda count: [rows(tab, path) for _ in range(count)])
    print(f"\nWorkers started: {tab.call('() => alive().started')}; addresses of blobs at the end: {tab.call('() => alive().urls')}")
    if wrong := tab.errors():
        raise UserError(*wrong)


def measured(tab: Tab, heap: Callable, pause: int, what: str, count: int, work: Callable[[int], None]) -> None:
    """Rows of the table: the memory in all points, and what the engine tells of the page itself."""
    if not count:
        return
    began = time.monotonic()
    points = [point(heap)]
    for before, after in pairwise(count * part // PARTS for part in range(PARTS + 1)):
        work(after - before)
        tab.settled()
        points.append(point(heap))
        print(f"{what}: {len(points) - 1} of {PARTS} parts, {time.monotonic() - began:.0f} s", end="\r", file=sys.stderr, flush=True)
    time.sleep(pause)
    points.append(point(heap))
    seconds, alive = time.monotonic() - began, tab.call("() => alive()")
    for name in points[0]:
        figures = [each[name] for each in points]
        growth = f"{figures[-1] / figures[1] - 1:+.1%}"
        row = [what, name, *(f"{figure:,.0f}" for figure in figures), growth, alive["workers"], alive["sessions"], f"{seconds:.0f}"]
        print(line(row), flush=True)
        what = ""


def point(heap: Callable) -> dict[str, float]:
    """Figures of this moment, each the least of some seconds."""
    samples = []
    for _ in range(REST):
        time.sleep(1)
        samples.append({"MB of all processes": memory() / MB} | heap())
    return {name: min(sample[name] for sample in samples) for name in samples[0]}


def repeat(tab: Tab, what: str, count: int) -> None:
    """Let the page do something so many times."""
    for start in range(0, count, AT_ONCE):
        tab.call(REPEAT, [what, min(AT_ONCE, count - start)])


def rows(tab: Tab, path: Path) -> None:
    """A CSV file in, its results out."""
    before = tab.call("() => alive().addresses")
    tab.call("() => { for (const job of document.querySelectorAll('.batch .job')) job.hidden = true; }")  # the file before
    tab.upload(".batch input[type=file]", str(path))
    said = patiently(tab, READ)
    if tab.call("() => document.querySelector('.batch .job') === null"):
        raise UserError(said)
    tab.call("() => document.querySelector('.batch .job > button.main').click()")
    patiently(tab, COMPUTED)
    tab.call("() => document.querySelector('.batch .results button.main').click()")
    patiently(tab, WRITTEN, before)


def patiently(tab: Tab, js: str, given=None):
    """What a function of the page tells at last."""
    while not (told := tab.call(js, given)):
        time.sleep(0.5)
    return told


def heap_of(tab: Tab) -> Callable[[], dict[str, float]]:
    """A function that tells of the page's own heap after a collection of garbage, where the engine tells: in Chromium."""
    page = getattr(tab, "_page", None)
    if page is None or page.context.browser.browser_type.name != "chromium":
        return dict
    session = page.context.new_cdp_session(page)

    def heap() -> dict[str, float]:
        session.send("HeapProfiler.collectGarbage")
        counts = session.send("Memory.getDOMCounters")
        used = session.send("Runtime.getHeapUsage")["usedSize"] / MB
        return {"MB of JavaScript": used, "nodes": counts["nodes"], "listeners": counts["jsEventListeners"]}

    return heap


if __name__ == "__main__":
    sys.exit(run(main))
