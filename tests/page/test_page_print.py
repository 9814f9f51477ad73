"""On paper the page is light, whatever the screen is: the form, the result below it and the card, on two pages at most."""

import re

import pytest

import models

pytestmark = pytest.mark.slow

SEEN = """() => {
  const style = (css) => getComputedStyle(document.querySelector(css));
  const [form, result, card] = ['.predict form', '.result', '.model-card'].map((css) => document.querySelector(css).getBoundingClientRect());
  return { page: style('body').backgroundColor, ink: style('body').color, order: form.bottom <= result.top && result.bottom <= card.top && card.height > 100,
    beside: [...document.querySelectorAll('button, [role=tab], .strip, .feedback, [type=range]')].filter((each) => each.checkVisibility()).length };
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_print_is_light_and_has_the_card_whose_view_was_never_opened(page, opened, browser_name, scheme):
    page.emulate_media(color_scheme=scheme)
    opened(models.linear)
    page.locator(".model-card").wait_for(state="attached")
    page.emulate_media(media="print", color_scheme=scheme)
    assert page.evaluate(SEEN) == {"page": "rgb(255, 255, 255)", "ink": "rgb(28, 32, 36)", "order": True, "beside": 0}
    if browser_name == "chromium":  # the others can't be asked for a PDF
        assert len(re.findall(rb"/Type /Page\b", page.pdf(format="A4"))) <= 2
