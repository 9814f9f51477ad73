"""The class of each pixel over the picture: painted in the colors of the classes, counted in a table whose lines switch them."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from test_page_batch import CAUGHT

import models_image

pytestmark = pytest.mark.slow

PIXEL = "(canvas, [x, y]) => [...canvas.getContext('2d').getImageData(x, y, 1, 1).data]"


def given(page, pixels: np.ndarray) -> None:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    page.locator("input[type=file]").set_input_files({"name": "given.png", "mimeType": "image/png", "buffer": file.getvalue()})
    expect(page.locator(".result .live")).not_to_have_attribute("aria-busy", "true")


def stripes() -> np.ndarray:
    """A picture of 40 x 80 pixels: half of it red, three eighths green, the rest blue."""
    pixels = np.zeros((40, 80, 3), np.uint8)
    pixels[:, :40, 0] = pixels[:, 40:70, 1] = pixels[:, 70:, 2] = 200
    return pixels


def test_a_mask_lies_over_the_picture_and_its_classes_are_counted_and_switched(opened):
    page = opened(models_image.parts, models_image.PARTS)
    given(page, stripes())
    scores, strongest = page.locator("[data-output=scores]"), page.locator("[data-output=strongest]")
    ground, painted = strongest.locator(".ground"), strongest.locator(".ground + canvas")
    expect(strongest.get_by_role("img", name="Strongest: red 50.0%, green 37.5%, blue 12.5%")).to_be_visible()
    assert ground.bounding_box() == painted.bounding_box()
    assert [row.inner_text().split() for row in strongest.locator("tbody tr").all()] == [["red", "50.0%"], ["green", "37.5%"], ["blue", "12.5%"]]
    pixel = [painted.evaluate(PIXEL, [x, 20]) for x in (20, 60, 75)]
    assert pixel == [[0xB9, 0x1C, 0x1C, 255], [0x33, 0xBB, 0x66, 255], [0, 0, 0, 0]], "in their colors, and clear where there is none"
    assert strongest.locator(".swatch").first.evaluate("(each) => getComputedStyle(each).backgroundColor") == "rgb(185, 28, 28)"
    blue = strongest.get_by_role("checkbox", name="blue")
    expect(blue).not_to_be_checked()
    blue.focus()
    page.keyboard.press("Space")
    assert painted.evaluate(PIXEL, [75, 20])[3] == 255
    strongest.get_by_role("checkbox", name="red").uncheck()
    assert painted.evaluate(PIXEL, [20, 20])[3] == 0
    expect(scores.get_by_role("checkbox", name="background")).not_to_be_checked()
    expect(scores.get_by_role("checkbox", name="grass")).to_be_checked()
    strongest.get_by_label("Strength over the picture").fill("25")
    assert painted.evaluate("(canvas) => canvas.style.opacity") == "0.25"

    pixels = stripes()
    pixels[0, 0] = 0, 0, 90
    given(page, pixels[:, ::-1].copy())
    page.wait_for_function(f"() => ({PIXEL})(document.querySelector('[data-output=strongest] .ground + canvas'), [20, 20])[3] === 255")
    expect(strongest.locator("tbody tr").nth(2)).to_contain_text("12.5%")
    assert painted.evaluate(PIXEL, [60, 20])[3] == 0, "what was switched off stays off for the next picture"
    kept = np.load(io.BytesIO(bytes(strongest.get_by_role("button", name="Download as .npy").evaluate(CAUGHT))))
    assert kept.dtype == np.int64 and (kept == pixels[:, ::-1].argmax(axis=2)).all()


def test_two_masks_are_seen_in_full_beside_the_form(opened, page):
    page.set_viewport_size({"width": 1280, "height": 800})
    opened(models_image.parts, models_image.PARTS)
    given(page, stripes())
    assert page.locator(".result").evaluate("each => each.scrollHeight - each.clientHeight") == 0


def test_a_mask_of_few_pixels_says_less_than_it_can_write(opened):
    page = opened(models_image.parts, models_image.PARTS.replace(", over: picture", ""))
    pixels = np.zeros((60, 60, 3), np.uint8)
    pixels[:, :, 1] = 9
    pixels[0, 0] = 9, 0, 0
    given(page, pixels)
    strongest = page.locator("[data-output=strongest]")
    expect(strongest.locator("tbody tr").nth(1)).to_contain_text("under 0.1%")
    expect(strongest.locator(".ground")).to_have_count(0)
    expect(page.get_by_label("Strength over the picture")).to_have_count(0)
