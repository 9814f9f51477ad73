"""Boxes and pictures as results: drawn where the graph says, listed, counted, and the same numbers as native onnxruntime."""

import io

import numpy as np
import onnxruntime
import pytest
from PIL import Image
from playwright.sync_api import expect
from test_page_batch import CAUGHT

import models_detectors
import models_image
from page_states import assert_fits

pytestmark = pytest.mark.slow

SIDES = (90, 160)
# Measured in one moment: the page may still scroll, or make room for what it says.
SHARES = """(frame) => {
  const [here, all] = [frame, frame.closest('.boxes').querySelector('canvas')].map((element) => element.getBoundingClientRect());
  return [(here.left - all.left) / all.width, (here.top - all.top) / all.height, (here.right - all.left) / all.width, (here.bottom - all.top) / all.height];
}"""
PICTURE = np.random.default_rng(8).integers(0, 256, (*SIDES, 3), dtype=np.uint8)


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "picture.png"
    Image.fromarray(PICTURE).save(path)
    return path


@pytest.fixture
def site(opened, picture):
    """The page of `found` with a picture, and its first result."""
    page = opened(models_image.found, models_image.FOUND)
    expect(page.locator(".result .note")).to_have_text("No result yet.")
    page.locator("input[type=file]").set_input_files(picture)
    expect(page.locator(".boxes")).to_be_visible()
    return page


def native(threshold: float) -> list[tuple[str, float, list]]:
    """(label, score, box in shares of the picture), the surest first."""
    session = onnxruntime.InferenceSession(models_image.found().SerializeToString())
    boxes, scores, labels = session.run(["boxes", "scores", "labels"], {"picture": PICTURE, "threshold": np.array([[threshold]], np.float32)})
    height, width = SIDES
    shares = boxes / np.array([width, height, width, height])
    found = zip([("square", "disc")[label] for label in labels], scores.tolist(), shares.tolist(), strict=True)
    return sorted(found, key=lambda one: -one[1])


def shows(page, threshold: float) -> int:
    """The list and the boxes on the picture are native's; how many."""
    page.emulate_media(reduced_motion="reduce")  # a result that still moves is elsewhere a moment later
    wanted = native(threshold)
    rows = page.locator(".boxes .found li")
    expect(rows).to_have_count(len(wanted))
    frames = page.locator(".boxes .frame")
    expect(frames).to_have_count(len(wanted))
    for index, (label, score, corners) in enumerate(wanted):
        expect(rows.nth(index)).to_contain_text(label)
        assert abs(float(rows.nth(index).locator("data").get_attribute("value")) - score) < 1e-6
        assert np.allclose(frames.nth(index).evaluate(SHARES), corners, atol=0.01)
    return len(wanted)


def test_boxes_are_where_the_graph_says_and_follow_the_threshold(site):
    assert shows(site, 0.5) == 4
    expect(site.locator(".boxes .counts")).to_have_text("square × 2disc × 2")
    slider = site.locator("input[type=range]")
    slider.fill("0.1")
    assert shows(site, 0.1) == 6
    slider.fill("0.9")
    assert shows(site, 0.9) == 1
    slider.fill("1")
    expect(site.locator(".boxes .counts")).to_have_text("Nothing found.")
    assert shows(site, 1) == 0
    expect(site.locator(".boxes canvas")).to_be_visible()


def test_no_name_runs_over_the_edge_of_a_small_picture(opened, page, picture):
    page.set_viewport_size({"width": 320, "height": 640})
    opened(models_image.found, models_image.FOUND.replace("disc]", "a round disc]"))
    page.locator("input[type=file]").set_input_files(picture)
    expect(page.locator(".boxes .frame")).to_have_count(4)
    canvas = page.locator(".boxes canvas").bounding_box()
    edges = page.locator(".boxes .frame span").evaluate_all("all => all.map((each) => each.getBoundingClientRect()).map(({ left, right }) => [left, right])")
    assert len(edges) == 4
    assert min(left for left, _ in edges) >= canvas["x"] - 1 and max(right for _, right in edges) <= canvas["x"] + canvas["width"] + 1


def test_the_list_brings_a_box_out(site):
    second = site.locator(".boxes .found button").nth(1)
    frame = site.locator(".boxes .frame").nth(1)
    second.hover()
    expect(frame).to_contain_class("out")
    site.mouse.move(0, 0)
    expect(frame).not_to_contain_class("out")
    second.focus()
    expect(frame).to_contain_class("out")
    site.keyboard.press("Enter")
    expect(second).to_have_attribute("aria-pressed", "true")
    site.keyboard.press("Tab")
    expect(frame).to_contain_class("out")
    assert second.locator("span").evaluate("span => getComputedStyle(span, '::before').backgroundColor") == frame.evaluate(
        "frame => getComputedStyle(frame).borderTopColor"
    )


def test_the_result_as_text(site):
    site.evaluate("navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }")
    site.get_by_role("button", name="Copy result").click()
    assert "Found: square 95%, disc 85%, disc 65%, square 55%" in site.evaluate("window.copied").replace(".0%", "%")


def test_nothing_runs_over_the_edge(site):
    assert_fits(site)


def test_a_picture_as_result(opened, picture):
    page = opened(models_image.inverted, models_image.INVERTED)
    page.locator("input[type=file]").set_input_files(picture)
    view = page.locator("[data-output=negative]")
    expect(view.get_by_text("160 × 90 pixels")).to_be_visible()
    made = np.array(Image.open(io.BytesIO(bytes(view.get_by_role("button", name="Download as PNG").evaluate(CAUGHT)))).convert("RGB"))
    assert (made == 255 - PICTURE).all()
    before = view.locator("canvas").nth(1)
    assert before.evaluate("canvas => canvas.style.clipPath") == "inset(0px 100% 0px 0px)"
    view.get_by_role("slider", name="Compare with your image").fill("40")
    assert before.evaluate("canvas => canvas.style.clipPath") == "inset(0px 60% 0px 0px)"


def test_a_detector_from_a_file_shows_its_boxes_on_the_picture(opened, picture):
    """A graph of YOLOv8's layout, to which letterbox, decoding, thresholds and NMS were added: what the browser's runtime makes of them."""
    page = opened(models_detectors.street, models_detectors.STREET)
    page.locator("input[type=file]").set_input_files(picture)
    rows = page.locator(".boxes .found li")
    expect(rows).to_have_text(["cat90.0%", "dog70.0%"])
    canvas, height = page.locator(".boxes canvas").bounding_box(), SIDES[0]
    gap = (models_detectors.SIDE - height * models_detectors.SIDE / SIDES[1]) / 2  # gray above the picture
    for index, corners in enumerate(([8, 24, 24, 40], [40, 20, 60, 44])):
        frame = page.locator(".boxes .frame").nth(index).bounding_box()
        scale = canvas["width"] / models_detectors.SIDE
        top, bottom = (min(max(corners[at] - gap, 0), models_detectors.SIDE - 2 * gap) * scale for at in (1, 3))
        there = [frame["x"] - canvas["x"], frame["y"] - canvas["y"], frame["width"], frame["height"]]
        assert np.allclose(there, [corners[0] * scale, top, (corners[2] - corners[0]) * scale, bottom - top], atol=0.02 * canvas["width"])
    page.locator("[name=score_threshold]").last.fill("1")
    expect(page.locator(".boxes .counts")).to_have_text("Nothing found.")
