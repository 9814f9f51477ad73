"""One run of a model: the runtime as it is published, by WebAssembly on one and two threads and by WebGPU, beside native onnxruntime on one thread."""

import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import onnx
import onnxruntime
from playwright.sync_api import Browser, Page, sync_playwright

import networks
from served import arguments, browsers, chromium, line, run, served_at, vendor

NETWORKS = {
    "linear, 10 features": networks.linear,
    "100 boosted trees": networks.trees,
    "small CNN, 28 x 28": networks.small_cnn,
    "residual network, 224 x 224": networks.residual,
    "transformer block, 128 x 384": networks.transformer,
}
BUDGET = 2.0  # seconds for the runs of one model in one way
LEAST = 5  # runs
# ms of each run, after one that warms up. What WebGPU computed is read back, as a page would.
TIMED = f"""async ([runtime, wasm, model, provider, threads, dims]) => {{
  const ort = await import(runtime);
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = {{ wasm: new URL(wasm, location).href }};
  const session = await ort.InferenceSession.create(model, {{ executionProviders: [provider] }});
  const size = dims.reduce((product, dim) => product * dim);
  const feeds = {{ x: new ort.Tensor('float32', Float32Array.from({{ length: size }}, (_, index) => ((index * 7919) % 1009) / 1009), dims) }};
  const once = async () => {{
    const start = performance.now();
    for (const tensor of Object.values(await session.run(feeds))) await tensor.getData();
    return performance.now() - start;
  }};
  await once();
  const found = [], end = performance.now() + {BUDGET * 1000};
  while (found.length < {LEAST} || performance.now() < end) found.push(await once());
  return found;
}}"""
WAYS = {"1 thread": ("ort", "wasm", 1), "2 threads": ("ort", "wasm", 2), "WebGPU": ("ort-webgpu", "webgpu", 1)}


def natively(model: bytes, dims: list[int]) -> float:
    """ms of a run, the median."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options)
    size = int(np.prod(dims))
    feeds = {"x": (np.arange(size) * 7919 % 1009 / 1009).astype(np.float32).reshape(dims)}
    session.run(None, feeds)
    found, end = [], perf_counter() + BUDGET
    while len(found) < LEAST or perf_counter() < end:
        start = perf_counter()
        session.run(None, feeds)
        found.append((perf_counter() - start) * 1000)
    return statistics.median(found)


def in_the_page(page: Page, name: str, way: str, dims: list[int]) -> float | str:
    """ms of a run, the median; a dash where WebGPU can't run it."""
    runtime, provider, threads = WAYS[way]
    try:
        return statistics.median(page.evaluate(TIMED, [f"./{runtime}.js", f"{runtime}.wasm", f"{name}.onnx", provider, threads, dims]))
    except Exception:
        if provider == "webgpu":
            return "-"
        raise


def measured(project: Path) -> Iterator[dict[str, float | str]]:
    """A row for each network: ms, and the ratio of one thread to native."""
    with TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        for file in vendor.vendor(project)["onnxruntime-web"].glob("ort*"):
            (folder / file.name).write_bytes(file.read_bytes())
        (folder / "index.html").write_text("<!doctype html><title>Bare</title>")
        found = chromium()
        with playwright.chromium.launch(**{**found, "args": [*found.get("args", []), browsers.WEBGPU]}) as browser, served_at(folder, isolated=True) as url:
            for name, make in NETWORKS.items():
                yield {"network": name, **figures(browser, url, folder, make())}


def figures(browser: Browser, url: str, folder: Path, model: onnx.ModelProto) -> dict[str, float | str]:
    """What one network takes in each way."""
    dims = [dim.dim_value for dim in model.graph.input[0].type.tensor_type.shape.dim]
    data = model.SerializeToString()
    (folder / "model.onnx").write_bytes(data)
    native, times = natively(data, dims), {}
    for way in WAYS:
        page = browser.new_page()  # the runtime takes its threads once
        page.goto(url)
        times[f"{way}, ms"] = in_the_page(page, "model", way, dims)
        page.close()
    one, two = times["1 thread, ms"], times["2 threads, ms"]
    return {"MB": len(data) / 1e6, "native, ms": native, **times, "1 thread / native": one / native, "gain of 2 threads": one / two}


def main() -> None:
    """Print the table."""
    given = arguments(__doc__ or "").parse_args()
    for index, row in enumerate(measured(given.project)):
        if not index:
            print(line(row), line(["---"] * len(row)), sep="\n")
        print(line(each if isinstance(each, str) else f"{each:.3g}" for each in row.values()), flush=True)


if __name__ == "__main__":
    sys.exit(run(main))
