"""What moved a result away from the typical case: shares that are known by formula, add up, and are said in words."""

import itertools
import math
import re

import numpy as np
import onnxruntime
import pytest
from playwright.sync_api import expect

import models
from page_states import assert_fits
from served_sites import RUNS

pytestmark = pytest.mark.slow

PANELS = "page: {panels: [predict, explain]}\n"
LINEAR = models.LINEAR + PANELS
RIGHT_EDGE = "each => { const words = document.createRange(); words.selectNodeContents(each); return words.getBoundingClientRect().right; }"
LONG = "Each bar is what one value adds on average over "


def product():
    """y = a b c, in which every two and all three work on each other."""
    return models.text("""product (float[N,1] a, float[N,1] b, float[N,1] c) => (float[N,1] y) {
        two = Mul(a, b)
        y = Mul(two, c) }""")


PRODUCT = f"""schema: 1
name: Product
inputs:
  a: {{kind: number, default: 1}}
  b: {{kind: number, default: 2}}
  c: {{kind: number, default: 3}}
outputs:
  y: {{kind: value, unit: m³, decimals: 4}}
{PANELS}"""


def pairs():
    """y = f11 f12 + the sum of all 13 features."""
    return models.text("""pairs (float[N,13] features) => (float[N,1] y) {
        axes = Constant<value = int64[1] {1}>()
        eleven = Constant<value = int64 {11}>()
        twelve = Constant<value = int64 {12}>()
        sum = ReduceSum<keepdims = 1>(features, axes)
        first = Gather<axis = 1>(features, eleven)
        second = Gather<axis = 1>(features, twelve)
        both = Mul(first, second)
        column = Unsqueeze(both, axes)
        y = Add(sum, column) }""")


PAIRS = (
    "schema: 1\nname: Pairs\ninputs:\n  features:\n    fields:\n"
    + "".join(f"      f{index}: {{kind: number, default: 0}}\n" for index in range(13))
    + f"outputs:\n  y: {{kind: value, decimals: 3}}\nexamples:\n  - {{label: Far, values: {{{', '.join(f'f{i}: {i + 1}' for i in range(13))}}}}}\n{PANELS}"
)


def settled(page):
    expect(page.locator(".explain [aria-busy]")).to_have_count(0)
    return page.locator(".explain")


def fill(page, **values):
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(str(value))


def test_long_numbers_stay_within_the_card_and_bars_below_each_other(page, opened):
    opened(metadata=LINEAR)
    fill(page, a=12500001, b=3)
    lines = settled(page).locator(".shares li")
    expect(lines).to_have_count(2)
    widest = lines.first.locator("data").evaluate(RIGHT_EDGE)
    box = page.locator(".explain .shares").bounding_box()
    assert lines.first.locator("data").inner_text() == "+25,000,000.00" and widest <= box["x"] + box["width"] + 0.5
    bars = [line.locator(".share").bounding_box() for line in lines.all()]
    assert (bars[0]["x"], bars[0]["width"]) == (bars[1]["x"], bars[1]["width"])


def shares(page) -> dict[str, float]:
    """Label -> share, of all bars, as the page has them before they are rounded."""
    items = settled(page).locator("li").evaluate_all("items => items.map((li) => [li.querySelector('span').firstChild.data, li.querySelector('data').value])")
    return {label: float(value) for label, value in items}


def by_definition(function, values: list[float], typical: list[float]) -> list[float]:
    """Shapley values from their definition: over all orders in which the values can change."""
    total = [0.0] * len(values)
    for order in itertools.permutations(range(len(values))):
        row = list(typical)
        for player in order:
            before = function(row)
            row[player] = values[player]
            total[player] += function(row) - before
    return [each / math.factorial(len(values)) for each in total]


def test_shares_of_a_linear_model_are_weights_times_differences(knowing):
    page = knowing(models.linear, LINEAR, {"a": {"min": -9, "max": 9, "median": 2.5}, "b": {"min": 0, "max": 10, "median": 4}})
    fill(page, a=10, b="1,5")
    expect(page.locator(".headline")).to_have_text(
        "y: 36.00, which is 10.00 lower than in the typical case (46.00). What matters most is b, 1.5 instead of 4: −25.00."
    )
    assert shares(page) == pytest.approx({"b": 10 * (1.5 - 4), "a": 2 * (10 - 2.5)}, abs=1e-5)
    expect(page.locator(".explain li")).to_have_text(["b 1.5 instead of 4 −25.00", "a 10 instead of 2.5 +15.00"])
    expect(page.locator(".explain .help")).to_contain_text("the training median of each number")


def test_values_that_work_on_each_other_share_what_they_do_together(opened):
    page = opened(product, PRODUCT)
    fill(page, a=4, b=-1.5, c=7.25)
    expect(page.locator(".headline")).to_contain_text("y: -43.5000 m³, which is 49.5000 m³ lower than in the typical case (6.0000 m³). Most of it comes from b")
    found = shares(page)
    expected = by_definition(math.prod, [4, -1.5, 7.25], [1, 2, 3])
    assert [found[name] for name in "abc"] == pytest.approx(expected, abs=1e-4)
    assert sum(found.values()) == pytest.approx(4 * -1.5 * 7.25 - 6, abs=1e-9), "nothing is left over"
    expect(page.locator(".explain .help")).to_contain_text(f"The typical case has the form’s defaults. {LONG}all orders")


def test_a_value_that_is_typical_takes_no_part(opened):
    page = opened(product, PRODUCT)
    fill(page, a=3, b="2.0", c=5)
    expect(page.locator(".explain li")).to_have_count(2)
    assert shares(page) == pytest.approx({"a": 2 * (6 + 10) / 2, "c": 2 * (2 + 6) / 2}, abs=1e-5)


def test_many_fields_are_sampled_and_still_add_up(opened):
    page = opened(pairs, PAIRS)
    page.get_by_role("button", name="Far").click()
    found = shares(page)
    labels = [*(f"f{index}" for index in range(12, 4, -1)), "The other 5 fields together"]
    assert list(found) == labels, "the largest first"
    assert [found["f12"], found["f11"]] == pytest.approx([13 + 78, 12 + 78], abs=1e-3), "f11 f12 = 156 is shared evenly"
    assert found[labels[-1]] == pytest.approx(1 + 2 + 3 + 4 + 5, abs=1e-3)
    assert sum(found.values()) == pytest.approx(sum(range(1, 14)) + 156, abs=1e-9)
    expect(page.locator(".explain .help")).to_contain_text(f"{LONG}84 random orders")
    fill(page, f2=0, f5=0, f6=0, f7=0)
    expect(page.locator(".explain .help")).to_contain_text(f"{LONG}all orders")
    expected = {"f12": 13 + 78, "f11": 12 + 78, "f10": 11, "f9": 10, "f8": 9, "f4": 5, "f3": 4, "f1": 2, "f0": 1}
    assert shares(page) == pytest.approx(expected, abs=1e-3), "a single small one is not called the others"


def test_the_probability_of_the_likeliest_class_is_explained(opened):
    page = opened(models.softmax, models.SOFTMAX + PANELS)
    typical, values = [5.1, 3.5, 1.4, 0.2], [5.1, 1.5, 4.4, 2.2]
    fill(page, sepal_width=1.5, petal_length=4.4, petal_width=2.2)
    session = onnxruntime.InferenceSession(models.softmax().SerializeToString(), providers=["CPUExecutionProvider"])
    best = int(session.run(["label"], {"features": np.float32([values])})[0][0])

    def probability(row):
        return float(session.run(["probabilities"], {"features": np.float32([row])})[0][0, best])

    name = ["setosa", "versicolor", "virginica"][best]
    rise = 100 * (probability(values) - probability(typical))
    expect(page.locator(".headline")).to_contain_text(
        f"Probability of {name}: {probability(values):.1%}, which is {abs(rise):.1f} percentage points {'higher' if rise > 0 else 'lower'} "
        f"than in the typical case ({probability(typical):.1%})."
    )
    expected = by_definition(probability, values, typical)[1:]
    found = shares(page)
    assert [found[f"{label}"] for label in ("sepal width", "petal length", "petal width")] == pytest.approx(expected, abs=1e-6)
    expect(page.get_by_role("list", name="What each value adds or subtracts, in percentage points")).to_be_visible()
    largest = max(expected, key=abs)
    expect(page.locator(".explain li data").first).to_have_text(f"{'+' if largest > 0 else '−'}{abs(100 * largest):.1f}")


def test_nothing_to_explain_is_said(opened):
    page = opened(metadata=LINEAR)
    note = page.locator(".explain .note")
    expect(note).to_have_text("Every value is that of the typical case (result 23.00), so there is nothing to explain. Change one to see its effect.")
    fill(page, a=6, b=1)
    expect(page.locator(".headline")).to_contain_text("y: 23.00, the same as in the typical case, because the effects of the values cancel out.")
    expect(note).to_be_hidden()
    fill(page, b="")
    expect(note).to_have_text("The explanation appears with the next result.")
    expect(page.locator(".explain li").first).to_be_hidden()
    fill(page, b="2,0", a="1.")
    expect(note).to_contain_text("Every value is that of the typical case")


def test_choices_switches_and_empty_fields_in_words(opened):
    page = opened(
        metadata=f"""schema: 1
name: Words
inputs:
  a: {{kind: choice, default: 2, choices: [{{value: 2, label: Two}}, {{value: -5, label: Minus five}}]}}
  b: {{kind: toggle, label: Bonus}}
outputs:
  y: {{kind: value, unit: m}}
{PANELS}"""
    )
    page.get_by_label("Minus five").check()
    page.get_by_label("Bonus").check()
    expect(page.locator(".explain li")).to_have_text(["a Minus five instead of Two −14", "Bonus Yes instead of No +10"])
    expect(page.locator(".headline")).to_have_text(
        "y: 1 m, which is 4 m lower than in the typical case (5 m). What matters most is a, Minus five instead of Two: −14."
    )


def test_values_without_any_weight(opened):
    page = opened(product, PRODUCT.replace("default: 2", "default: 0"))
    fill(page, a=5, c=9)
    expect(page.locator(".explain .note")).to_have_text(
        "No value moves the result away from that of the typical case (0.0000 m³), although these differ: a, c."
    )


def test_a_result_that_is_no_number_is_not_explained(opened):
    page = opened(metadata=LINEAR.replace("max: 10}", "max: 10, missing: nan}"))
    fill(page, b="")
    expect(page.locator(".explain .note")).to_have_text(re.compile("^There is nothing to explain here"))
    fill(page, b=3)
    expect(page.locator(".explain li")).to_have_text(["b 3 instead of 2 +10.00"])


def test_bars_start_at_zero_and_are_in_proportion(opened):
    page = opened(metadata=LINEAR)
    fill(page, a=6, b=0)
    expect(page.locator(".explain li")).to_have_count(2)
    sizes = page.locator(".share").evaluate_all(
        "bars => bars.map(({ style }) => ['--zero', '--from', '--long'].map((part) => parseFloat(style.getPropertyValue(part))))"
    )
    np.testing.assert_allclose(sizes, [[200 / 3, 0, 200 / 3], [200 / 3, 200 / 3, 100 / 3]])
    assert page.locator(".share.less").count() == 1


def test_a_graph_of_one_row_is_asked_row_by_row(page, opened):
    page.add_init_script(f"({RUNS})()")
    opened(models.one_row, LINEAR)
    expect(page.locator(".explain .note")).to_contain_text("Every value is that of the typical case")
    page.evaluate("runs.length = 0")
    fill(page, a=3)
    expect(page.locator(".explain li")).to_have_text(["a 3 instead of 1 +4.00"])
    fill(page, b=7)
    assert shares(page) == pytest.approx({"b": 50, "a": 4})
    assert page.evaluate("runs") == [1] * (1 + 2 + 1 + 4)


def test_it_never_keeps_the_form_waiting(page, opened):
    page.add_init_script(f"({RUNS})()")
    opened(pairs, PAIRS)
    expect(page.locator(".explain .note")).to_contain_text("Every value is that of the typical case")
    page.get_by_role("button", name="Far").click()
    expect(page.locator(".explain li")).to_have_count(9)
    page.evaluate("""() => { runs.length = 0; const box = document.querySelector('[name=f0]');
      for (let i = 0; i <= 200; i++) { box.value = i; box.dispatchEvent(new Event('input', { bubbles: true })); } }""")
    expect(page.locator(".headline")).to_contain_text("What matters most is f0, 200 instead of 0")
    runs = page.evaluate("runs")
    assert runs[0] == 1 and [rows for rows in runs if rows > 1] == [256, 256, 256, 242], "in parts, and only for the last value"
    expect(page.locator("[data-output=y] data")).to_have_text("446.000")


@pytest.mark.parametrize(
    ("model", "metadata"),
    [
        (models.linear, LINEAR.replace("default: 1", "min: 0").replace("default: 2, ", "")),
        (models.mixed, models.MIXED.replace("  count: {kind: value}\n", "") + PANELS),
    ],
)
def test_where_nothing_can_be_explained_it_says_so(opened, model, metadata):
    page = opened(model, metadata)
    expect(page.locator(".explain .note")).to_have_text(re.compile("^No explanation here: it needs a numeric result"))


def test_nothing_runs_over_the_edge(opened, page):
    opened(pairs, PAIRS)
    page.get_by_role("button", name="Far").click()
    expect(page.locator(".explain li")).to_have_count(9)
    assert_fits(page)
