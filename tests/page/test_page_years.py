"""Years are written without a mark between thousands, in the form, the charts and the tables, in both languages; other numbers with one."""

import json
import subprocess

import pytest
from playwright.sync_api import expect

import models
from node_tools import NODE
from paths import ROOT

FIELDS = {
    "a year": ({"kind": "integer", "name": "year built", "min": 1875, "max": 2040}, "2024"),
    "in capitals": ({"kind": "integer", "name": "YearBuilt", "min": 1875, "max": 2040}, "2024"),
    "short": ({"kind": "integer", "name": "yr_sold", "min": 1990, "max": 2030}, "2024"),
    "French": ({"kind": "integer", "name": "x", "label": "Année de construction", "min": 1875, "max": 2040}, "2024"),
    "no year by its limits": ({"kind": "integer", "name": "year", "min": 0, "max": 2040}, "2,024"),
    "without limits": ({"kind": "integer", "name": "year"}, "2,024"),
    "an amount": ({"kind": "integer", "name": "hours per year", "unit": "h", "min": 1500, "max": 2200}, "2,024"),
    "another name": ({"kind": "integer", "name": "yearling", "label": "Cans", "min": 1500, "max": 2200}, "2,024"),
    "no whole number": ({"kind": "number", "name": "year", "min": 1500, "max": 2200}, "2,024"),
    "as the contract says": ({"kind": "integer", "name": "order", "grouping": False}, "2024"),
    "a year that is none": ({"kind": "integer", "name": "year", "min": 1500, "max": 2200, "grouping": True}, "2,024"),
    "an output": ({"kind": "value", "name": "y", "grouping": False}, "2024"),
}


@pytest.mark.parametrize(("field", "text"), FIELDS.values(), ids=FIELDS)
def test_which_numbers_are_years(field, text):
    made = f"const {{ makeFormat }} = await import('{(ROOT / 'template/web/ui/format.js').as_uri()}');"
    code = f"{made} console.log(makeFormat('en', {{}}).of({json.dumps(field)}).number(2024));"
    done = subprocess.run([NODE, "--no-warnings", "--input-type=module", "-e", code], capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.strip() == text, done.stderr


SINCE = """schema: 1
name: Since when
inputs:
  a: {kind: integer, label: {en: Year built, fr: Année de construction}, min: 1875, max: 2040, default: 1990}
  b: {kind: integer, label: {en: Rent, fr: Loyer}, min: 1000, max: 3000, default: 2000}
outputs:
  y: {kind: value, label: {en: Renewed in, fr: Refait en}, decimals: 0, grouping: false}
page: {language: [en, fr], panels: [predict, what-if, explain, card]}
"""


def whole():
    """y = a + b, of whole numbers."""
    return models.text("whole (int64[N,1] a, int64[N,1] b) => (int64[N,1] y) { y = Add(a, b) }")


@pytest.mark.slow
@pytest.mark.parametrize(("language", "thousand"), [("en", ","), ("fr", "\u202f")])
def test_a_year_is_one_everywhere(page, served, language, thousand):
    url, folder = served(whole, SINCE)
    [manifest] = folder.glob("app-*/manifest.json")
    content = json.loads(manifest.read_text(encoding="utf-8"))
    seen = {"a": {"min": 1901, "max": 2019, "median": 1984}, "b": {"min": 1100, "max": 2900, "median": 1500}}
    manifest.write_text(json.dumps(content | {"facts": {**content["facts"], "fields": seen}}), encoding="utf-8")
    page.add_init_script(f"Object.defineProperty(navigator, 'languages', {{ get: () => ['{language}'] }})")
    page.goto(url)
    expect(page.locator("[data-output=y] data")).to_have_text("3990")
    expect(page.locator("[data-what-if=a] .tick.left")).to_have_text("1875")
    expect(page.locator("[data-what-if=b] .tick.left")).to_have_text(f"1{thousand}000")
    expect(page.locator("[data-what-if=a] .tick.top")).to_have_text("5000")
    page.locator("[name=a]").fill("1880")
    expect(page.locator("[data-field=a]")).to_contain_text("1901")
    everything = page.locator("main").inner_text()
    assert f"1{thousand}901" not in everything and f"1{thousand}875" not in everything and f"1{thousand}984" not in everything
    assert f"2{thousand}900" in everything, "the card writes amounts as before"
