"""On paper the page is light, whatever the screen is, and one column."""

import pytest

import models

pytestmark = pytest.mark.slow

PANELS = "page: {panels: [predict, card]}\n"
SEEN = """() => {
  const style = (css) => getComputedStyle(document.querySelector(css));
  const [form, result] = ['.predict form', '.result'].map((css) => document.querySelector(css).getBoundingClientRect());
  return { page: style('body').backgroundColor, ink: style('body').color, below: result.top >= form.bottom, columns: style('.card .parts').columnCount,
    buttons: [...document.querySelectorAll('main button')].filter((button) => button.checkVisibility()).length };
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_print_is_light_and_one_column(page, opened, scheme):
    page.emulate_media(color_scheme=scheme)
    opened(models.linear, models.LINEAR + PANELS)
    page.emulate_media(media="print", color_scheme=scheme)
    assert page.evaluate(SEEN) == {"page": "rgb(255, 255, 255)", "ink": "rgb(28, 32, 36)", "below": True, "columns": "auto", "buttons": 0}
