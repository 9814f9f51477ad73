"""Results of every kind but pictures and sounds: intervals, classes that are not sure, many classes, texts; and their columns in a table."""

import re

import pytest
from playwright.sync_api import expect
from test_page_batch import compute, saved, take

import models
import models_sound
from models_of_each_kind import EACH
from page_states import assert_fits

pytestmark = pytest.mark.slow


def settled(page):
    expect(page.locator(".result .live")).not_to_have_attribute("aria-busy", "true")
    return page


def places(page) -> list[float]:
    """Where the ends of the interval and the value are on the bar, in percent."""
    bar = settled(page).locator(".interval .range")
    return bar.evaluate("bar => ['--low', '--value', '--high'].map((name) => parseFloat(bar.style.getPropertyValue(name)))")


def ten():
    """Ten numbers -> ten probabilities."""
    return models.text("ten (float[N,10] x) => (float[N,10] p) { p = Softmax<axis = 1>(x) }")


TEN = f"""schema: 1
name: Ten
inputs:
  x: {{fields: {{{", ".join(f"x{at}: {{kind: number, default: {at}}}" for at in range(10))}}}}}
outputs:
  p: {{kind: classes, label: Which, classes: {list("abcdefghij")}, help: "{"Each with its probability; they add up to one hundred. " * 2}"}}
"""


def test_ten_classes_are_seen_at_once_on_a_laptop(opened, page):
    page.set_viewport_size({"width": 1280, "height": 800})
    opened(ten, TEN)
    expect(page.locator(".result .bars li")).to_have_count(10)
    assert settled(page).locator(".result").evaluate("each => each.scrollHeight - each.clientHeight") == 0


def test_a_value_with_its_interval(opened):
    page = opened(models_sound.between, models_sound.BETWEEN)
    expect(page.locator(".interval p")).to_have_text("from 120.0 to 225.0 mmHg")
    low, value, high = places(page)
    assert (value - low) / (high - low) == pytest.approx((150 - 120) / (225 - 120))
    assert 0 < low < high < 100
    page.locator("[name=a]").fill("1")
    expect(page.locator(".interval p")).to_have_text("from 8.0 to 15.0 mmHg")
    page.locator("[name=a]").fill("-1")  # the ends are in the wrong order: the words stay, the bar does not
    expect(page.locator(".interval p")).to_have_text("from -8.0 to -15.0 mmHg")
    expect(page.locator(".interval .range")).to_be_hidden()
    page.evaluate("() => { Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text; } } }); }")
    page.get_by_role("button", name="Copy result").click()
    expect(page.locator(".result [role=status]").filter(has_text="Copied.")).to_be_visible()
    assert "Pressure: -10.0 mmHg, from -8.0 to -15.0 mmHg\n" in page.evaluate("window.copied")


def test_classes_that_are_not_sure(opened):
    page = opened(models_sound.thousand, models_sound.THOUSAND)
    unsure = page.locator("[data-output=shares] .unsure")
    expect(page.locator("[data-output=shares] li").first).to_contain_text("place 500")
    expect(unsure).to_be_hidden()
    page.locator("[name=sharpness]").fill("1")
    expect(unsure).to_be_visible()
    expect(unsure).to_have_text("Not sure: no class reaches 60%.")
    expect(page.locator("[data-output=shares] li")).to_have_count(3)
    expect(page.locator("[data-output=shares] data").first).to_have_text("46.2%")
    page.locator("[name=sharpness]").fill("3")
    expect(unsure).to_be_hidden()


def test_a_thousand_classes_make_only_the_bars_that_are_shown(opened):
    page = opened(models_sound.thousand, models_sound.THOUSAND)
    count = """() => new Promise((resolve) => { let made = 0; const box = document.querySelector('[name=x]');
      new MutationObserver((all) => { for (const { addedNodes } of all) made += addedNodes.length; })
        .observe(document.querySelector('[data-output=shares] ol'), { childList: true });
      box.value = '7'; box.dispatchEvent(new Event('input', { bubbles: true })); setTimeout(() => resolve(made), 1000); })"""
    assert page.evaluate(count) == 3
    expect(page.locator("[data-output=shares] li").first).to_contain_text("place 7")


def test_scores_are_numbers_around_zero_and_nowhere_percentages(opened, page):
    page.set_viewport_size({"width": 320, "height": 800})
    opened(models.scores, models.SCORES)
    view = page.locator("[data-output=p]")
    expect(view.locator("li").first).to_have_text(re.compile(r"^red\s*2$"))
    assert view.locator("li data").all_inner_texts() == ["2", "0.5", "-2"]
    ends = "(bar) => ['--zero', '--from', '--long'].map((name) => parseFloat(bar.style.getPropertyValue(name)))"
    assert [bar.evaluate(ends) for bar in view.locator(".share").all()] == [[50, 50, 50], [50, 50, 12.5], [50, 0, 50]]
    assert view.locator(".share.less").count() == 1 and view.locator(".share").first.bounding_box()["height"] > 8
    page.locator("[name=b]").fill("-4.44444")
    expect(view.locator("li data").first).to_have_text("4.222")
    expect(view.locator("li data").last).to_have_text("-443.9")
    expect(page.locator(".what-if .help").first).to_contain_text("Score of red")
    expect(page.locator(".explain .headline")).to_contain_text(re.compile(r"^Score of red: 4\.222, which is .* than in the typical case \(2\)\."))
    assert "percentage" not in page.locator(".explain").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    take(page, "a,b\n1,0\n0,4\n0,-4\n")
    compute(page)
    assert saved(page)[:2] == [["a", "b", "p", "p_score"], ["1", "0", "red", "1"]]
    assert "Score" in page.locator(".batch .results thead th").all_inner_texts()
    assert "%" not in page.locator("main").inner_text()


def test_scores_that_are_said_to_be_probabilities_are_called_scores(opened):
    page = opened(models.mostly, models.MOSTLY)
    view, sentence = page.locator("[data-output=p]"), "No percentages here: the model returned scores"
    expect(view.locator("li").first).to_contain_text("75.0%")
    page.locator("[name=a]").fill("2.5")
    expect(view.locator(".invalid")).to_contain_text(sentence)
    assert view.locator("li:visible").count() == 0
    expect(page.locator(".explain .note")).to_contain_text(sentence)
    expect(page.locator(".what-if .note").first).to_contain_text(sentence)
    take(page, "a\n0.25\n2.5\n")
    compute(page)
    [_, right, wrong] = saved(page)
    assert right[1:3] == ["green", "0.75"] and sentence in wrong[-1]
    page.locator("[name=a]").fill("1.00005")  # rounding
    expect(view.locator("li").first).to_contain_text("100.0%")
    expect(view.locator(".invalid")).to_be_hidden()


def test_texts_are_shown_as_they_are(opened):
    page = opened(models_sound.words, models_sound.WORDS)
    odd = "<b>One</b> line\n  and another, é 🏔️\n\n\u202eمرحبا\u202c\n\nthe end"
    page.locator("[name=body]").fill(odd)
    said = page.locator("[data-output=said] .written")
    expect(said).to_have_text(re.compile("the end$"))
    assert said.evaluate("it => it.textContent") == odd
    expect(said).to_have_css("white-space", "pre-wrap")
    title = page.locator("[name=title]")
    assert title.evaluate("it => it.localName") == "input" and page.locator("[name=body]").evaluate("it => it.localName") == "textarea"
    assert page.locator("[name=body]").bounding_box()["height"] > 6 * 20
    page.evaluate("() => { Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text; } } }); }")
    page.locator("[data-output=said]").get_by_role("button", name="Copy text").click()
    expect(page.locator("[data-output=said] [role=status]").filter(has_text="Copied.")).to_be_visible()
    assert page.evaluate("window.copied") == odd


def test_a_text_of_ten_megabytes(opened):
    page = opened(models_sound.words, models_sound.WORDS)
    page.locator("[name=body]").evaluate("(box) => { box.value = 'a long story '.repeat(800_000); box.dispatchEvent(new Event('input', { bubbles: true })); }")
    said = page.locator("[data-output=said] .written")
    page.wait_for_function("() => document.querySelector('[data-output=said] .written')?.textContent.length === 13 * 800_000", timeout=60_000)
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    leaves = "(box) => { box.dispatchEvent(new Event('change', { bubbles: true })); return location.href.length; }"
    assert page.locator("[name=body]").evaluate(leaves) < 1e6, "no browser takes such an address"
    page.locator("[name=body]").evaluate("(box) => { box.value = 'the end'; box.dispatchEvent(new Event('input', { bubbles: true })); }")
    expect(said).to_have_text("the end", timeout=60_000)


def test_a_growing_text_is_announced_once_it_is_finished(opened):
    page = opened(models_sound.words, models_sound.WORDS)
    expect(page.locator("[data-output=said] .heard")).to_have_text("One line and another")
    expect(page.locator("[data-output=said] .written")).to_have_attribute("aria-live", "off")
    said = page.evaluate("""() => new Promise((resolve) => { const heard = []; const box = document.querySelector('[name=body]');
      new MutationObserver(() => heard.push(document.querySelector('[data-output=said] .heard').textContent))
        .observe(document.querySelector('[data-output=said] .heard'), { childList: true });
      const words = 'A text that grows word by word'.split(' '); let count = 0;
      const grow = () => { box.value = words.slice(0, ++count).join(' '); box.dispatchEvent(new Event('input', { bubbles: true }));
        if (count < words.length) setTimeout(grow, 200); else setTimeout(() => resolve(heard.filter(Boolean)), 2500); };
      grow(); })""")
    assert said == ["A text that grows word by word"]


def test_texts_have_columns_in_a_table(opened):
    page = opened(models_sound.words, models_sound.WORDS)
    take(page, 'title,body\nOne,"two\nlines"\nA,=1+1\n')
    compute(page)
    assert saved(page) == [["title", "body", "said", "heading"], ["One", "two\nlines", "two\nlines", "One"], ["A", "=1+1", "'=1+1", "A"]]


def test_intervals_have_columns_in_a_table(opened):
    page = opened(models_sound.between, models_sound.BETWEEN)
    take(page, "a\n1\n-2\n")
    compute(page)
    assert saved(page) == [["a", "y", "low", "high"], ["1", "10", "8", "15"], ["-2", "-20", "-16", "-30"]]
    heads = page.locator(".batch .results thead th").all_inner_texts()
    assert heads[1:4] == ["Pressure (mmHg)", "Pressure, lower end", "Pressure, upper end"]


def test_what_has_no_column_is_said_in_place_of_a_table(opened):
    metadata = models_sound.BETWEEN.replace("y: {kind: value, label: Pressure, unit: mmHg, decimals: 1, interval: [low, high]}", "y: {kind: tensor}")
    page = opened(models_sound.between, metadata)
    expect(page.locator(".batch .note")).to_contain_text("No table here: what this model returns, such as images, boxes, audio or arrays")
    expect(page.locator(".batch input")).to_have_count(0)


def test_nothing_runs_over_the_edge(opened, page):
    opened(models_sound.words, models_sound.WORDS)
    page.locator("[name=body]").fill("word" * 300)
    expect(page.locator("[data-output=said] .written")).to_have_text("word" * 300)
    assert_fits(page)


def test_a_large_number_is_said_in_short_above_the_exact_one(opened):
    page = opened(metadata=models.LINEAR.replace("decimals: 2", "decimals: 1, unit: kg"))
    value = page.locator("[data-output=y]")
    assert value.locator(".short").is_hidden()
    page.locator("[name=a]").fill("23512345")
    expect(value.locator(".short")).to_have_text(re.compile(r"^[\d.]+\smillion\skg$"))
    data = value.locator("data")
    millions = float(data.get_attribute("value")) / 1e6
    assert re.fullmatch(r"[\d,]+\.\d", data.inner_text()) and value.locator(".short").inner_text().split()[0] == f"{millions:.3g}"
    for part in (value.locator(".short"), data):
        assert part.evaluate("part => part.getClientRects().length") == 1, "on one line"
    page.locator("[name=a]").fill("1")
    expect(value.locator(".short")).to_be_hidden()


def test_a_text_that_is_code_has_letters_of_one_width(opened):
    page = opened(EACH["text"].model, EACH["text"].metadata.replace("kind: text,", "kind: text, code: true,", 1))
    box = page.locator("[name=text]")
    assert "mono" in box.evaluate("box => getComputedStyle(box).fontFamily") and box.get_attribute("spellcheck") == "false"
