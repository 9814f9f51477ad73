"""Make the pictures of README and docs from a built project: make demo, then uv run python docs/screenshots.py demo"""

import io
import re
import shutil
import sys
import tempfile
import textwrap
import threading
from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent / "template"))

from mlweb import browsers  # noqa: E402
from mlweb.site import build, serve  # noqa: E402

# File -> size of the screen, its colours, and the view that is open. All show the last example.
PICTURES = {
    "screenshot.png": ((1280, 800), "light", "explore"),
    "phone.png": ((390, 844), "dark", "try"),
    "workshop/step-2.png": ((1280, 1000), "light", "try"),
}
AFTER_STEP_4 = {"workshop/step-4.png": ((1280, 1160), "light", "try")}


def take(project: Path, pictures: Mapping[Path, tuple[tuple[int, int], str, str]]) -> None:
    """Write pictures of a built project's page, with few enough colours to be small; a view '' is the first."""
    found = browsers.find("chromium")
    with serve.Server((project / "dist").resolve(), "/", port=0) as server, sync_playwright() as driver:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = driver.chromium.launch(**found) if found else sys.exit("There is no Chromium here: python -m mlweb.browsers chromium")
        for path, ((width, height), scheme, view) in pictures.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
            page.goto(f"{server.url}?view={view}" if view else server.url)
            page.wait_for_selector("html[data-state=ready]")
            if page.locator(".examples button").count():
                page.locator(".examples button").last.click()
            if page.get_by_role("button", name="Write", exact=True).count():  # a language model waits for a person's word
                page.get_by_role("button", name="Write", exact=True).click()
            page.mouse.move(0, 0)
            page.wait_for_timeout(1500)
            page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")  # all is computed and drawn
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(128)
            path.parent.mkdir(parents=True, exist_ok=True)
            picture.save(path, optimize=True)
            page.close()
        browser.close()
        server.shutdown()


def after_step_4(project: Path, copy: Path) -> Path:
    """A copy of a built project with what step 4 of the workshop says, built again."""
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns(".venv", ".git", "dist", "single"))
    page = (DOCS / "workshop/step-4.md").read_text(encoding="utf-8")
    panel, table, shown = (textwrap.dedent(block) for block in re.findall(r"```(?:js|yaml)\n(.*?)^[ ]*```", page, re.DOTALL | re.MULTILINE))
    metadata, index = copy / "metadata.yml", copy / "web/own/index.js"
    (copy / "web/own/hello.js").write_text(panel, encoding="utf-8")
    index.write_text(index.read_text(encoding="utf-8").partition("export const OWN")[0] + table, encoding="utf-8")
    metadata.write_text(re.sub(r"^page: .*\n", shown, metadata.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")
    build.build(copy, copy / "dist")
    return copy


if __name__ == "__main__":
    project, folder = map(Path, [*sys.argv[1:], DOCS][:2])
    take(project, {folder / name: how for name, how in PICTURES.items()})
    with tempfile.TemporaryDirectory() as home:
        take(after_step_4(project, Path(home) / "project"), {folder / name: how for name, how in AFTER_STEP_4.items()})
