"""The what-if surface: the result over two numbers at once is what the formula says, and it is taken by pointer and by keys."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

import models
from page_states import assert_fits
from served_sites import RUNS

pytestmark = pytest.mark.slow

PANELS = "page: {panels: [predict, what-if]}\n"


def mix():
    """y = a b + c."""
    return models.text("""mix (float[N,1] a, float[N,1] b, float[N,1] c) => (float[N,1] y) {
        product = Mul(a, b)
        y = Add(product, c) }""")


MIX = f"""schema: 1
name: Mix
inputs:
  c: {{kind: number, label: Offset, default: 0, min: 0, max: 1}}
  a: {{kind: number, label: Width, unit: m, default: 5, min: 0, max: 32}}
  b: {{kind: integer, label: Count, default: 2, min: -1, max: 6}}
outputs:
  y: {{kind: value, unit: m², decimals: 1}}
{PANELS}"""


def settled(page):
    expect(page.locator(".plane:not([aria-busy]) .ground[aria-label]")).to_be_visible()
    return page.locator(".ground")


def unfold(page):
    expect(page.locator(".what-if .charts")).not_to_have_attribute("aria-busy", "true")
    page.locator(".surface summary").click()
    return settled(page)


def lightness(page) -> np.ndarray:
    """Of each square, row by row from the bottom: what a person sees of it without colours."""
    settled(page)
    pixels, width, height = page.locator(".ground canvas").evaluate(
        "canvas => [[...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data], canvas.width, canvas.height]"
    )
    return np.array(pixels, float).reshape(height, width, 4)[::-1, :, :3] @ [0.2126, 0.7152, 0.0722]


def point(page, column, row, columns=32, rows=8):
    """The middle of a square, in the picture's own coordinates."""
    box = settled(page).bounding_box()
    return {"x": box["width"] * (column + 0.5) / columns, "y": box["height"] * (1 - (row + 0.5) / rows)}


def test_the_two_fields_that_move_the_result_most_are_chosen(opened):
    page = opened(mix, MIX)
    unfold(page)
    assert [page.get_by_label(name, exact=True).evaluate("select => select.selectedOptions[0].text") for name in ("Across", "Up")] == ["Width", "Count"]
    expect(page.get_by_role("application", name="y for each Width and Count")).to_be_visible()
    expect(page.locator(".up-name")).to_have_text("↑ Count")
    expect(page.locator(".across-name")).to_have_text("Width (m) →")
    assert page.locator(".plane .up span").all_inner_texts() == ["0", "2", "4", "6"]
    assert page.locator(".plane .across span").all_inner_texts() == ["0", "10", "20", "30"]


def test_every_square_is_what_the_formula_says(opened):
    page = opened(mix, MIX)
    page.locator("[name=c]").fill("0.5")
    unfold(page)
    for column, row in [(0, 0), (31, 7), (12, 3), (31, 0)]:
        page.locator(".ground").hover(position=point(page, column, row))
        width, count = column + 0.5, row - 1
        expect(page.locator(".readout")).to_have_text(f"Width {width} m, Count {count}: {width * count + 0.5:.1f} m²")
    page.mouse.move(0, 0)
    expect(page.locator(".readout")).to_have_text("")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_more_is_further_from_the_ground_in_grey_too(page, opened, scheme):
    page.emulate_media(color_scheme=scheme)
    opened(mix, MIX)
    if not page.evaluate("scheme => matchMedia(`(prefers-color-scheme: ${scheme})`).matches", scheme):
        pytest.skip("this engine can't be told its colour scheme")
    unfold(page)
    seen = lightness(page)
    assert seen.shape == (8, 32)
    expected = np.outer(np.arange(-1, 7), np.arange(32) + 0.5)
    order = np.argsort(expected, axis=None)
    steps = np.diff(seen.ravel()[order]) * (1 if scheme == "dark" else -1)
    assert steps.min() >= -1.5 and abs(seen.ravel()[order[-1]] - seen.ravel()[order[0]]) > 120, "monotone, but for the rounding of bytes"


def test_it_follows_the_page_from_light_to_dark(page, opened, browser_name):
    if browser_name == "firefox":
        pytest.skip("Playwright can't change its colour scheme")
    page.emulate_media(color_scheme="light")
    opened(mix, MIX)
    unfold(page)
    light = lightness(page)
    page.emulate_media(color_scheme="dark")
    largest = "document.querySelector('.ground canvas').getContext('2d').getImageData(31, 0, 1, 1).data[0]"
    page.wait_for_function(f"() => {largest} > 128")  # the square of the largest number is pale on the dark ground alone
    assert np.corrcoef(light.ravel(), lightness(page).ravel())[0, 1] < -0.9


def test_a_click_sets_both_values_and_keeps_the_others(opened):
    page = opened(mix, MIX)
    page.locator("[name=c]").fill("0,25")
    unfold(page).click(position=point(page, 20, 6))
    assert [page.locator(f"[name={name}]").input_value() for name in "abc"] == ["20.5", "5", "0,25"]
    expect(page.locator("[data-output=y] data")).to_have_text("102.8")


def test_the_keyboard_does_all_of_it(opened):
    page = opened(mix, MIX)
    expect(page.locator(".what-if .charts")).not_to_have_attribute("aria-busy", "true")
    page.locator(".surface summary").focus()
    page.keyboard.press("Enter")
    settled(page)
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.locator(".ground")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".readout")).to_have_text("Width 5.5 m, Count 2: 11.0 m²")  # where the form stands
    for key in ["ArrowUp", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown"]:
        page.keyboard.press(key)
    expect(page.locator(".readout")).to_have_text("Width 7.5 m, Count 1: 7.5 m²")
    page.keyboard.press("Enter")
    expect(page.locator("[data-output=y] data")).to_have_text("7.5")
    assert [page.locator(f"[name={name}]").input_value() for name in "ab"] == ["7.5", "1"]
    expect(page.locator(".ground")).to_be_focused()
    for _ in range(20):
        page.keyboard.press("ArrowDown")
    expect(page.locator(".readout")).to_have_text("Width 7.5 m, Count -1: -7.5 m²")


def test_it_costs_nothing_until_opened_and_only_when_others_change(page, opened):
    page.add_init_script(f"({RUNS})()")
    opened(mix, MIX)
    expect(page.locator(".what-if .charts")).not_to_have_attribute("aria-busy", "true")
    assert 256 not in page.evaluate("runs")
    unfold(page)
    assert page.evaluate("runs").count(256) == 1
    page.locator("[name=a]").fill("16")
    expect(page.locator(".ring")).to_have_attribute("style", re.compile("left: 50%"))
    assert page.evaluate("runs").count(256) == 1, "only the ring has moved"
    page.locator("[name=c]").fill("1")
    page.locator(".ground").hover(position=point(page, 0, 1))
    expect(page.locator(".readout")).to_have_text("Width 0.5 m, Count 0: 1.0 m²")
    assert page.evaluate("runs").count(256) == 2
    page.locator(".surface summary").click()
    page.locator("[name=c]").fill("0")
    expect(page.locator("[data-what-if=a] .now")).to_have_text("now 16")
    expect(page.locator(".what-if .charts")).not_to_have_attribute("aria-busy", "true")
    assert page.evaluate("runs").count(256) == 2, "closed again"


def test_other_fields_can_be_chosen_and_never_the_same_twice(opened):
    page = opened(mix, MIX)
    unfold(page)
    page.get_by_label("Up", exact=True).select_option("Offset")
    expect(page.locator(".up-name")).to_have_text("↑ Offset")
    page.locator(".ground").hover(position=point(page, 31, 31, rows=32))
    expect(page.locator(".readout")).to_have_text("Width 31.5 m, Offset 0.984: 64.0 m²")
    page.get_by_label("Across", exact=True).select_option("Offset")
    expect(page.locator(".up-name")).to_have_text("↑ Width (m)")
    expect(page.locator(".across-name")).to_have_text("Offset →")


def test_what_training_saw_is_outlined_and_the_form_ringed(knowing):
    page = knowing(mix, MIX, {"a": {"min": 8, "max": 24}, "b": {"min": 0, "max": 3}})
    page.locator("[name=b]").fill("6")
    unfold(page)
    sides = ["left", "bottom", "width", "height"]
    seen, ring = (
        page.locator(f".ground .{mark}").evaluate("(mark, sides) => sides.map((side) => parseFloat(mark.style[side]))", sides) for mark in ("seen", "ring")
    )
    np.testing.assert_allclose(seen, [25, 100 * 1.5 / 8, 50, 100 * 3 / 8], atol=0.01)
    np.testing.assert_allclose(ring, [100 * 5 / 32, 100 * 7.5 / 8, 0, 0], atol=0.01)


def test_nothing_is_shown_of_what_is_refused(opened):
    page = opened(mix, MIX)
    unfold(page)
    page.locator("[name=c]").fill("x")
    expect(page.locator(".ground")).to_be_hidden()
    page.locator("[name=c]").fill("1")
    expect(settled(page)).to_be_visible()


def test_the_probability_of_the_likeliest_class(opened):
    fields = models.SOFTMAX.replace("kind: number,", "kind: number, min: 0, max: 8,")
    page = opened(models.softmax, fields + PANELS)
    unfold(page)
    expect(page.locator(".legend .name")).to_have_text("Probability of setosa")
    assert page.locator(".legend .ends span").all_inner_texts()[1] == "100.0%"
    page.locator(".ground").hover(position=point(page, 3, 4, rows=32))
    expect(page.locator(".readout")).to_have_text(re.compile(r"0\.88 cm, .* 1\.13 cm: [\d.]+%$|: [\d.]+%$"))


def test_a_single_number_has_no_surface(opened):
    page = opened(metadata=models.LINEAR + PANELS)
    expect(page.locator("[data-what-if=b] svg")).to_be_visible()
    assert page.locator(".surface").count() == 0


def test_nothing_runs_over_the_edge(opened, page):
    opened(mix, MIX.replace("Width", "Width of the widest of all things that there are"))
    unfold(page)
    assert_fits(page)
