"""Make the pictures of README and docs from a built project: make demo, then uv run python docs/screenshots.py demo"""

import io
import sys
import threading
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


def main(project: Path) -> None:
    """Write them, with few enough colours to be small."""
    found = browsers.find("chromium")
    with serve.Server((project / "dist").resolve(), "/", port=0) as server, sync_playwright() as driver:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = driver.chromium.launch(**found) if found else sys.exit("There is no Chromium here: python -m mlweb.browsers chromium")
        for name, ((width, height), scheme, view) in PICTURES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
            page.goto(f"{server.url}?view={view}")
            page.wait_for_selector("html[data-state=ready]")
            page.locator(".examples button").last.click()
            page.mouse.move(0, 0)
            page.wait_for_timeout(1500)  # all is computed and drawn
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(128)
            picture.save(DOCS / name, optimize=True)
            page.close()
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
