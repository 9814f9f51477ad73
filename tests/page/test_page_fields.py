"""What a person types: refused beside its field with the reason, and never a result that is not of what is shown."""

import pytest
from playwright.sync_api import expect

import models
from page_states import assert_fits

pytestmark = pytest.mark.slow


def y(page) -> str:
    """The result of what the form holds now."""
    expect(page.locator(".result .live")).not_to_have_attribute("aria-busy", "true")
    return page.locator("[data-output=y] data").inner_text()


def test_the_result_follows_every_change(opened):
    page = opened()
    assert y(page) == "23.00"
    page.locator("[name=a]").fill("2")
    assert y(page) == "25.00"
    page.locator("[name=b]").fill("1,5")
    assert y(page) == "20.00"


REFUSED = [
    ("", "b is empty: fill it in."),
    ("many", "b: “many” is not a number, such as 12.5."),
    ("1,500", "b: “1,500” can be read in two ways; write 1.500 or 1500."),
    ("11", "b must be at most 10."),
    ("-1", "b must be at least 0."),
    ("NaN", "b: “NaN” is not a number, such as 12.5."),
    ("Infinity", "b: “Infinity” is not a number, such as 12.5."),
    ("1e400", "b: 1e400 is too large for the model (float32)."),
    ("1.5\t2.5", "b: “1.5\t2.5” is not a number, such as 12.5."),
    ("٣", "b: “٣” is not a number, such as 12.5."),
    ("🦊", "b: “🦊” is not a number, such as 12.5."),
    ("1\0", "b: “1\0” is not a number, such as 12.5."),
]


def test_a_refused_value(opened, subtests):
    page = opened()
    box = page.locator("[name=b]")
    for typed, sentence in REFUSED:
        with subtests.test(typed=typed):
            box.fill(typed)
            expect(page.locator("#field-b-refusal")).to_have_text(sentence)
            expect(box).to_have_attribute("aria-invalid", "true")
            assert "field-b-refusal" in box.get_attribute("aria-describedby")
            expect(page.locator(".result .values")).to_be_hidden()
            expect(page.locator(".result .note")).to_be_visible()
            box.fill("2")
            expect(page.locator("#field-b-refusal")).to_be_hidden()
            assert y(page) == "23.00"


def test_a_result_that_comes_late_is_not_shown(opened):
    """The form holds something else by now, which is refused."""
    page = opened()
    page.evaluate("""() => new Promise((answered) => {
      const [box, post] = [document.querySelector('[name=b]'), Worker.prototype.postMessage];
      Worker.prototype.postMessage = function (...given) { this.addEventListener('message', () => setTimeout(answered)); post.apply(this, given); };
      for (const typed of ['3', 'many']) { box.value = typed; box.dispatchEvent(new Event('input', { bubbles: true })); } })""")
    expect(page.locator("#field-b-refusal")).to_have_text("b: “many” is not a number, such as 12.5.")
    expect(page.locator(".result .values")).to_be_hidden()


def test_examples_and_reset_fill_the_form(opened):
    page = opened(metadata=models.LINEAR + "examples:\n  - {label: Big, values: {a: 100, b: 10}}\n")
    page.get_by_role("button", name="Big").click()
    assert y(page) == "301.00"
    page.locator(".predict form .quiet").click()
    assert y(page) == "23.00"


def test_a_slider_and_its_field_move_together(opened):
    page = opened()
    page.locator("input[type=range]").fill("4")
    expect(page.locator("[name=b]")).to_have_value("4")
    assert y(page) == "43.00"
    page.locator("[name=b]").fill("7")
    expect(page.locator("input[type=range]")).to_have_value("7")


def test_the_ends_of_a_slider_refuse_nothing(opened):
    page = opened(metadata=models.LINEAR.replace("min: 0, max: 10", "slider: [0, 5]"))
    slider = page.locator("input[type=range]")
    assert (slider.get_attribute("min"), slider.get_attribute("max")) == ("0", "5")
    page.locator("[name=b]").fill("20")
    assert y(page) == "203.00"
    expect(slider).to_have_value("5")


def test_the_latest_value_wins(opened):
    page = opened()
    page.evaluate("""() => { const box = document.querySelector('[name=a]');
      for (let i = 0; i <= 200; i++) { box.value = i; box.dispatchEvent(new Event('input', { bubbles: true })); } }""")
    assert y(page) == "421.00"


def test_it_works_by_keyboard_alone(opened):
    page = opened()
    page.locator("[name=a]").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("5")
    assert y(page) == "31.00"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "range"
    before = float(page.locator("[name=b]").input_value())
    page.keyboard.press("ArrowRight")
    assert float(page.locator("[name=b]").input_value()) > before


def test_nothing_runs_over_the_edge(opened, page):
    opened(models.softmax, models.SOFTMAX)
    assert_fits(page)


def test_a_number_is_moved_by_the_arrow_keys_and_by_its_label(opened):
    page = opened()
    box = page.locator("[name=b]")
    box.fill("2")
    for key, there in [("ArrowUp", "2.1"), ("ArrowUp", "2.2"), ("ArrowDown", "2.1"), ("Shift+ArrowUp", "3.1"), ("PageDown", "2.1")]:
        box.press(key)
        assert box.input_value() == there, key
    expect(page.locator("[data-output=y] data")).to_have_text("24.00")
    box.press("Shift+ArrowDown")
    for _ in range(3):
        box.press("PageDown")
    assert box.input_value() == "0", "not below the smallest"
    box.blur()
    place = page.locator("[data-field=b] label").bounding_box()
    page.mouse.move(place["x"] + 3, place["y"] + 5)
    page.mouse.down()
    page.mouse.move(place["x"] + 53, place["y"] + 5, steps=5)
    page.mouse.up()
    assert box.input_value() == "1"
    expect(box).not_to_be_focused()
    page.locator("[data-field=b] label").click()
    expect(box).to_be_focused()
    box.fill("a lot")
    box.press("ArrowUp")
    assert box.input_value() == "a lot"
