"""Pictures: what the page reads from a file is what Python reads from it, whichever way it comes in."""

import base64
import io
import json
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

import models_image
from mlweb.codec.kinds.picture import Picture
from page_states import assert_fits

pytestmark = pytest.mark.slow

RNG = np.random.default_rng(5)
WIDTH, HEIGHT = 37, 23
NOISE = RNG.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
SMOOTH = np.stack([*np.meshgrid(np.linspace(0, 255, WIDTH), np.linspace(0, 255, HEIGHT)), np.full((HEIGHT, WIDTH), 90.0)], -1).astype(np.uint8)

PIXELS = """canvas => { const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  return [height, width, Array.from(data).filter((_, index) => index % 4 < 3)]; }"""


@pytest.fixture
def site(opened):
    """The page of `same`, ready."""
    return opened(models_image.same, models_image.SAME)


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(Image.fromarray(SMOOTH), "JPEG", quality=95, exif=exif)


def saved(picture: Image.Image, kind: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def transparent() -> Image.Image:
    return Image.fromarray(np.dstack([NOISE, RNG.integers(0, 256, (HEIGHT, WIDTH), dtype=np.uint8)]))


FILES = {
    "rgb.png": lambda: saved(Image.fromarray(NOISE)),
    "gray.png": lambda: saved(Image.fromarray(NOISE[:, :, 0])),
    "palette.png": lambda: saved(Image.fromarray(NOISE).quantize(40)),
    "transparent.png": lambda: saved(transparent()),
    "gamma.png": lambda: with_gamma(saved(Image.fromarray(NOISE))),
    "deep.png": lambda: saved(Image.fromarray(RNG.integers(0, 2**16, (HEIGHT, WIDTH), dtype=np.uint16))),
    "lossless.webp": lambda: saved(Image.fromarray(NOISE), "WEBP", lossless=True),
    "picture.bmp": lambda: saved(Image.fromarray(NOISE), "BMP"),
    "photo.jpg": lambda: saved(Image.fromarray(SMOOTH), "JPEG", quality=85),
    "film.gif": lambda: saved(Image.fromarray(NOISE).quantize(40), "GIF", save_all=True, append_images=[Image.new("P", (WIDTH, HEIGHT))]),
    "one.png": lambda: saved(Image.fromarray(NOISE[:1, :1])),
} | {f"orientation-{number}.jpg": lambda number=number: turned(number) for number in range(1, 9)}


def with_gamma(png: bytes) -> bytes:
    """With a gAMA chunk of 1.0, which only readers that manage colours obey."""
    body = b"gAMA" + struct.pack(">I", 100_000)
    return png[:33] + struct.pack(">I", 4) + body + struct.pack(">I", zlib.crc32(body)) + png[33:]


def choose(page, path) -> None:
    page.locator("input[type=file]").set_input_files(path)


def shown(page) -> np.ndarray:
    """The bytes that the model was fed, which come back on its second output."""
    expect(page.locator(".result .live")).not_to_have_attribute("aria-busy", "true")
    height, width, data = page.locator("[data-output=same] canvas").first.evaluate(PIXELS)
    return np.array(data, np.uint8).reshape(height, width, 3)


def is_shown(page, wanted: np.ndarray, within: int = 0) -> None:
    """The picture came in and its mean is native's, and every byte is as wanted."""
    expect(page.locator("[data-field=picture] figcaption")).to_have_text(f"{wanted.shape[1]} × {wanted.shape[0]} pixels")
    expect(page.locator("[data-output=mean] data")).to_be_visible()
    got = shown(page)
    assert got.shape == wanted.shape
    assert np.abs(got.astype(int) - wanted).max() <= within
    assert abs(float(page.locator("[data-output=mean] data").get_attribute("value")) - got.mean()) < 1e-3


def test_it_starts_gently(site):
    expect(site.locator("[data-field=picture] .refusal")).to_be_hidden()
    expect(site.locator("#field-picture-wish")).to_have_text("Add an image.")
    expect(site.locator(".result .note")).to_have_text("No result yet.")
    expect(site.locator("input[type=file]")).to_have_attribute("aria-invalid", "false")


def test_every_byte_is_as_python_reads_it(site, tmp_path, browser_name):
    for name, content in FILES.items():
        path = tmp_path / name
        path.write_bytes(content())
        site.get_by_role("button", name="Reset").click()
        expect(site.locator(".result .note"), name).to_be_visible()
        choose(site, path)
        rounded = name in ("transparent.png", "deep.png") and browser_name == "firefox"  # the others cut off
        is_shown(site, Picture.read(path, {}), within=2 if name.endswith(".jpg") else int(rounded))


def test_a_picture_larger_than_a_strip(site, tmp_path):
    pixels = np.repeat(np.repeat(NOISE, 80, axis=0), 80, axis=1)  # 2960 x 1840, more than 4 million
    path = tmp_path / "large.png"
    path.write_bytes(saved(Image.fromarray(pixels)))
    choose(site, path)
    expect(site.get_by_text("2960 × 1840 pixels").first).to_be_visible(timeout=20_000)
    expect(site.locator("[data-output=mean] data")).to_be_visible(timeout=20_000)
    sums = """canvas => { const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const sums = [0, 0, 0, 0];
      data.forEach((byte, index) => { sums[index % 4] += byte * (Math.floor(index / 4) % 1009); });
      return sums.slice(0, 3); }"""
    weights = np.arange(pixels.shape[0] * pixels.shape[1]) % 1009
    assert site.locator("[data-output=same] canvas").first.evaluate(sums) == (pixels.reshape(-1, 3) * weights[:, None]).sum(axis=0).tolist()


def transfer(page, content: bytes, name: str):
    return page.evaluate_handle(
        """([base64, name]) => { const held = new DataTransfer();
          held.items.add(new File([Uint8Array.from(atob(base64), c => c.charCodeAt(0))], name)); return held; }""",
        [base64.b64encode(content).decode(), name],
    )


def test_dropped(site):
    held = transfer(site, FILES["rgb.png"](), "rgb.png")
    zone = site.locator(".source")
    zone.dispatch_event("dragover", {"dataTransfer": held})
    expect(zone).to_have_class("source over")
    zone.dispatch_event("drop", {"dataTransfer": held})
    expect(zone).to_have_class("source")
    is_shown(site, NOISE)


def test_a_file_dropped_beside_it_does_not_take_the_page_away(site):
    for where in ("h1", ".source", "form"):
        held = transfer(site, FILES["rgb.png"](), "rgb.png")
        prevented = site.locator(where).first.evaluate(
            """(element, held) => ['dragover', 'drop'].map(type => !element.dispatchEvent(
              new DragEvent(type, { bubbles: true, cancelable: true, composed: true, dataTransfer: held })))""",
            held,
        )
        assert prevented == [True, True], where


def test_a_drop_without_a_file(site):
    empty = site.evaluate_handle("() => new DataTransfer()")
    site.locator(".source").dispatch_event("drop", {"dataTransfer": empty})
    expect(site.locator(".source .says")).to_contain_text("No file was received")


def test_pasted(site):
    for where in ("body", ".source", "form .quiet"):
        site.get_by_role("button", name="Reset").click()
        expect(site.locator(".result .note"), where).to_be_visible()
        held = transfer(site, FILES["rgb.png"](), "rgb.png")
        site.locator(where).first.evaluate(
            """(element, held) => { const event = new Event('paste', { bubbles: true, cancelable: true, composed: true });
              Object.defineProperty(event, 'clipboardData', { value: held }); element.dispatchEvent(event); }""",
            held,
        )
        is_shown(site, NOISE)


@pytest.mark.only_browser("chromium")
def test_pasted_with_the_keyboard(site, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    site.evaluate(
        """async (base64) => { const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
          await navigator.clipboard.write([new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) })]); }""",
        base64.b64encode(FILES["rgb.png"]()).decode(),
    )
    site.keyboard.press("Control+V")
    is_shown(site, NOISE)


def test_removed_and_reset(site, tmp_path):
    path = tmp_path / "rgb.png"
    path.write_bytes(FILES["rgb.png"]())
    choose(site, path)
    is_shown(site, NOISE)
    site.get_by_role("button", name="Remove").click()
    expect(site.locator(".result .note")).to_have_text("No result yet.")
    expect(site.locator("[data-field=picture] figure")).to_be_hidden()
    choose(site, path)
    is_shown(site, NOISE)
    site.get_by_role("button", name="Reset").click()
    expect(site.locator(".result .note")).to_have_text("No result yet.")


BAD = {
    "empty.png": (lambda: b"", "This file is empty"),
    "paper.png": (lambda: b"%PDF-1.7\n%...", "This is a PDF"),
    "drawing.svg": (lambda: b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "a vector drawing (SVG)"),
    "page.jpg": (lambda: b"<!doctype html><title>Not found</title><svg></svg>", "This is a web page"),
    "phone.heic": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), "can’t read HEIC"),
    "broken.jpg": (lambda: b"\xff\xd8\xff\xe0" + bytes(300), "can’t be read as an image"),
    "cut.png": (lambda: FILES["rgb.png"]()[:1500], "can’t be read as an image"),
    "words.png": (lambda: b"hello", "can’t be read as an image"),
    "huge.png": (lambda: saved(Image.new("1", (10_001, 10_000))), "too large, 10001 × 10000 pixels"),
}


def test_a_bad_file_gets_a_sentence_and_the_picture_stays(site, tmp_path):
    good = tmp_path / "good.png"
    good.write_bytes(FILES["rgb.png"]())
    choose(site, good)
    is_shown(site, NOISE)
    for name, (content, sentence) in BAD.items():
        bad = tmp_path / name
        bad.write_bytes(content())
        choose(site, bad)
        expect(site.locator(".source .says"), name).to_contain_text(sentence, timeout=20_000)
        is_shown(site, NOISE)
        choose(site, good)
        expect(site.locator(".source .says"), name).to_be_hidden()


# Keeps how many pixels the largest canvas has that was read.
LARGEST = """() => { window.largest = 0; const { prototype } = CanvasRenderingContext2D; const read = prototype.getImageData;
  prototype.getImageData = function (...given) { window.largest = Math.max(window.largest, this.canvas.width * this.canvas.height);
    return read.apply(this, given); }; }"""


def test_a_photo_of_thirty_megapixels(site, tmp_path):
    path = tmp_path / "large.jpg"
    path.write_bytes(saved(Image.new("RGB", (6000, 5000), (200, 100, 30)), "JPEG"))
    site.evaluate(LARGEST)
    choose(site, path)
    expect(site.locator("[data-field=picture] figcaption")).to_have_text("6000 × 5000 pixels", timeout=60_000)
    expect(site.locator("[data-output=same] canvas").first).to_have_js_property("width", 6000, timeout=60_000)
    assert site.evaluate("largest") <= 2**22, "phones read no canvas of the whole"
    assert site.locator("[data-field=picture] canvas").first.evaluate("canvas => canvas.width * canvas.height") <= 2**22, "nor is it shown at full size"
    corner = "canvas => [...canvas.getContext('2d').getImageData(5999, 4999, 1, 1).data]"
    assert site.locator("[data-output=same] canvas").first.evaluate(corner) == pytest.approx([200, 100, 30, 255], abs=2)


def test_samples_fill_the_form_and_travel_in_links(page, served):
    url, folder = served(models_image.same, models_image.SAME)
    (folder / "noise.png").write_bytes(FILES["rgb.png"]())
    (folder / "gray.png").write_bytes(FILES["gray.png"]())
    [manifest] = folder.glob("app-*/manifest.json")
    content = json.loads(manifest.read_text())
    content["form"]["inputs"][0]["fields"][0]["default"] = "../noise.png"
    content["examples"] = [{"label": "Gray", "values": {"picture": "../gray.png"}}, {"label": "Lost", "values": {"picture": "../lost.png"}}]
    manifest.write_text(json.dumps(content))
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", timeout=30_000)
    is_shown(page, NOISE)
    expect(page.locator(".examples img")).to_have_count(1)
    expect(page.get_by_role("button", name="Gray").locator("img")).not_to_have_js_property("naturalWidth", 0)
    page.get_by_role("button", name="Gray").click()
    expect(page).to_have_url(f"{url}#1&picture=..%2Fgray.png")
    gray = np.repeat(NOISE[:, :, :1], 3, axis=2)
    is_shown(page, gray)
    page.reload()
    page.wait_for_selector("html[data-state=ready]", timeout=30_000)
    is_shown(page, gray)
    expect(page.locator(".linked")).to_be_hidden()
    page.get_by_role("button", name="Lost").click()
    expect(page.locator(".source .says")).to_contain_text("The sample ../lost.png could not be loaded")
    expect(page.locator(".result .note")).to_have_text("No result yet.")
    page.get_by_role("button", name="Reset").click()
    is_shown(page, NOISE)
    expect(page.locator(".source .says")).to_be_hidden()


def test_the_latest_of_two_files_wins(site, tmp_path):
    slow, quick = tmp_path / "slow.png", tmp_path / "quick.png"
    slow.write_bytes(saved(Image.fromarray(np.repeat(np.repeat(NOISE, 60, axis=0), 60, axis=1))))
    quick.write_bytes(FILES["rgb.png"]())
    choose(site, slow)
    choose(site, quick)
    is_shown(site, NOISE)
    site.wait_for_timeout(1500)
    is_shown(site, NOISE)


def test_the_keyboard_reaches_it(site):
    site.on("filechooser", lambda _: None)  # from now on, not only just before the key is pressed: Playwright does not wait for it
    site.locator("form .quiet").first.focus()
    site.keyboard.press("Tab")
    assert site.evaluate("document.activeElement.type") == "file"
    with site.expect_file_chooser() as chosen:
        site.keyboard.press("Enter")
    assert not chosen.value.is_multiple()
    site.keyboard.press("Tab")
    assert site.evaluate("document.activeElement.textContent") == "Use the camera"


def test_nothing_runs_over_the_edge(site, tmp_path):
    path = tmp_path / "rgb.png"
    path.write_bytes(FILES["rgb.png"]())
    choose(site, path)
    is_shown(site, NOISE)
    assert_fits(site)
