"""The slides of the workshop, as Marp makes them: all of them, on their slide, without a word from elsewhere."""

import importlib.util
import re

import pytest

from paths import ROOT

pytestmark = pytest.mark.slow

spec = importlib.util.spec_from_file_location("slides", ROOT / "docs/workshop/slides.py")
slides = importlib.util.module_from_spec(spec)
spec.loader.exec_module(slides)

# The slides of a deck whose content is larger than what is seen of it.
OVERFULL = """() => [...document.querySelectorAll('section')].filter((slide) => slide.scrollHeight > slide.clientHeight + 1
  || [...slide.querySelectorAll('*')].some((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth)).map((slide) => slide.id)"""


def test_every_slide_fits_and_has_its_notes(page, tmp_path, browser_name):
    """`page` fails on any request to another host."""
    if browser_name != "chromium":
        pytest.skip("slides are drawn alike everywhere")
    slides.render(tmp_path)
    for name, deck in slides.DECKS.items():
        written = deck.read_text(encoding="utf-8").split("\n---\n")[1:]
        page.goto((tmp_path / name).as_uri())
        assert page.locator("section").count() == len(written)
        assert not page.evaluate(OVERFULL), name
        titles = [re.search(r"^#+ (.*)", slide, re.MULTILINE)[1] for slide in written]
        assert page.locator("section :is(h1, h2)").all_text_contents() == titles
        assert page.locator(".bespoke-marp-note").count() == sum("<!--" in slide for slide in written)
