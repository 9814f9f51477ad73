"""Why a picture gets its result: which parts count is what covering them in native onnxruntime says."""

import re

import numpy as np
import onnxruntime
import pytest
from PIL import Image
from playwright.sync_api import expect

import models_image
from page_states import assert_fits

pytestmark = pytest.mark.slow

HEIGHT, WIDTH = 56, 84
ACROSS, DOWN = 9, 5  # about 49 parts, nearly square
PICTURE = np.random.default_rng(1).integers(0, 120, (HEIGHT, WIDTH, 3), dtype=np.uint8)
PICTURE[20:30, 40:50] = 250
START = "Show what matters"


@pytest.fixture
def site(opened, tmp_path):
    """The page of `bright` with a picture, and its first result."""
    path = tmp_path / "picture.png"
    Image.fromarray(PICTURE).save(path)
    page = opened(models_image.bright, models_image.BRIGHT)
    expect(page.locator(".explain .note").first).to_be_visible()
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_role("button", name=START)).to_be_visible()
    return page


def native() -> tuple[float, np.ndarray]:
    """The share of the likeliest class, and how much it falls without each part."""
    session = onnxruntime.InferenceSession(models_image.bright().SerializeToString())

    def shares(picture):
        return session.run(["shares"], {"picture": picture[None]})[0][0]

    base = shares(PICTURE)
    best = base.argmax()
    mean = np.round(PICTURE.reshape(-1, 3).mean(axis=0)).astype(np.uint8)
    falls = []
    for part in range(ACROSS * DOWN):
        row, column = divmod(part, ACROSS)
        covered = PICTURE.copy()
        covered[row * HEIGHT // DOWN : (row + 1) * HEIGHT // DOWN, column * WIDTH // ACROSS : (column + 1) * WIDTH // ACROSS] = mean
        falls.append(base[best] - shares(covered)[best])
    return base[best], np.array(falls)


def test_the_colours_are_what_covering_does(site):
    site.get_by_role("button", name=START).click()
    said = site.locator(".overlay .headline")
    expect(said).to_be_visible(timeout=20_000)
    base, falls = native()
    row, column = divmod(int(np.abs(falls).argmax()), ACROSS)
    expect(said).to_contain_text(f"column {column + 1} of {ACROSS}, row {row + 1} of {DOWN}")
    expect(said).to_contain_text(f"Probability of dark: {100 * base:.1f}%")
    width, height, data = site.locator(".overlay .colours").evaluate(
        "canvas => [canvas.width, canvas.height, Array.from(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data)]"
    )
    assert (width, height) == (ACROSS, DOWN)
    alpha = np.array(data).reshape(-1, 4)[:, 3]
    assert np.abs(alpha - 190 * np.abs(falls) / np.abs(falls).max()).max() <= 1
    strong = np.abs(falls) > 0.2 * np.abs(falls).max()
    reddish = np.array(data).reshape(-1, 4)[:, 0] > np.array(data).reshape(-1, 4)[:, 2]
    assert (reddish == (falls > 0))[strong].all()
    assert strong.any()
    expect(site.get_by_role("button", name=START)).to_be_visible()


def test_another_picture_takes_it_away(site, tmp_path):
    site.get_by_role("button", name=START).click()
    expect(site.locator(".overlay")).to_be_visible(timeout=20_000)
    other = tmp_path / "other.png"
    Image.fromarray(255 - PICTURE).save(other)
    site.locator("input[type=file]").set_input_files(other)
    expect(site.locator(".overlay")).to_be_hidden()
    site.get_by_role("button", name="Remove").click()
    expect(site.locator(".explain .note").first).to_have_text("The explanation appears with the next result.")


def test_it_can_be_cancelled_by_keyboard(site, tmp_path):
    large = tmp_path / "large.png"
    Image.fromarray(np.kron(PICTURE, np.ones((20, 20, 1), np.uint8))).save(large)
    site.locator("input[type=file]").set_input_files(large)
    expect(site.get_by_text(re.compile("1680 × 1120 pixels"))).to_be_visible()
    site.get_by_role("button", name=START).focus()
    site.keyboard.press("Enter")
    expect(site.get_by_role("button", name="Cancel")).to_be_focused()
    site.keyboard.press("Enter")
    expect(site.get_by_role("button", name=START)).to_be_focused()
    bar = site.locator(".occlusion progress")
    expect(bar).to_be_hidden()
    site.wait_for_timeout(300)
    done = bar.evaluate("bar => bar.value")
    site.wait_for_timeout(1000)
    assert bar.evaluate("bar => bar.value") == done
    expect(site.locator(".overlay")).to_be_hidden()


def test_nothing_runs_over_the_edge(site):
    site.get_by_role("button", name=START).click()
    expect(site.locator(".overlay")).to_be_visible(timeout=20_000)
    assert_fits(site)
