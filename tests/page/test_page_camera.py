"""The camera: a picture or a film, and every way in which there is none."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from test_page_image import shown

import models_image
from page_states import open_view

pytestmark = pytest.mark.slow


@pytest.fixture
def filmed(page_with_devices, whole, tmp_path):
    """filmed(allowed, colour) -> the page in a browser of its own, whose camera sees a picture of that colour."""

    def filmed(allowed: bool = True, colour=(81, 90, 240), metadata: str = models_image.SAME):
        film = tmp_path / "film.y4m"
        frame = b"".join(bytes([value]) * size for value, size in zip(colour, (64 * 48, 32 * 24, 32 * 24), strict=True))
        film.write_bytes(b"YUV4MPEG2 W64 H48 F20:1 Ip A1:1 C420jpeg\n" + b"".join(b"FRAME\n" + frame for _ in range(20)))
        page = page_with_devices(f"--use-file-for-fake-video-capture={film}", "camera", allowed)
        page.goto(whole(models_image.same, metadata))
        page.wait_for_selector("html[data-state=ready]", timeout=30_000)
        return page

    return filmed


RED = (254, 0, 0)  # Y 81, Cb 90, Cr 240


def tracks(page) -> str:
    return page.evaluate("document.querySelector('video').srcObject?.getTracks().map(track => track.readyState).join() ?? 'off'")


def test_the_camera_takes_a_picture(filmed):
    page = filmed()
    page.get_by_role("button", name="Use the camera").click()
    expect(page.get_by_role("button", name="Take a photo")).to_be_focused()
    assert tracks(page) == "live"
    page.keyboard.press("Enter")
    expect(page.locator("[data-field=picture] figcaption")).to_contain_text("pixels")
    assert np.abs(shown(page).astype(int) - RED).max() <= 4
    assert tracks(page) == "off"
    expect(page.get_by_role("button", name="Use the camera")).to_be_focused()


def test_the_camera_films_and_stops(filmed):
    page = filmed()
    page.get_by_role("button", name="Use the camera").click()
    film = page.get_by_role("button", name="Film")
    film.click()
    expect(film).to_have_attribute("aria-pressed", "true")
    live = page.locator(".result .live")
    expect(live).to_have_attribute("data-run", re.compile(r"^(9|\d\d+)$"), timeout=30_000)
    page.get_by_role("button", name="Turn off").click()
    assert tracks(page) == "off"
    page.wait_for_timeout(300)
    last = live.get_attribute("data-run")
    page.wait_for_timeout(700)
    assert live.get_attribute("data-run") == last


def test_a_hidden_page_lets_the_camera_go(filmed):
    page = filmed()
    page.get_by_role("button", name="Use the camera").click()
    expect(page.get_by_role("button", name="Film")).to_be_visible()
    page.evaluate("""Object.defineProperty(document, 'hidden', { value: true }); document.dispatchEvent(new Event('visibilitychange'))""")
    expect(page.get_by_role("button", name="Use the camera")).to_be_visible()
    assert tracks(page) == "off"


def test_another_view_lets_the_camera_go_or_takes_it_along(filmed):
    views = "{name: try, panels: [predict]}, {name: explore, panels: [predict, explain]}, {name: about, panels: [card]}"
    page = filmed(metadata=f"{models_image.SAME}page: {{views: [{views}]}}\n")
    page.get_by_role("button", name="Use the camera").click()
    expect(page.get_by_role("button", name="Film")).to_be_visible()
    open_view(page, "explore")
    expect(page.get_by_role("button", name="Film")).to_be_visible()
    assert tracks(page) == "live" and not page.evaluate("document.querySelector('video').paused")
    open_view(page, "about")
    open_view(page, "try")
    expect(page.get_by_role("button", name="Use the camera")).to_be_visible()
    assert tracks(page) == "off"


def test_a_camera_that_is_taken_off_the_page_is_let_go(filmed):
    page = filmed()
    page.get_by_role("button", name="Use the camera").click()
    expect(page.get_by_role("button", name="Film")).to_be_visible()
    page.evaluate("""() => { window.track = document.querySelector('video').srcObject.getTracks()[0]; document.querySelector('.predict').remove(); }""")
    for _ in range(100):
        if page.evaluate("track.readyState") == "ended":
            return
        page.wait_for_timeout(100)
    pytest.fail("it still films")


def test_a_refused_camera(filmed):
    page = filmed(allowed=False)
    page.get_by_role("button", name="Use the camera").click()
    expect(page.locator(".source .says")).to_contain_text("Camera access is blocked")
    expect(page.get_by_role("button", name="Use the camera")).to_be_visible()


def test_a_camera_that_does_not_start(opened):
    site = opened(models_image.same, models_image.SAME)
    for error, sentence in (("NotFoundError", "No camera was found"), ("NotReadableError", "Another program is using"), ("AbortError", "could not be started")):
        site.evaluate(f"() => {{ navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{error}')); }}")
        site.get_by_role("button", name="Use the camera").click()
        expect(site.locator(".source .says")).to_contain_text(sentence)
