"""Series on the page: pasted, from a file or a column of it, moved by keys and by the mouse; the forecast as a chart, a table and a file."""

import csv
import io

import numpy as np
import pytest
from playwright.sync_api import expect
from test_page_batch import CAUGHT

from models_of_each_kind import FILES, SERIES, ahead

pytestmark = pytest.mark.slow

PAST = [1, 2.5, -3, 400, 0.1, 7]
FRENCH = SERIES + "page: {panels: [predict, embed], language: [en, fr]}\n"


def after(past) -> np.ndarray:
    """What the model makes of six numbers: [number, lower, upper] of each."""
    weights, width = np.float32([each / 7 for each in range(-6, 12)]).reshape(6, 3), np.float32([0.5, 1.25, 3])
    numbers = np.float32(past) @ weights
    return np.stack([numbers, numbers - width, numbers + width], axis=1)


def numbers(page) -> np.ndarray:
    """What the table of the result holds: [number, lower, upper] of each."""
    expect(page.locator(".result .live")).not_to_have_attribute("aria-busy", "true")
    return np.reshape([float(each.get_attribute("value")) for each in page.locator("[data-output=next] data").all()], (-1, 3))


def give(page, content: bytes, name: str = "past.csv") -> None:
    page.locator("[data-field=past] input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})
    expect(page.locator("[data-field=past] .source")).not_to_have_attribute("aria-busy", "true")


@pytest.fixture
def shown(page, whole):
    """shown(language) -> the page in that language."""
    url = whole(ahead, FRENCH, FILES)

    def shown(language: str = "en"):
        page.goto(f"{url}?lang={language}")
        page.wait_for_selector("html[data-state=ready]", timeout=30_000)
        return page

    return shown


def test_the_handle_is_whole_at_the_edge_of_its_chart(shown, page):
    page.set_viewport_size({"width": 390, "height": 844})
    shown()
    handle, ground = (page.locator(f"[data-field=past] {part}") for part in (".handle", ".ground"))
    dot, chart = handle.bounding_box(), ground.bounding_box()
    assert dot["x"] + dot["width"] / 2 + 8 > chart["x"] + chart["width"], "it reaches over the edge"
    assert ground.evaluate("each => getComputedStyle(each).overflow") == "visible"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_series_is_given_in_every_way_and_goes_on(shown):
    page = shown()
    box, says, field = page.locator("[name=past]"), page.locator("[data-field=past] .says"), page.locator("[data-field=past]")
    expect(box).to_have_value("1; 2.5; -3; 400; 0.1; 7")
    np.testing.assert_allclose(numbers(page), after(PAST), rtol=1e-5, atol=1e-4)
    result = page.locator("[data-output=next]")
    first, *_, last = after(PAST)[:, 0]
    expect(result.get_by_role("img")).to_have_accessible_name(f"Next: 3 numbers, the first {first:.2f} kW, the last {last:.2f} kW")
    assert result.locator(".before").first.get_attribute("d").count("L") == 5 and result.locator("path.line").get_attribute("d").count("L") == 3
    assert "NaN" not in result.locator("path.band").get_attribute("d") and result.locator("path.band").get_attribute("d").count("L") == 5
    result.locator("summary").click()
    expect(result.locator("tbody tr").first).to_contain_text("0.5")

    table = list(csv.reader(io.StringIO(bytes(result.get_by_role("button", name="Download as CSV").evaluate(CAUGHT)).decode("utf-8-sig"))))
    assert table[0] == ["Hours from now", "next", "low", "high"] and [line[0] for line in table[1:]] == ["0.5", "1", "1.5"]
    np.testing.assert_allclose(np.array(table[1:], float)[:, 1:], after(PAST), rtol=1e-5, atol=1e-4)

    box.fill("9, 9, 1, 2, 3, 4, 5, 6")
    expect(field.locator(".size")).to_have_text("The last 6 of 8 numbers count.")
    np.testing.assert_allclose(numbers(page), after(range(1, 7)), rtol=1e-5, atol=1e-4)
    box.fill("1\n2\n3")
    expect(field.locator(".refusal")).to_have_text("Past needs 6 numbers, but has 3.")
    box.fill("1\n2\nthree")
    expect(says).to_have_text("Past, line 3: “three” is not a number, such as 12.5.")
    box.fill("1 2 3 4 5 -200")
    expect(field.locator(".refusal")).to_have_text("Past: number 6, which is -200, must be at least -100.")

    give(page, b"hour,past,Power\n1,10,1.5\n2,20,2\n3,30,2\n4,40,2\n5,50,2\n6,60,2\n")
    expect(says).to_have_text("")
    column = field.get_by_label("Column")
    expect(column.locator("option")).to_have_text(["hour", "past", "Power"])
    expect(column.locator("option:checked")).to_have_text("past")
    np.testing.assert_allclose(numbers(page), after(range(10, 70, 10)), rtol=1e-5, atol=1e-4)
    column.select_option("hour")
    np.testing.assert_allclose(numbers(page), after(range(1, 7)), rtol=1e-5, atol=1e-4)
    give(page, b"time,Power\nMonday,1\nTuesday,\n")
    expect(says).to_have_text("Past, line 3: “” is not a number, such as 12.5.")
    give(page, FILES["b.txt"], "b.txt")
    expect(column).to_be_hidden()
    expect(field.locator(".size")).to_have_text("The last 6 of 9 numbers count.")


def test_points_are_moved_by_keys_and_by_the_mouse(shown):
    page = shown()
    box, handle = page.locator("[name=past]"), page.locator("[data-field=past] [role=slider]")
    box.fill("10 20 30 40 50 60")
    handle.focus()
    expect(handle).to_have_attribute("aria-valuetext", "Hours from now 0: 60 kW")
    handle.press("ArrowUp")
    expect(box).to_have_value("10; 20; 30; 40; 50; 61")
    handle.press("Shift+ArrowDown")
    handle.press("Home")
    handle.press("ArrowRight")
    expect(handle).to_have_attribute("aria-valuetext", "Hours from now -2: 20 kW")
    handle.press("ArrowDown")
    expect(box).to_have_value("10; 19; 30; 40; 50; 51")
    np.testing.assert_allclose(numbers(page), after([10, 19, 30, 40, 50, 51]), rtol=1e-5, atol=1e-4)

    ground = page.locator("[data-field=past] .ground")
    ground.scroll_into_view_if_needed()
    area = ground.bounding_box()
    x, y = area["x"] + 0.41 * area["width"], area["y"] + area["height"]
    page.mouse.move(x, y - 20)
    page.mouse.down()
    expect(handle).to_have_attribute("aria-valuetext", "Hours from now -1.5: 30 kW")  # chosen, and not moved yet
    page.mouse.move(x, area["y"] + 30, steps=3)
    page.mouse.up()
    moved = [float(each) for each in box.input_value().split("; ")]
    assert moved[2] > 40 and moved[:2] + moved[3:] == [10, 19, 40, 50, 51]
    expect(handle).to_be_focused()
    expect(handle).to_have_attribute("aria-valuetext", f"Hours from now -1.5: {moved[2]:g} kW")

    page.locator("[data-field=past]").get_by_role("button", name="Remove").click()
    expect(page.locator("[data-field=past] [id$=wish]")).to_have_text("Enter a series of numbers.")
    page.locator("[data-field=past]").get_by_role("button", name="Draw").click()
    expect(box).to_have_value("; ".join(["2450"] * 6))


def test_a_french_page_reads_and_writes_decimal_commas(shown):
    page = shown("fr")
    box = page.locator("[name=past]")
    expect(box).to_have_value("1; 2,5; -3; 400; 0,1; 7")
    box.fill("1,5 2,125 3 4 5 6")
    np.testing.assert_allclose(numbers(page), after([1.5, 2.125, 3, 4, 5, 6]), rtol=1e-5, atol=1e-4)
    expect(page.locator("[data-output=next] summary")).to_have_text("Les nombres en tableau")
