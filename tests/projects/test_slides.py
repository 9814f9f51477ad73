"""What a teacher shows and hands out: the slides, as Marp makes them, all of them on their slide and without a word from elsewhere; the sheet on one page."""

import re

import pytest

from scripts import script

pytestmark = pytest.mark.slow


slides, website = script("docs/workshop/slides.py"), script("docs/website.py")

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


def test_the_sheet_is_one_page(page, tmp_path, browser_name):
    if browser_name != "chromium":
        pytest.skip("only Chromium prints for Playwright")
    assert website.main(tmp_path) == 0
    for path in ("workshop/sheet.html", "workshop/fr/sheet.html"):
        page.goto((tmp_path / path).as_uri())
        for paper in ("A4", "Letter"):
            assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper))) == 1, f"{path} on {paper}"
