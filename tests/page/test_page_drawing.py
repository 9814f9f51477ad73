"""The drawing pad: what a hand or the keys draw is what the model gets, and a picture may take its place."""

import json

import numpy as np
import onnxruntime
import pytest
from PIL import Image
from playwright.sync_api import expect

import models_image
from mlweb.codec.kinds import picture

pytestmark = pytest.mark.slow

INK = """canvas => { const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  return [height, width, Array.from(data).filter((_, index) => index % 4 === 3)]; }"""


@pytest.fixture
def site(opened):
    """The page of `ink`, 28 by 28, ready."""
    return opened(models_image.ink, models_image.INK)


def pad(page):
    return page.get_by_role("application", name="Your drawing, drawing pad")


def ink(page) -> np.ndarray:
    """What is on the pad; the results must be what native onnxruntime computes of it."""
    expect(page.locator(".result .live")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("[data-output=sum] data")).to_be_visible()
    height, width, data = pad(page).evaluate(INK)
    drawn = np.array(data, np.uint8).reshape(height, width, 1)
    model = models_image.ink() if (height, width) == (28, 28) else models_image.any_ink()
    total, column = onnxruntime.InferenceSession(model.SerializeToString()).run(["sum", "column"], {"drawing": drawn})
    expect(page.locator("[data-output=sum] data")).to_have_attribute("value", str(int(total)))
    expect(page.locator("[data-output=column] data")).to_have_attribute("value", str(column))
    return drawn


def is_empty(page) -> None:
    expect(page.locator(".result .note")).to_have_text("No result yet.")
    expect(page.locator("#field-drawing-wish")).to_have_text("Draw something.")
    expect(page.locator("[data-field=drawing] .refusal")).to_be_hidden()


def stroke(page, start: tuple, end: tuple) -> None:
    """A line of the mouse, from and to shares of the pad's width and height."""
    pad(page).scroll_into_view_if_needed()
    box = pad(page).bounding_box()
    place = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    page.mouse.move(*place[0])
    page.mouse.down()
    page.mouse.move(*place[1], steps=8)
    page.mouse.up()


def test_an_example_shows_its_drawing(page, served):
    url, folder = served(models_image.ink, models_image.INK)
    Image.fromarray(np.eye(28, dtype=np.uint8) * 255).save(folder / "line.png")
    [manifest] = folder.glob("app-*/manifest.json")
    content = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(content | {"examples": [{"label": "A line", "values": {"drawing": "../line.png"}}]}), encoding="utf-8")
    page.goto(url)
    expect(page.get_by_role("button", name="A line").locator("img")).not_to_have_js_property("naturalWidth", 0)


def test_the_mouse_draws_erases_and_takes_back(site):
    is_empty(site)
    stroke(site, (0.25, 0.1), (0.25, 0.9))
    first = ink(site)
    assert first.shape == (28, 28, 1)
    assert first[:, :, 0].sum(axis=0).argmax() in (6, 7)
    assert first.max() == 255
    assert not first[:, 12:].any()
    assert 15 <= (first > 127).any(axis=1).sum() <= 28
    stroke(site, (0.75, 0.1), (0.75, 0.9))
    both = ink(site)
    assert (both[:, :12] == first[:, :12]).all()
    assert both[:, 18:].any()
    site.get_by_role("button", name="Eraser").click()
    stroke(site, (0.75, 0.0), (0.75, 1.0))
    rubbed = ink(site)
    assert rubbed[:, 18:].sum() < 0.1 * both[:, 18:].sum()
    site.get_by_role("button", name="Undo").click()
    assert (ink(site) == both).all()
    site.get_by_role("button", name="Clear").click()
    is_empty(site)
    site.get_by_role("button", name="Undo").click()
    assert (ink(site) == both).all()
    site.get_by_role("button", name="Invert").click()
    assert (ink(site) == 255 - both).all()
    site.get_by_role("button", name="Reset").click()
    is_empty(site)


def test_a_finger_draws(site):
    pad(site).evaluate(
        """canvas => { const box = canvas.getBoundingClientRect();
          const at = share => ({ clientX: box.left + share * box.width, clientY: box.top + box.height / 2, pointerId: 7, pointerType: 'touch',
            isPrimary: true, bubbles: true, button: 0 });
          canvas.setPointerCapture = () => {};
          canvas.dispatchEvent(new PointerEvent('pointerdown', at(0.2)));
          canvas.dispatchEvent(new PointerEvent('pointermove', at(0.8)));
          canvas.dispatchEvent(new PointerEvent('pointerup', at(0.8)));
          canvas.dispatchEvent(new PointerEvent('pointermove', at(0.1))); }"""
    )
    drawn = ink(site)
    assert (drawn[13:15, 7:21] == 255).all()
    assert not drawn[:, :4].any()
    assert pad(site).evaluate("canvas => getComputedStyle(canvas).touchAction") == "none"


def test_the_keyboard_alone_draws(site):
    site.locator("form .quiet").first.focus()
    site.keyboard.press("Tab")
    expect(pad(site)).to_be_focused()
    status = site.locator("[data-field=drawing] .where")
    expect(status).to_have_text("Column 14, row 14, pen up")
    for key in ("ArrowLeft", "ArrowLeft", " ", "ArrowDown", "ArrowDown", "ArrowDown"):
        site.keyboard.press(key)
    expect(status).to_have_text("Column 12, row 17, pen down")
    drawn = ink(site)
    assert (drawn[13:17, 11] == 255).all()
    assert not drawn[:12].any()
    assert not drawn[19:].any()
    site.keyboard.press(" ")
    site.keyboard.press("ArrowRight")
    assert (ink(site) == drawn).all()
    site.keyboard.press("Control+z")
    is_empty(site)
    site.keyboard.press("Tab")
    site.keyboard.press("Tab")
    expect(site.get_by_role("button", name="Undo")).to_be_focused()


def test_a_picture_of_the_size_is_taken_as_it_is(site, tmp_path):
    path = tmp_path / "digit.png"
    Image.fromarray(np.random.default_rng(3).integers(0, 256, (28, 28, 3), dtype=np.uint8)).save(path)
    site.locator("input[type=file]").set_input_files(path)
    expect(site.locator("[data-output=sum] data")).to_be_visible()
    assert (ink(site) == picture.gray(picture.Image.read(path, {}))).all()
    expect(site.get_by_text("was scaled")).to_be_hidden()


def test_a_picture_of_another_size_is_scaled_into_it(site, tmp_path):
    path = tmp_path / "wide.png"
    Image.fromarray(np.full((100, 200, 3), 200, np.uint8)).save(path)
    site.locator("input[type=file]").set_input_files(path)
    expect(site.get_by_text("The image was scaled from 200 × 100 to 28 × 28 pixels.")).to_be_visible()
    drawn = ink(site)
    assert not drawn[:6].any()
    assert abs(drawn[8:20].astype(int) - 200).max() <= 1
    stroke(site, (0.5, 0.1), (0.6, 0.1))
    expect(site.get_by_text("was scaled")).to_be_hidden()


def test_a_bad_file_leaves_the_drawing(site, tmp_path):
    stroke(site, (0.25, 0.1), (0.25, 0.9))
    drawn = ink(site)
    path = tmp_path / "broken.png"
    path.write_bytes(b"no picture")
    site.locator("input[type=file]").set_input_files(path)
    expect(site.locator(".source .says")).to_contain_text("can’t be read as an image")
    assert (ink(site) == drawn).all()


def test_a_graph_of_any_size(opened, tmp_path):
    page = opened(models_image.any_ink, models_image.INK)
    is_empty(page)
    stroke(page, (0.5, 0.5), (0.5, 0.5))
    assert ink(page).shape == (280, 280, 1)
    path = tmp_path / "large.png"
    Image.fromarray(np.random.default_rng(3).integers(0, 256, (40, 60), dtype=np.uint8)).save(path)
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_text("The model sees these 60 × 40 pixels.")).to_be_visible()
    assert (ink(page) == picture.gray(picture.Image.read(path, {}))).all()
