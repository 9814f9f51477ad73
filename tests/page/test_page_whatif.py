"""The curves of the what-if panel: the numbers that native onnxruntime computes, of what the form holds, and never in its way."""

import re

import numpy as np
import onnxruntime
import pytest
from playwright.sync_api import expect

import first_screen
import models
from page_states import assert_fits
from served_sites import RUNS

pytestmark = pytest.mark.slow

PANELS = "page: {panels: [predict, what-if]}\n"
LINEAR = models.LINEAR + PANELS
SOFTMAX = models.SOFTMAX.replace("kind: number,", "kind: number, min: 0, max: 8,") + PANELS
OPTIONS = f"""schema: 1
name: Options
inputs:
  a: {{kind: choice, default: 2, choices: [{{value: 2, label: Two}}, {{value: -5, label: Minus five}}]}}
  b: {{kind: toggle}}
outputs:
  y: {{kind: value, unit: m}}
{PANELS}"""

# Types each value as soon as the result of the one before is there, by the page itself: on a busy machine the test would take so long that the form rests.
TYPED = """async (values) => {
  const box = document.querySelector('[name=a]'), result = document.querySelector('[data-output=y]'), seen = [];
  for (const value of values) {
    const changed = new Promise((resolve) => new MutationObserver(resolve).observe(result, { childList: true, characterData: true, subtree: true }));
    box.value = value;
    box.dispatchEvent(new Event('input', { bubbles: true }));
    await changed;
    seen.push(result.querySelector('data').textContent);
  }
  return seen; }"""


def chart(page, field):
    """The figure of a field, of what the form holds now."""
    expect(page.locator(".what-if .charts")).not_to_have_attribute("aria-busy", "true")
    figure = page.locator(f'[data-what-if="{field}"]')
    if figure.count():
        expect(figure).not_to_have_attribute("aria-busy", "true")
    return figure


def words(page, field) -> str:
    return chart(page, field).locator("svg").get_attribute("aria-label")


def drawn(page, field) -> tuple[np.ndarray, np.ndarray]:
    """The points of a field's curve, read off its axes."""
    figure = chart(page, field)
    points = np.array(re.findall(r"[ML](\S+) ([^ML]+)", figure.locator(".line").get_attribute("d")), float)
    top, bottom, left, right = (end(figure.locator(f".{side}").inner_text()) for side in ("top", "bottom", "left", "right"))
    return left + points[:, 0] * (right - left) / 100, top + points[:, 1] * (bottom - top) / 100


def end(tick: str) -> float:
    number = float(re.sub(r"[,%]", "", tick).replace("−", "-"))
    return number / 100 if "%" in tick else number


def native(model, **feeds):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, feeds)


def test_a_curve_is_what_native_onnxruntime_computes(opened):
    page = opened(metadata=LINEAR)
    expect(chart(page, "b").locator("svg")).to_have_attribute("aria-label", "As b goes from 0 to 10, y goes from 3.00 to 103.00; now 2.")
    x, y = drawn(page, "b")
    assert len(x) == 41, "40 points and the one where the form stands"
    b = x.astype(np.float32).reshape(-1, 1)
    [expected] = native(models.linear(), a=np.ones_like(b), b=b)
    np.testing.assert_allclose(y, expected[:, 0], atol=0.02)
    dot = chart(page, "b").locator(".dot").get_attribute("d")
    assert dot == "M20 84.67h.01", "b = 2 of 0 to 10, y = 23 of 0 to 150"


def test_the_likeliest_class_is_followed(opened):
    page = opened(models.softmax, SOFTMAX)
    expect(page.locator(".what-if > .help")).to_contain_text("Probability of setosa")
    x, y = drawn(page, "petal_length")
    rows = np.tile(np.float32([5.1, 3.5, 0, 0.2]), (len(x), 1))
    rows[:, 2] = x
    expected = native(models.softmax(), features=rows)[1]
    assert np.ptp(expected[:, 0]) > 0.1
    np.testing.assert_allclose(y, expected[:, 0], atol=1e-3)
    assert re.fullmatch(r"As petal length goes from 0 to 8 cm, Probability of setosa goes from [\d.]+% to [\d.]+%; now 1.4.", words(page, "petal_length"))
    page.locator("[name=petal_length]").fill("8")
    expect(page.locator(".what-if > .help")).to_contain_text("Probability of versicolor")


def test_the_curves_follow_the_form(opened):
    page = opened(metadata=LINEAR)
    page.locator("[name=a]").fill("-51")
    expect(page.locator("[data-what-if=b] svg")).to_have_attribute("aria-label", re.compile("from -101.00 to -1.00; now 2"))
    page.locator("[name=b]").fill("7,5")
    expect(page.locator("[data-what-if=b] svg")).to_have_attribute("aria-label", re.compile("from -101.00 to -1.00; now 7.5"))
    expect(chart(page, "b").locator(".now")).to_have_text("now 7.5")


def test_what_is_out_of_sight_is_drawn_when_it_comes_into_sight_when_the_form_rests_and_for_paper(opened, page):
    page.set_viewport_size({"width": 390, "height": 300})
    opened(models.softmax, SOFTMAX)
    expect(chart(page, "sepal_width").locator(".line")).to_have_attribute("d", re.compile("M"))
    typed = """([value, then]) => new Promise((resolve) => {
      const [box, charts] = [document.querySelector('[name=petal_width]'), document.querySelector('.what-if .charts')];
      box.value = value;
      box.dispatchEvent(new Event('input', { bubbles: true }));
      new MutationObserver((_, observer) => {
        if (charts.hasAttribute('aria-busy')) return;
        observer.disconnect();
        const figure = document.querySelector('[data-what-if=sepal_width]');
        const was = figure.getAttribute('aria-busy');
        if (then === 'print') dispatchEvent(new Event('beforeprint'));
        if (then === 'scroll') figure.scrollIntoView();
        const heard = () => requestAnimationFrame(() => resolve([was, figure.getAttribute('aria-busy')]));
        new IntersectionObserver(heard).observe(figure); // which hears of it after those of the page
      }).observe(charts, { attributes: true, attributeFilter: ['aria-busy'] });
    })"""
    assert page.evaluate(typed, ["2", "print"]) == ["true", None]
    before = words(page, "sepal_width")
    assert page.evaluate(typed, ["1", "rest"]) == ["true", "true"]
    expect(chart(page, "sepal_width")).not_to_have_attribute("aria-busy", "true")
    assert words(page, "sepal_width") != before
    page.evaluate("scrollTo(0, 0)")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))")  # what is in sight is known then
    assert page.evaluate(typed, ["3", "scroll"]) == ["true", None]


def test_nothing_is_shown_of_what_is_refused(opened):
    page = opened(metadata=LINEAR)
    expect(chart(page, "b").locator("svg")).to_be_visible()
    page.locator("[name=b]").fill("11")
    expect(page.locator(".what-if .note")).to_have_text("The curves appear with the next result.")
    expect(page.locator("[data-what-if=b] svg")).to_be_hidden()
    page.locator("[name=b]").fill("1")
    expect(page.locator("[data-what-if=b] svg")).to_be_visible()
    expect(page.locator(".what-if .note")).to_be_hidden()


def test_what_training_saw_is_the_range_where_the_contract_has_none(knowing):
    page = knowing(models.linear, LINEAR, {"a": {"min": -2, "max": 2}, "b": {"min": 2.5, "max": 5}})
    expect(page.locator("[data-what-if=a] svg")).to_have_attribute("aria-label", "As a goes from -2 to 2, y goes from 17.00 to 25.00; now 1.")
    shaded = chart(page, "b").locator(".seen")
    assert (shaded.get_attribute("x"), shaded.get_attribute("width")) == ("25", "25")
    page.locator("[name=a]").fill("6")  # the curve goes as far as the form does
    expect(page.locator("[data-what-if=a] svg")).to_have_attribute("aria-label", "As a goes from -2 to 6, y goes from 17.00 to 33.00; now 6.")
    assert np.diff(drawn(page, "a")[0]).max() < 0.3, "evenly all the way"
    shaded = chart(page, "a").locator(".seen")
    assert (shaded.get_attribute("x"), shaded.get_attribute("width")) == ("0", "50")


def test_a_number_without_a_range_has_no_curve(opened):
    page = opened(metadata=LINEAR)
    expect(chart(page, "b")).to_be_visible()
    assert chart(page, "a").count() == 0


def test_whole_numbers_stay_whole(opened):
    page = opened(metadata=LINEAR.replace("b: {kind: number, default: 2, min: 0, max: 10}", "b: {kind: integer, default: 2, min: -1, max: 4}"))
    x, y = drawn(page, "b")
    np.testing.assert_allclose(x, range(-1, 5))
    np.testing.assert_allclose(y, [-7, 3, 13, 23, 33, 43])


def test_an_empty_field_that_may_be_empty_has_a_curve_without_a_dot(opened):
    page = opened(metadata=LINEAR.replace("max: 10}", "max: 10, missing: nan}"))
    expect(chart(page, "b").locator(".dot")).to_have_attribute("d", re.compile("M20"))
    page.locator("[name=b]").fill("")
    expect(page.locator("[data-what-if=b] svg")).to_have_attribute("aria-label", "As b goes from 0 to 10, y goes from 3.00 to 103.00; now No answer.")
    expect(chart(page, "b").locator(".dot")).to_have_attribute("d", "")


def test_options_are_bars(opened):
    page = opened(metadata=OPTIONS)
    expect(chart(page, "a").locator("li")).to_have_text([re.compile("Two.*5 m"), re.compile("Minus five.*-9 m")])
    expect(chart(page, "b").locator("li")).to_have_text([re.compile("Yes.*15 m"), re.compile("No.*5 m")])
    assert [each.inner_text().split()[0] for each in page.locator(".what-if [aria-current]").all()] == ["Two", "No"]
    sizes = page.locator(".what-if .bar").evaluate_all(
        "bars => bars.map(({ style }) => ['--from', '--long'].map((part) => parseFloat(style.getPropertyValue(part))))"
    )
    zero = sizes[0][0]
    assert sizes[1][0] + sizes[1][1] == pytest.approx(zero), "a bar below zero ends there"
    assert sizes[0][1] * 9 == pytest.approx(sizes[1][1] * 5) and sizes[0][1] * 15 == pytest.approx(sizes[2][1] * 5), "lengths are in proportion"
    page.locator("[name=b]").check()
    expect(page.locator("[data-what-if=a] li").first).to_have_text(re.compile("Two.*15 m"))


def test_it_is_one_run_after_the_forms_own(page, opened):
    page.add_init_script(f"({RUNS})()")
    opened(metadata=LINEAR)
    chart(page, "b").locator("svg[aria-label]").wait_for()
    runs = page.evaluate("runs")  # the form runs twice at first, to warm up
    assert runs[0] == 1 and sorted(runs) == [1, 1, 42]
    page.evaluate("runs.length = 0")
    page.locator("[name=a]").fill("2")
    expect(page.locator("[data-what-if=b] svg")).to_have_attribute("aria-label", re.compile("from 5.00 to 105.00"))
    assert page.evaluate("runs") == [1, 42]


def test_the_latest_value_wins(page, opened):
    page.add_init_script(f"({RUNS})()")
    opened(metadata=LINEAR)
    chart(page, "b").locator("svg[aria-label]").wait_for()
    page.evaluate("""() => { runs.length = 0; const box = document.querySelector('[name=a]');
      for (let i = 0; i <= 200; i++) { box.value = i; box.dispatchEvent(new Event('input', { bubbles: true })); } }""")
    expect(page.locator("[data-what-if=b] svg")).to_have_attribute("aria-label", re.compile("from 401.00 to 501.00"))
    assert page.evaluate("runs.filter(rows => rows > 1).length") == 1
    expect(page.locator("[data-output=y] data")).to_have_text("421.00")


def wide():
    """y = the sum of 40 features."""
    return models.text("""wide (float[N,40] features) => (float[N,1] y) {
        axes = Constant<value = int64[1] {1}>()
        y = ReduceSum<keepdims = 1>(features, axes) }""")


def test_so_many_fields_that_not_all_have_a_chart(opened):
    fields = "".join(f"      f{index}: {{kind: number, min: 0, max: 1, default: 0.5}}\n" for index in range(40))
    page = opened(wide, f"schema: 1\nname: Wide\ninputs:\n  features:\n    fields:\n{fields}outputs:\n  y: {{kind: value, decimals: 1}}\n{PANELS}")
    expect(page.locator(".what-if > .help")).to_contain_text("Only the first 30 fields have a chart here.")
    assert page.locator(".charts figure").count() == 30
    assert words(page, "f29") == "As f29 goes from 0 to 1, y goes from 19.5 to 20.5; now 0.5."


def test_a_slow_model_is_asked_only_when_the_form_rests(page, opened):
    page.add_init_script(f"({RUNS})()")
    page.add_init_script("""(() => { const { set } = Object.getOwnPropertyDescriptor(Worker.prototype, 'onmessage');
      Object.defineProperty(Worker.prototype, 'onmessage', { set(handle) {
        set.call(this, ({ data }) => handle({ data: { ...data, ms: 700 } })); } }); })()""")
    opened(metadata=LINEAR)
    chart(page, "b").locator("svg[aria-label]").wait_for()
    page.evaluate("runs.length = 0")
    assert page.evaluate(TYPED, ["3", "4"]) == ["27.00", "29.00"]
    expect(page.locator("[data-what-if=b] svg")).to_have_attribute("aria-label", re.compile("from 9.00 to 109.00"))
    assert page.evaluate("runs") == [1, 1, 42]


@pytest.mark.parametrize(
    ("model", "metadata"),
    [
        (models.one_row, LINEAR),
        (models.linear, LINEAR.replace("min: 0, max: 10", "min: 0")),
        (models.mixed, models.MIXED.replace("  count: {kind: value}\n", "") + PANELS),
    ],
)
def test_where_there_can_be_no_curves_it_says_so(opened, model, metadata):
    page = opened(model, metadata)
    expect(page.locator(".what-if .note")).to_have_text(re.compile("^No curves here: they need fields with a known range, a numeric result"))
    assert page.locator(".what-if figure svg[aria-label]").count() == 0


def test_a_wide_screen_has_three_curves_in_a_row_and_what_follows_keeps_its_place(page, whole):
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.add_init_script(first_screen.SHIFTS)
    url = whole(models.softmax, SOFTMAX.replace(PANELS, ""))
    page.goto(f"{url}?view=explore")
    tops = [chart(page, name) for name in ("sepal_length", "sepal_width", "petal_length", "petal_width")]
    tops[-1].locator("svg[aria-label]").wait_for()
    a, b, c, d = (each.bounding_box()["y"] for each in tops)
    assert a == b == c < d
    moved = [words for _, *sources in page.evaluate("shifts") for words in sources if words.startswith("SECTION explain")]
    assert not moved, moved


def test_nothing_runs_over_the_edge(opened, page):
    opened(models.softmax, SOFTMAX)
    chart(page, "petal_width").locator("svg[aria-label]").wait_for()
    assert_fits(page)
