"""The documentation, opened from a stick: it is found in, stays dark, and speaks its language."""

import re

import pytest
from playwright.sync_api import expect

from scripts import script

pytestmark = pytest.mark.slow

website = script("docs/website.py")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    assert website.main(folder) == 0
    return folder


def test_the_search_finds_a_page(site, page):
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("Control+k")
    page.keyboard.type("without a network")
    expect(page.get_by_text(re.compile(r"^\d+ results$"))).to_be_visible(timeout=30_000)
    page.locator("a[href*='without-a-network.html?h=']").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("network")


def test_dark_stays_dark(site, page):
    page.goto((site / "index.html").as_uri())
    body = page.locator("body")
    for _ in range(2):
        page.locator("label[for^=__palette]:visible").click()
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    page.get_by_role("link", name="Workshop").first.click()
    expect(body).to_have_attribute("data-md-color-scheme", "slate")


def test_french_is_said_to_be_french(site, page):
    page.goto((site / "workshop/fr/step-1.html").as_uri())
    assert page.locator("[lang=fr]").get_by_role("heading", level=1).count() == 1
    page.goto((site / "workshop/step-1.html").as_uri())
    assert page.locator("[lang=fr]").count() == 0
