"""Many rows: how long the page takes to read, compute and save a CSV file, beside the runtime alone and beside Python.

The runtime alone gets the same rows as tensors, a thousand at a time, in a page of nothing else. Python reads the file with pandas, computes with native
onnxruntime on one thread and writes it again.
"""

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from first_visit import bare, processor_time
from main_thread import tasks, traced
from served import arguments, chromium, line, run, served, served_at

STEPS = ("read", "compute", "save")
ROWS = [1_000, 10_000, 100_000, 1_000_000]
RAW = """async ([form, count]) => {
  const session = window.session;
  const size = Math.min(1000, count);
  const feeds = Object.fromEntries(form.inputs.map(({ name, dtype, fields }) => {
    const made = Array.from({ length: size * fields.length }, (_, index) => {
      const field = fields[index % fields.length];
      if (field.choices) return field.choices[index % field.choices.length].value;
      const [low, high] = [field.min ?? 0, field.max ?? 1];
      return low + ((index * 7919) % 1009) / 1009 * (high - low);
    });
    const whole = () => BigInt64Array.from(made, (each) => BigInt(Math.round(each)));
    const data = dtype === 'string' ? made.map(String) : dtype === 'int64' ? whole() : Float32Array.from(made);
    return [name, new ort.Tensor(dtype, data, [size, fields.length])];
  }));
  await session.run(feeds);
  const start = performance.now();
  for (let done = 0; done < count; done += size) await session.run(feeds);
  return (performance.now() - start) / 1000;
}"""
PYTHON = """
import sys, time
import numpy as np, onnxruntime, pandas
model, source, out = sys.argv[1:]
began = time.process_time()
table = pandas.read_csv(source)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options)
dtypes = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int64)": np.int64, "tensor(int32)": np.int32}
feeds = {each.name: table[[each.name]].to_numpy().astype(dtypes.get(each.type, str)) for each in session.get_inputs()}
read = time.process_time()
for each, found in zip(session.get_outputs(), session.run(None, feeds)):
    table[each.name] = found.reshape(len(table), -1)[:, 0]
ran = time.process_time()
table.to_csv(out, index=False)
print(read - began, ran - read, time.process_time() - ran)
"""
HEAP = "() => { window.heap = 0; setInterval(() => { heap = Math.max(heap, performance.memory.usedJSHeapSize); }, 20); }"


def launch() -> dict:
    """How Chromium starts: it tells the memory of a page exactly."""
    found = chromium()
    return {**found, "args": [*found.get("args", []), "--enable-precise-memory-info"]}


def page_figures(browser: Browser, url: str, path: Path) -> dict[str, float]:
    """Seconds of the three steps, those of the processor in all threads too, and the most MB of JavaScript."""
    page = ready(browser, url)
    page.evaluate(HEAP)
    figures = {}
    for step, (seconds, spent) in zip(STEPS, worked(page, path), strict=True):
        figures |= {f"{step} s": seconds, f"{step} CPU": spent}
    figures["heap MB"] = page.evaluate("heap") / 1e6
    page.context.close()
    return figures


def on_main_thread(browser: Browser, url: str, path: Path) -> dict[str, float]:
    """The longest task of the main thread in ms, and all of its time, of the processor's."""
    page = ready(browser, url)
    found = tasks(traced(browser, page, lambda: worked(page, path)))
    page.context.close()
    return {"longest task ms": max(found), "main thread s": sum(found) / 1000}


def ready(browser: Browser, url: str) -> Page:
    """The page with the form and the rows."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{url}?panels=predict,batch")
    page.wait_for_selector("html[data-state=ready]", timeout=60_000)
    return page


def worked(page: Page, path: Path) -> list[tuple[float, float]]:
    """Seconds of each step, and those that the browser's processes computed."""
    page.evaluate("() => { HTMLAnchorElement.prototype.click = () => { window.written = true; }; }")  # nothing is saved on this disk
    upload = page.locator(".batch input[type=file]")
    buttons = [page.locator(".batch .job > button.main"), page.locator(".batch .results button.main")]
    return [
        timed(page, lambda: upload.set_input_files(path), "() => document.querySelector('.batch .job')"),
        timed(page, buttons[0].click, "() => document.querySelector('.batch .job > .note').textContent"),
        timed(page, buttons[1].click, "() => window.written"),
    ]


def timed(page: Page, begin, done: str) -> tuple[float, float]:
    """Seconds until a function of the page tells something, as the page's own clock has it; and those of the processor."""
    spent, start = processor_time(), page.evaluate("performance.now()")
    begin()
    page.wait_for_function(done, polling=20, timeout=600_000)
    return (page.evaluate("performance.now()") - start) / 1000, processor_time() - spent


def raw_seconds(browser: Browser, url: str, form: dict, count: int) -> tuple[float, float]:
    """Seconds of the runtime alone, and those of the processor."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("html[data-ran]", timeout=60_000)
    spent = processor_time()
    seconds = page.evaluate(RAW, [form, count])
    spent = processor_time() - spent
    context.close()
    return seconds, spent


def python_seconds(model: Path, path: Path) -> list[float]:
    """Seconds of the processor for the three steps in Python."""
    with TemporaryDirectory() as folder:
        told = subprocess.run([sys.executable, "-c", PYTHON, model, path, Path(folder) / "out.csv"], capture_output=True, text=True, check=True).stdout
    return [float(each) for each in told.split()]


def form_of(browser: Browser, url: str) -> dict:
    """The form of a page."""
    page = browser.new_page()
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", timeout=60_000)
    form = page.evaluate("async () => (await (await fetch(new URL('../manifest.json', document.querySelector('script[type=module]').src))).json()).form")
    page.close()
    return form


def written(path: Path, form: dict, count: int) -> Path:
    """A CSV file for the form, no row like the one before."""
    fields = [field for source in form["inputs"] for field in source["fields"]]
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(field["name"] for field in fields)
        table.writerows([value(field, row) for field in fields] for row in range(count))
    return path


def value(field: dict, row: int):
    """A value of a field, another one in each row where the contract says which there are."""
    if choices := field.get("choices"):
        return choices[row % len(choices)]["value"]
    if "min" in field and "max" in field:
        low, high = field["min"], field["max"]
        return low + row % int(high - low + 1) if field["kind"] == "integer" else round(low + row * 7919 % 10_007 / 10_007 * (high - low), 3)
    return field.get("default", row % 2)


def measured(project: Path, counts: list[int]) -> Iterator[dict[str, float]]:
    """Figures of each number of rows. What follows the raw seconds is a ratio to them, or to Python's."""
    with TemporaryDirectory() as temporary, served(project) as url, sync_playwright() as playwright:
        folder = Path(temporary)
        browser = playwright.chromium.launch(**launch())
        form = form_of(browser, url)
        with served_at(bare(project, folder)) as bare_url:
            for count in counts:
                path = written(folder / "rows.csv", form, count)
                raw, raw_spent = raw_seconds(browser, bare_url, form, count)
                figures = page_figures(browser, url, path)
                longest = on_main_thread(browser, url, path)
                python = sum(python_seconds(folder / "model.onnx", path))
                whole = sum(figures[f"{step} CPU"] for step in STEPS)
                yield {
                    "rows": count,
                    "raw s": raw,
                    "raw CPU": raw_spent,
                    **figures,
                    **longest,
                    "compute / raw": figures["compute s"] / raw,
                    "the same in CPU": figures["compute CPU"] / raw_spent,
                    "Python CPU": python,
                    "all / Python in CPU": whole / python,
                }
        browser.close()


def main() -> None:
    """Print the table."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    given = parser.parse_args()
    for index, figures in enumerate(measured(given.project, given.rows)):
        if not index:
            print(line(figures), line(["---"] * len(figures)), sep="\n")
        print(line(f"{figure:,.0f}" if figure == round(figure) else f"{figure:,.3g}" for figure in figures.values()), flush=True)


if __name__ == "__main__":
    sys.exit(run(main))
