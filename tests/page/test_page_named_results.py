"""Named numbers, labels and points on the page, in a table and in the panels that draw one number; whole numbers with all their digits."""

import io
import json

import numpy as np
import pytest
from playwright.sync_api import expect
from test_page_batch import CAUGHT, compute, saved, take

import models_of_each_kind
from models_of_each_kind import NUMBERS, numbers

pytestmark = pytest.mark.slow

BIG = "9007199254740993"  # 2^53 + 1, which JavaScript's numbers take for ...992
FORM = NUMBERS.replace("number, default: 1", "number, default: 1, min: -10, max: 10")
ALL = FORM + "".join(each.removeprefix(NUMBERS) for each in (models_of_each_kind.VALUES, models_of_each_kind.LABEL, models_of_each_kind.POINT))
ALL += "page: {panels: [predict, what-if, explain, batch, feedback]}\n"
ARRAYS = f"{FORM}  counts: {{kind: tensor}}\n  targets: {{kind: tensor}}\n"


@pytest.fixture
def shown(page, served):
    """shown() -> the page of all named results, over three points of held-out rows."""
    url, folder = served(numbers, ALL)
    [manifest] = folder.glob("app-*/manifest.json")
    content = json.loads(manifest.read_text())
    content["facts"]["points"] = {"plane": [[-2, -1], [0.5, 1], [1234.5, 0.25]]}
    manifest.write_text(json.dumps(content))
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", timeout=30_000)
    return page


def listed(page, output: str) -> list[str]:
    return page.locator(f"[data-output={output}] .quantities > div").all_inner_texts()


def test_named_results_are_shown_copied_and_written(shown):
    page = shown
    expect(page.locator("[data-output=targets] dd").first).to_have_text("2.20 m")
    assert [each.split("\n") for each in listed(page, "targets")] == [["east", "2.20 m"], ["To the north", "-2.14 km"], ["up", "5.3 m"]]
    assert [each.split("\n") for each in listed(page, "counts")] == [["large", BIG], ["small", "4"]]
    expect(page.locator("[data-output=cluster] .big.words")).to_have_text("Ærø 🏔️")
    assert [each.split("\n") for each in listed(page, "plane")] == [["First component", "-0.704"], ["Second", "-1.031 m"]]
    plane = page.locator("[data-output=plane]")
    expect(plane.get_by_role("img")).to_have_accessible_name("A point on a plane: First component -0.704, Second -1.031 m, over 3 held-out rows")
    assert plane.locator(".others").get_attribute("d").count("M") == 3 and plane.locator(".dot").get_attribute("d").count("M") == 1
    plane.locator("summary").click()
    expect(plane.locator("tbody tr")).to_have_count(3)
    assert plane.locator("tbody tr").all_inner_texts() == ["-2.000\t-1.000", "0.500\t1.000", "1,234.500\t0.250"]

    expect(page.locator(".what-if > .help")).to_contain_text("east (m), as one value of the form changes")
    expect(page.locator(".what-if .charts svg").first).to_have_accessible_name("As a goes from -10 to 10, east goes from -14.30 m to 15.70 m; now 1.")
    page.evaluate("() => { Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text; } } }); }")
    page.get_by_role("button", name="Copy result").click()
    expect(page.locator(".result [role=status]").filter(has_text="Copied.")).to_be_visible()
    assert "targets: east 2.20 m, To the north -2.14 km, up 5.3 m\n" in page.evaluate("window.copied")
    assert f"counts: large {BIG}, small 4\ncluster: Ærø 🏔️\n" in page.evaluate("window.copied")
    assert page.locator("#expected-cluster option").all_inner_texts()[1:] == ["quiet", "Ærø 🏔️"]

    take(page, "a,b\n1,1\n-3.5,1\n")
    compute(page)
    head, first, second = saved(page)
    assert head == ["a", "b", "east", "north", "up", "large", "small", "cluster", "plane_x", "plane_y"]
    assert first[2:8] == ["2.2", "-2.14", "5.3", BIG, "4", "Ærø 🏔️"] and float(first[8]) == pytest.approx(-0.704, abs=1e-4)
    assert second[7] == "1", "an element without a name"
    assert page.locator(".batch .results thead th").all_inner_texts()[1:5] == ["east (m)", "To the north (km)", "up (m)", "large"]
    assert page.locator(".batch .results tbody tr").first.locator("td").all_inner_texts()[3] == BIG

    page.locator("[name=a]").fill("-3.5")
    expect(page.locator("[data-output=cluster] .big:not(.words)")).to_have_text("1")


@pytest.mark.parametrize("width", [320])
def test_a_small_array_shows_all_its_elements_exactly(opened, page, width):
    page.set_viewport_size({"width": width, "height": 800})
    opened(numbers, ARRAYS)
    counts = page.locator("[data-output=counts]")
    expect(counts.locator("dl")).to_contain_text(f"Elements{BIG}, 4")
    expect(counts.locator("dl")).to_contain_text("from 4 to 9,007,199,254,740,993")
    expect(counts.locator("canvas")).to_be_hidden()
    kept = np.load(io.BytesIO(bytes(counts.get_by_role("button", name="Download as .npy").evaluate(CAUGHT))))
    assert kept.tolist() == [[int(BIG), 4]]
    expect(page.locator("[data-output=targets] dl")).to_contain_text("Elements2.2, -2.14, 5.3")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
