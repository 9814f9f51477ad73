"""Make the pictures of README and docs from a built project: make demo, then uv run python docs/screenshots.py demo"""

import io
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent / "template"))

from mlweb import browsers  # noqa: E402
from mlweb.site import serve  # noqa: E402

# File -> size of the screen, its colours, and the view that is open. All show the last example.
PICTURES = {
    "screenshot.png": ((1280, 800), "light", "explore"),
    "phone.png": ((390, 844), "dark", "try"),
}


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
            page.mouse.move(0, 0)
            page.wait_for_timeout(1500)
            page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")  # all is computed and drawn
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(128)
            picture.save(path, optimize=True)
            page.close()
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    project, folder = map(Path, [*sys.argv[1:], DOCS][:2])
    take(project, {folder / name: how for name, how in PICTURES.items()})
