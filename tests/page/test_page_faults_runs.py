"""What a visitor sees when the model itself goes wrong: it fails, fills the memory, takes for ever, or gives what nobody expects."""

import pytest
from playwright.sync_api import expect

import models

pytestmark = pytest.mark.slow

NUMBER = """schema: 1
name: Rounds
inputs:
  n: {kind: integer, label: Rounds, default: 3}
outputs:
  y: {kind: value, decimals: 0}
"""
CLASSES = NUMBER.replace("y: {kind: value, decimals: 0}", "y: {kind: classes, classes: [red, green, blue]}")


def loop():
    """y = n, counted one by one: ten millions of rounds take long."""
    return models.text("""loop (int64[N,1] n) => (float[N,1] y) {
        all = ReduceMax<keepdims = 0>(n)
        yes = Constant<value = bool {1}>()
        nothing = Sub(n, n)
        zero = Cast<to = 1>(nothing)
        y = Loop (all, yes, zero) <body = round (int64 i, bool go, float[N,1] sum) => (bool on, float[N,1] next) {
            on = Identity(go)
            one = Constant<value = float {1.0}>()
            next = Add(sum, one)
        }> }""")


def memory():
    """y = n, as the sum of n ones: a list of a hundred thousand millions fits nowhere."""
    return models.text("""memory (int64[N,1] n) => (float[N,1] y) {
        all = ReduceMax<keepdims = 1>(n)
        flat = Constant<value = int64[1] {1}>()
        shape = Expand(all, flat)
        long = Reshape(shape, flat)
        ones = ConstantOfShape<value = float[1] {1.0}>(long)
        sum = ReduceSum(ones)
        nothing = Sub(n, n)
        zero = Cast<to = 1>(nothing)
        y = Add(zero, sum) }""")


def many():
    """As many probabilities as n says."""
    return models.text("""many (int64[N,1] n) => (float[N,K] y) {
        flat = Constant<value = int64[1] {1}>()
        long = Reshape(n, flat)
        rows = Concat<axis = 0>(flat, long)
        part = Constant<value = float[1] {0.25}>()
        y = Expand(part, rows) }""")


def logarithm():
    """y = log n."""
    return models.text("""logarithm (int64[N,1] n) => (float[N,1] y) {
        x = Cast<to = 1>(n)
        y = Log(x) }""")


def shown(page, text: str) -> None:
    expect(page.locator(".result .live")).to_contain_text(text, timeout=30_000)
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    expect(page.locator("#status")).to_be_empty()


def alerted(page, text: str) -> None:
    """The sentence is on the page, there is no result, and what was typed is still there."""
    typed = page.locator("[name=n]").input_value()
    expect(page.locator("#status .alert")).to_contain_text(text, timeout=30_000)
    expect(page.locator(".result .values")).to_be_hidden()
    expect(page.locator(".result .note")).to_have_text("No result: see the message at the top of the page.")
    assert page.locator("[name=n]").input_value() == typed


def test_a_run_that_takes_long_can_be_stopped(opened):
    page = opened(loop, NUMBER)
    shown(page, "3")
    expect(page.locator(".result .slow")).to_be_hidden()
    page.locator("[name=n]").fill("1000000000")
    page.locator(".result .slow button", has_text="Stop").click(timeout=20_000)
    expect(page.locator(".result .note")).to_have_text("Stopped. Change a value to compute again.")
    expect(page.locator(".result .note")).to_be_focused()
    expect(page.locator(".result .slow")).to_be_hidden()
    assert page.locator("[name=n]").input_value() == "1000000000"
    page.locator("[name=n]").fill("7")
    shown(page, "7")


def test_another_value_typed_meanwhile_is_computed_after_a_stop(opened):
    """The new value waits behind the long run: stopping that gives it up too, and the next one is computed."""
    page = opened(loop, NUMBER)
    page.locator("[name=n]").fill("1000000000")
    page.locator("[name=n]").fill("5")
    page.locator(".result .slow button").click(timeout=20_000)
    page.locator("[name=n]").fill("6")
    shown(page, "6")


def test_a_run_that_fails(opened):
    page = opened(models.looked_up, models.LOOKED_UP)
    page.locator("[name=index]").fill("9")
    expect(page.locator("#status .alert")).to_contain_text("The model could not compute a result from these values.")
    page.locator("[name=index]").fill("2")
    shown(page, "30")


def test_a_run_that_needs_more_memory_than_there_is(opened):
    page = opened(memory, NUMBER)
    shown(page, "3")
    page.locator("[name=n]").fill("100000000000")
    alerted(page, "The model could not compute a result from these values.")
    page.locator("[name=n]").fill("4")
    shown(page, "4")


def test_an_output_of_another_shape(opened):
    page = opened(many, CLASSES)
    shown(page, "25")
    page.locator("[name=n]").fill("2")
    alerted(page, "The model returned 2 elements for “y”, but the page shows 3.")
    page.locator("[name=n]").fill("3")
    shown(page, "25")


def test_the_first_of_several_numbers_is_no_result(opened):
    """Such as that of one frame of many: what would be shown is right for none of the others."""
    page = opened(many, NUMBER.replace("default: 3", "default: 1"))
    page.locator("[name=n]").fill("2")
    alerted(page, "The model returned 2 elements for “y”, but the page shows 1.")


@pytest.mark.parametrize(("n", "text"), [("-1", "not a number"), ("0", "-∞")])
def test_a_result_that_is_no_number(opened, n, text):
    page = opened(logarithm, NUMBER)
    page.locator("[name=n]").fill(n)
    shown(page, text)


def test_a_worker_that_dies(opened):
    """As a browser ends one when memory is short: what was there stays, and the sentence says what to do."""
    page = opened(loop, NUMBER)
    page.evaluate("""() => { const post = Worker.prototype.postMessage; const dead = { message: 'out of memory', cancelable: true };
        Worker.prototype.postMessage = function (...given) { post.apply(this, given); this.dispatchEvent(new ErrorEvent('error', dead)); }; }""")
    page.locator("[name=n]").fill("5")
    alerted(page, "The worker that runs the model has stopped.")
