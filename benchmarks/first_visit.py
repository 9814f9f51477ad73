"""What a first visit asks for, and when its form and its first result stand there, at the end of three lines, beside the runtime alone and modelship."""

import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from peer import modelship
from processes import DRIVERS, children
from served import UserError, arguments, chromium, line, project, run, vendor
from slow_line import LINES, at_the_end, trusting

# Notes when the form and the first result are in the page.
WATCH = """window.seen = {}; const note = (name) => { seen[name] ??= performance.now(); };
new MutationObserver(() => {
  if (document.querySelector('main form')?.offsetHeight) note('form');
  if (document.querySelector('.result .values:not([hidden])') || document.documentElement.dataset.ran) note('result');
}).observe(document, { subtree: true, childList: true, attributes: true });"""
# The runtime and the model, loaded and run as briefly as it can be written.
BARE = """import * as ort from './ort.js';
ort.env.wasm.numThreads = 1; ort.env.wasm.wasmPaths = { wasm: new URL('./ort.wasm', import.meta.url).href };
const session = await ort.InferenceSession.create(new URL('./model.onnx', import.meta.url).href);
Object.assign(window, { ort, session });
document.documentElement.dataset.ran = session.inputNames.length;
"""


def bare(project: Path, folder: Path) -> Path:
    """A page of nothing but the runtime, as it is published, and a project's model."""
    folder.mkdir(exist_ok=True)
    runtime = vendor.vendor(project)["onnxruntime-web"]
    [model] = project.glob("dist/model/*.onnx")
    for file, name in ((runtime / "ort.js", "ort.js"), (runtime / "ort.wasm", "ort.wasm"), (model, "model.onnx")):
        (folder / name).write_bytes(file.read_bytes())
    (folder / "page.js").write_text(BARE)
    (folder / "index.html").write_text('<!doctype html><title>Bare</title><main><form>.</form></main><script type="module" src="./page.js"></script>')
    return folder


def beside(project: Path, folder: Path) -> dict[str, tuple[Path, str]]:
    """The floor and the peer, in a folder for them: name -> folder and address of a site."""
    folder.chmod(0o755)  # nginx reads it as another user
    return {"bare": (bare(project, folder / "bare"), "/bare/"), "modelship": (modelship(project, folder), "/modelship/")}


def processor_time() -> float:
    """Seconds that the processes of the browser have computed so far."""
    total = 0
    for process in children(os.getpid()):
        try:
            if Path(f"/proc/{process}/exe").readlink().name not in {*DRIVERS, "nginx"}:
                total += sum(map(int, Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))
        except OSError:
            continue  # it is gone
    return total / os.sysconf("SC_CLK_TCK")


def visit(browser: Browser, url: str, is_second: bool = False) -> dict[str, float]:
    """One visit, as figures: requests and bytes before the form and before the result, milliseconds, seconds of the processor."""
    context = browser.new_context(service_workers="allow" if is_second else "block")
    if is_second:
        before = context.new_page()
        before.goto(url, wait_until="commit")
        before.wait_for_selector("html[data-state=ready], html[data-ran]", timeout=120_000)
        before.wait_for_timeout(1000)  # what the page keeps
        before.close()
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    asked, came = [], []
    session.on("Network.requestWillBeSent", lambda event: event["request"]["url"].startswith("http") and asked.append(event["wallTime"]))
    session.on("Network.loadingFinished", lambda event: came.append((event["timestamp"], event["encodedDataLength"])))
    before = processor_time()
    page.goto(url, wait_until="commit")
    page.wait_for_selector("html[data-state=ready], html[data-ran]", timeout=120_000)
    spent = processor_time() - before
    seen, origin = page.evaluate("[seen, performance.timeOrigin / 1000]")
    session.detach()
    context.close()
    until = {name: origin + seen[name] / 1000 for name in ("form", "result")}
    return {
        "requests before the form": sum(at < until["form"] for at in asked),
        "requests before the result": sum(at < until["result"] for at in asked),
        "kB before the result": sum(count for _, count in came) / 1000,
        "form ms": seen["form"],
        "result ms": seen["result"],
        "processor s": spent,
    }


def rows(sites: dict[str, tuple[Path, str]], names: list[str], visits: int) -> Iterator[str]:
    """The table."""
    for name, site, figures in measured(sites, names, visits):
        medians = {key: statistics.median(each[key] for each in figures) for key in figures[0]}
        yield line([name, site, *(f"{value:,.2f}" if key == "processor s" else f"{value:,.0f}" for key, value in medians.items())])


def measured(sites: dict[str, tuple[Path, str]], names: list[str], visits: int, is_second: bool = False) -> Iterator[tuple[str, str, list[dict[str, float]]]]:
    """Line, site and its visits, which take turns with those of the others, so that what else the machine does meets all of them."""
    with sync_playwright() as playwright:
        found_here = chromium()
        browser = playwright.chromium.launch(**{**found_here, "args": [*found_here.get("args", []), trusting()]})
        for name in names:
            found: dict[str, list[dict[str, float]]] = {site: [] for site in sites}
            for _ in range(visits):
                for site, (dist, base) in sites.items():
                    with at_the_end(dist, base, LINES[name]) as url:
                        found[site].append(visit(browser, url, is_second))
                    time.sleep(0.2)
            for site, figures in found.items():
                yield name, site, figures
        browser.close()


def main() -> None:
    """Print the table."""
    parser = arguments(main.__doc__ or "")
    parser.add_argument(
        "--beside", type=Path, action="append", default=[], metavar="PROJECT", help="another built project to compare with, such as an older one"
    )
    parser.add_argument("--lines", nargs="+", choices=LINES, default=list(LINES))
    parser.add_argument("--visits", type=int, default=3)
    given = parser.parse_args()
    sites = {}
    for folder in (given.project, *given.beside):
        if not (folder / "dist/index.html").is_file():
            raise UserError(f"{folder} has no built page: run make demo first, or name a project that is built.")
        sites[folder.name] = (folder / "dist", project.load(folder / project.FILE).base)
    heads = ["line", "page", "requests before the form", "before the result", "kB", "form ms", "result ms", "processor s"]
    print(line(heads), line(["---"] * len(heads)), sep="\n")
    with TemporaryDirectory() as temporary:
        sites |= beside(given.project, Path(temporary))
        for row in rows(sites, given.lines, given.visits):
            print(row, flush=True)


if __name__ == "__main__":
    sys.exit(run(main))
