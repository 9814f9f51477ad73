"""The map of the form: two numbers picked as a point, which always stands where the fields say."""

import re

import pytest
from playwright.sync_api import expect
from test_page_accessible import axe, looks  # noqa: F401  fixtures

import models
from paths import ROOT

pytestmark = pytest.mark.slow

CALIFORNIA = (ROOT / "template/{% if recipe == 'housing' %}.{% endif %}/map.geojson").read_text(encoding="utf-8")
FILES = {"map.geojson": CALIFORNIA.encode()}
PLACES = ["Eureka", "Sacramento", "San Francisco", "Fresno", "Bakersfield", "Los Angeles", "San Diego"]
# y = 2 a + 10 b + 1
MAPPED = """schema: 1
name: Somewhere
inputs:
  b: {kind: number, label: Latitude, unit: °, min: 32.5, max: 42, step: 0.05, default: 37.25}
  a: {kind: number, label: Longitude, unit: °, min: -124.5, max: -114, step: 0.05, default: -119.25}
outputs:
  y: {kind: value, decimals: 2}
examples:
  - {label: Fresno, values: {a: -119.75, b: 36.75}}
page:
  panels: [predict]
  map: {x: a, y: b, outline: map.geojson, aspect: 0.88}
"""
VECTOR = """schema: 1
name: A seat
inputs:
  features:
    label: The seat
    fields:
      row: {kind: integer, min: 1, max: 9, default: 3}
      height: {kind: number, default: 0.5}
      column: {kind: integer, min: 0, max: 100, default: 20}
      size: {kind: number, min: 0, max: 1, missing: nan}
outputs:
  probabilities: {kind: classes, classes: [setosa, versicolor, virginica]}
page: {panels: [predict], map: {x: column, y: row}}
"""


@pytest.fixture
def opened(opened):
    """opened(model, metadata, outline) -> the page of a site with a map, ready."""
    return lambda model, metadata, outline=CALIFORNIA: opened(model, metadata, {"map.geojson": outline.encode()})


def sheet(page):
    return page.locator(".map .sheet")


def stands(page, a: float, b: float, ends=((-124.5, -114), (32.5, 42))) -> None:
    """The point is where these two values are."""
    expect(page.locator(".map .point")).to_be_visible()
    left, bottom = page.locator(".map .point").evaluate("({ style }) => [style.left, style.bottom].map(parseFloat)")
    shares = [100 * min(1, max(0, (value - low) / (high - low))) for value, (low, high) in zip((a, b), ends, strict=True)]
    assert [left, bottom] == pytest.approx(shares, abs=0.01)


def given(page) -> tuple[str, str]:
    return page.locator("[name=a]").input_value(), page.locator("[name=b]").input_value()


def at(page, a: float, b: float) -> dict:
    """Where two values are on the sheet, in pixels from its upper left."""
    box = sheet(page).bounding_box()
    return {"x": box["width"] * (a + 124.5) / 10.5, "y": box["height"] * (42 - b) / 9.5}


def answers(page, a: float, b: float) -> None:
    expect(page.locator("[data-output=y] data")).to_have_text(f"{2 * a + 10 * b + 1:.2f}")


def test_it_shows_the_outline_the_places_and_where_the_form_stands(opened):
    page = opened(models.linear, MAPPED)
    stands(page, -119.25, 37.25)
    assert page.locator(".map .area").count() == 5
    assert page.locator(".map .place").all_inner_texts() == PLACES
    assert all(name.is_visible() for name in page.locator(".map .place span").all())
    assert page.locator(".map .up span").all_inner_texts() == ["34", "36", "38", "40", "42"]
    assert page.locator(".map .across span").all_inner_texts() == ["-120", "-115"]
    expect(page.locator(".map .up-name")).to_have_text("↑ Latitude (°)")
    box = sheet(page).bounding_box()
    assert box["width"] / box["height"] == pytest.approx(0.88, abs=0.01)
    outline, sea = (page.evaluate("([x, y]) => document.elementFromPoint(x, y).getAttribute('class')", spot) for spot in spots(page))
    assert (outline, sea) == ("area", None), "land within the coast, none beyond it"
    assert page.locator(".map .beside [data-field]").evaluate_all("all => all.map((each) => each.dataset.field)") == ["b", "a"], "as the form has them"
    expect(page.get_by_role("slider", name="Longitude and Latitude", exact=True)).to_have_count(1)


def spots(page) -> list[list[float]]:
    """A place in the Sierra and one in the Pacific, in pixels of the window, in sight."""
    sheet(page).scroll_into_view_if_needed()
    box = sheet(page).bounding_box()
    return [[box["x"] + spot["x"], box["y"] + spot["y"]] for spot in (at(page, -118.5, 36.5), at(page, -123, 34))]


def test_a_click_fills_both_fields_and_the_result_follows(opened):
    page = opened(models.linear, MAPPED)
    sheet(page).click(position=at(page, -118.25, 34.05))
    a, b = map(float, given(page))
    assert (a, b) == pytest.approx((-118.25, 34.05), abs=0.05)
    assert all(abs(value * 20 - round(value * 20)) < 1e-9 for value in (a, b)) and len(given(page)[0]) <= 7, "on the steps of the fields"
    stands(page, a, b)
    answers(page, a, b)
    assert page.get_by_label("Longitude, slider").input_value() == given(page)[0]
    expect(page).to_have_url(re.compile(rf"#1&b={b:g}&a={a:g}$"))


def test_the_point_is_dragged_and_stays_on_the_map(opened):
    page = opened(models.linear, MAPPED)
    sheet(page).scroll_into_view_if_needed()
    box, start, there = sheet(page).bounding_box(), at(page, -119.25, 37.25), at(page, -121.5, 40)
    page.mouse.move(box["x"] + start["x"], box["y"] + start["y"])
    page.mouse.down()
    page.mouse.move(box["x"] + there["x"], box["y"] + there["y"], steps=4)
    a, b = map(float, given(page))
    assert (a, b) == pytest.approx((-121.5, 40), abs=0.05)
    answers(page, a, b)  # while it is held
    page.mouse.move(box["x"] + box["width"] + 60, box["y"] - 60)
    assert given(page) == ("-114", "42")
    page.mouse.up()
    page.mouse.move(box["x"] + start["x"], box["y"] + start["y"])
    assert given(page) == ("-114", "42"), "let go"
    expect(page).to_have_url(re.compile("#1&b=42&a=-114$"))
    stands(page, -114, 42)


def test_what_is_typed_moves_the_point(opened):
    page = opened(models.linear, MAPPED)
    page.locator("[name=a]").fill("-123,4")
    stands(page, -123.4, 37.25)
    page.locator("[name=b]").fill("")
    expect(page.locator(".map .point")).to_be_hidden()
    expect(sheet(page)).to_have_attribute("aria-valuetext", "No place chosen yet")
    page.locator("[name=b]").fill("north")
    expect(page.locator(".map .point")).to_be_hidden()
    page.get_by_label("Latitude, slider").fill("40")
    stands(page, -123.4, 40)
    answers(page, -123.4, 40)


def test_beyond_the_map_the_point_stands_at_the_edge_and_says_so(opened):
    page = opened(models.linear, MAPPED)
    expect(page.locator("#map-hint")).to_be_hidden()
    page.locator("[name=a]").fill("-130")
    stands(page, -124.5, 37.25)
    expect(page.locator("#map-hint").filter(visible=True)).to_have_text("This place is off the map: the point is shown at its edge.")
    expect(page.locator("#field-a-refusal")).to_have_text("Longitude must be at least -124.5.")
    sheet(page).focus()
    page.keyboard.press("ArrowRight")
    assert given(page) == ("-124.5", "37.25")
    expect(page.locator("#map-hint")).to_be_hidden()
    answers(page, -124.5, 37.25)


def test_the_keyboard_does_all_of_it(opened):
    page = opened(models.linear, MAPPED)
    page.get_by_role("button", name="Fresno").focus()
    page.keyboard.press("Tab")
    expect(sheet(page)).to_be_focused()
    assert sheet(page).evaluate("sheet => getComputedStyle(sheet).outlineStyle") == "solid"
    page.locator("[name=b]").fill("37.27")  # between two steps
    sheet(page).focus()
    page.keyboard.press("ArrowRight")
    assert given(page) == ("-119.2", "37.27"), "the other one stays as it was typed"
    expect(sheet(page)).to_have_attribute("aria-valuetext", "Longitude -119.2 °, Latitude 37.27 °")
    expect(sheet(page)).to_have_attribute("aria-valuenow", "-119.2")
    for key in ["ArrowUp", "Shift+ArrowLeft", "ArrowDown", "ArrowLeft"]:
        page.keyboard.press(key)
    assert given(page) == ("-119.75", "37.25")
    answers(page, -119.75, 37.25)
    for _ in range(12):
        page.keyboard.press("Shift+ArrowUp")
    assert given(page) == ("-119.75", "42")
    page.keyboard.press("Control+ArrowDown")
    assert given(page) == ("-119.75", "42"), "other chords are the browser's"
    for name in "ab":
        page.locator(f"[name={name}]").fill("")
    sheet(page).focus()
    page.keyboard.press("ArrowDown")
    assert given(page) == ("-119.25", "37.25"), "from nowhere to the middle"
    stands(page, -119.25, 37.25)


def test_examples_reset_and_links_move_it(opened):
    page = opened(models.linear, MAPPED)
    page.get_by_role("button", name="Fresno").click()
    stands(page, -119.75, 36.75)
    page.get_by_role("button", name="Reset").click()
    stands(page, -119.25, 37.25)
    sheet(page).click(position=at(page, -117, 35))
    a, b = given(page)
    expect(page).to_have_url(re.compile(f"a={a}$"))
    page.reload()
    page.wait_for_selector("html[data-state=ready]")
    assert given(page) == (a, b)
    stands(page, float(a), float(b))
    page.evaluate("location.hash = '#1&a=-122&b=38'")
    stands(page, -122, 38)


def test_a_finger_taps_and_drags_and_still_scrolls_the_page(browser, browser_name, whole):
    if browser_name == "firefox":
        pytest.skip("Playwright has no fingers for it")
    url = whole(models.linear, MAPPED, FILES)
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 600})
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    sheet(page).evaluate("sheet => scrollTo(0, sheet.getBoundingClientRect().top + scrollY - 40)")
    sheet(page).tap(position=at(page, -118.25, 38))
    tapped = given(page)
    assert tuple(map(float, tapped)) == pytest.approx((-118.25, 38), abs=0.05)

    box, devtools = sheet(page).bounding_box(), context.new_cdp_session(page)

    def swipe(start: dict, dx: float, dy: float) -> None:
        x, y = box["x"] + start["x"], box["y"] + start["y"]
        devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for part in range(1, 11):
            devtools.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x + dx * part / 10, "y": y + dy * part / 10}]})
        devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    top = page.evaluate("scrollY")
    swipe(at(page, -118.25, 38), -60, -40)
    assert page.evaluate("scrollY") == top, "the point itself is dragged"
    dragged = given(page)
    assert float(dragged[0]) < float(tapped[0]) - 1 and float(dragged[1]) > float(tapped[1]) + 0.5
    swipe(at(page, -116.5, 34.5), 0, -120)
    page.wait_for_function("(top) => scrollY > top + 60", arg=top)
    assert given(page) == dragged
    context.close()


def test_fields_of_one_tensor_whole_numbers_and_no_outline(opened):
    page = opened(models.softmax, VECTOR)
    assert page.locator("fieldset.group > .map").count() == 1
    assert page.locator("fieldset.group > .field").evaluate_all("all => all.map((each) => each.dataset.field)") == ["height", "size"]
    assert page.locator(".map .area, .map .place").count() == 0
    ends = ((0, 100), (1, 9))
    stands(page, 20, 3, ends)
    sheet(page).focus()
    for key in ["ArrowUp", "ArrowUp", "Shift+ArrowRight"]:
        page.keyboard.press(key)
    assert [page.locator(f"[name={name}]").input_value() for name in ("column", "row")] == ["30", "5"]
    box = sheet(page).bounding_box()
    sheet(page).click(position={"x": box["width"] * 0.777, "y": box["height"] * 0.49})
    column, row = (page.locator(f"[name={name}]").input_value() for name in ("column", "row"))
    assert column in ("77", "78") and row == "5"
    stands(page, int(column), 5, ends)


def test_on_a_page_of_others(page, served):
    url, folder = served(models.linear, MAPPED, FILES)
    head = '<!doctype html><html lang="fr"><title>.</title><script type="module" src="embed.js"></script>'
    (folder / "other.html").write_text(f'{head}<ml-model src="./"></ml-model>')
    page.goto(f"{url}other.html")
    expect(page.locator("ml-model .big")).not_to_be_empty(timeout=30_000)
    sheet(page).click(position=at(page, -118.25, 34.05))
    a, b = map(float, given(page))
    assert (a, b) == pytest.approx((-118.25, 34.05), abs=0.05)
    answers(page, a, b)
    page.locator("ml-model").evaluate("(model) => { model.values = { a: -122, b: 38 }; }")
    stands(page, -122, 38)
    box = sheet(page).bounding_box()
    assert box["width"] / box["height"] == pytest.approx(0.88, abs=0.01), "its styles are there"


def test_everybody_can_use_it(opened, looks):  # noqa: F811  the fixture
    place = (
        '{"properties": {"name": "Donaudampfschifffahrtsgesellschaftskapitän"}, "type": "Feature", "geometry": {"type": "Point", "coordinates": [-119, 37]}}'
    )
    outline = CALIFORNIA.replace('"features": [', f'"features": [{place},')
    page = opened(models.linear, MAPPED.replace("panels: [predict]", "panels: [predict]\n  language: fr"), outline)
    looks.at("fresh")
    expect(sheet(page)).to_have_attribute("aria-roledescription", "point sur une carte")
    page.locator("[name=a]").fill("-130")
    looks.at("beyond")
    page.locator("[name=a]").fill("")
    looks.at("nowhere")
    looks.nothing()
