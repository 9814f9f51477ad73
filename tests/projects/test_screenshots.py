"""The pictures of README and docs show the page as it is."""

import sys

import numpy as np
import pytest
from PIL import Image

from commands import run
from paths import ROOT
from scripts import script

pytestmark = pytest.mark.slow

BLOCK = 10  # pixels: letters are drawn otherwise on another machine, and so are the edges of a curve
FAR = 40  # of 255: a block that anybody sees to be another
MOST = 0.02  # of all blocks

screenshots = script("docs/screenshots.py")


def blocks(picture: Image.Image) -> np.ndarray:
    """The mean colour of each block, float64 [rows, columns, 3]."""
    size = picture.width // BLOCK, picture.height // BLOCK
    return np.asarray(picture.convert("RGB").resize(size, Image.Resampling.BOX), np.float64)


def changed(one: Image.Image, other: Image.Image) -> float:
    """The share of blocks that are another colour; all of them where the sizes differ."""
    return float((np.abs(blocks(one) - blocks(other)).max(axis=2) > FAR).mean()) if one.size == other.size else 1.0


def test_they_are_what_the_script_makes(project, tmp_path, browser_name):
    if browser_name != "chromium":
        pytest.skip("the script takes them in Chromium")
    done = run(sys.executable, ROOT / "docs/screenshots.py", project, tmp_path)  # in a process of its own: here Playwright may run already
    assert done.returncode == 0, done.stderr
    shares = {name: changed(Image.open(ROOT / "docs" / name), Image.open(tmp_path / name)) for name in screenshots.PICTURES | screenshots.AFTER_STEP_4}
    assert max(shares.values()) <= MOST, f"{shares}: make demo, then uv run python docs/screenshots.py demo"


def test_a_picture_of_before_a_change_is_told():
    """A bar of 24 pixels across the page, as a row of tabs is, or one panel that is gone."""
    picture = Image.open(ROOT / "docs/screenshot.png").convert("RGB")
    bar, panel = picture.copy(), picture.copy()
    bar.paste((0, 0, 0), (0, 100, picture.width, 140))
    panel.paste((255, 255, 255), (picture.width // 2, 0, picture.width, picture.height))
    assert changed(picture, picture) == 0
    assert changed(picture, bar) > MOST and changed(picture, panel) > MOST
