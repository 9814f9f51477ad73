"""The picture of a shared link, and the icon of a start screen: drawn at build from the project's name, accent and icon."""

import io
import re
import time

import numpy as np
import pytest
from PIL import Image, ImageFont

import small_project
from mlweb.site import build, pictures
from paths import ROOT

ICON = (ROOT / "template/web/icon.svg").read_bytes()
LINK = pictures.Link("House values", "Homes & more", "What they were worth.", "ada.example.org/homes", ICON, "#2f6f4f", "#f6f6f3", "#1c2024", "#595f66")
LONG = "Prévision de la consommation électrique des bâtiments publics, par quartier et par usage, à vingt-quatre heures, même la nuit"


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def rows(picture: Image.Image, colour: tuple[int, int, int]) -> list[int]:
    """The lines of a picture that have a pixel of a colour."""
    return np.flatnonzero((np.asarray(picture) == colour).all(axis=2).any(axis=1)).tolist()


def test_a_link_shows_icon_accent_and_name_and_the_same_bytes_each_time():
    drawn = pictures.draw(LINK)
    picture = opened(drawn)
    assert picture.size == (pictures.WIDTH, pictures.HEIGHT) == (1200, 630)
    assert picture.getpixel((600, 4)) == picture.getpixel((90, 100)) == (0x2F, 0x6F, 0x4F), "the stripe and the icon"
    assert picture.getpixel((5, 625)) == (0xF6, 0xF6, 0xF3)
    assert rows(picture, (0x1C, 0x20, 0x24))[0] > 200, "the name below the icon"
    assert pictures.draw.__wrapped__(LINK) == drawn


@pytest.mark.parametrize("text", ["x" * 6000, "l " * 6000, "l" * 6000])
def test_a_text_without_end_is_cut_at_once_and_ends_in_an_ellipsis(text):
    start = time.process_time()
    lines = pictures.wrapped(text, 30, 2)
    assert len(lines) == 2 - (" " not in text) and lines[-1].endswith("…") and len(lines[0]) > 50
    assert time.process_time() - start < 2


@pytest.mark.parametrize("name", ["A", LONG, "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenversicherung", "<b> & “c”"])
def test_texts_of_any_length_stay_apart_and_inside(name):
    long = LINK._replace(name=name, title=LONG, description=f"{LONG}. {LONG}.", address="ada.example.org/" + "long/" * 40)
    drawn = pictures.draw(long)
    picture = opened(drawn)
    ink, soft, accent = (rows(picture, colour) for colour in ((0x1C, 0x20, 0x24), (0x59, 0x5F, 0x66), (0x2F, 0x6F, 0x4F)))
    described = [y for y in soft if y > 200]
    assert ink[-1] < described[0] and described[-1] < [y for y in accent if y > 300][0]
    assert picture.crop((1125, 17, 1200, 630)).getcolors() == [(75 * 613, (0xF6, 0xF6, 0xF3))], "the margin is free"
    assert len(drawn) < 60_000


def test_a_text_with_letters_that_the_font_lacks_is_left_out_of_the_picture():
    assert pictures.draw(LINK._replace(name="模型")) == pictures.draw(LINK._replace(name=""))
    font = ImageFont.truetype(pictures.FONT, 40, layout_engine=ImageFont.Layout.BASIC)
    box = bytes(font.getmask("\uffff"))
    drawable = [chr(code) for code in range(0x21, 0x2700) if pictures.DRAWABLE.fullmatch(chr(code)) and chr(code) not in "\xa0\xad"]
    assert len(drawable) > 450 and [each for each in drawable if bytes(font.getmask(each)) == box] == []


def test_the_icon_of_a_start_screen_has_no_gaps_and_one_that_cannot_be_drawn_is_left_out():
    icon = Image.open(io.BytesIO(pictures.app_icon(ICON, "#2f6f4f")))
    assert icon.size == (512, 512) and icon.convert("RGBA").getextrema()[3] == (255, 255)
    plain = opened(pictures.app_icon(b"<svg>", "#123456"))
    assert plain.getcolors() == [(512 * 512, (0x12, 0x34, 0x56))]


def test_the_page_names_the_picture_of_its_link_by_a_whole_address(tmp_path):
    root = small_project.make(tmp_path)
    build.build(root, root / "dist")
    index = (root / "dist/index.html").read_text()
    [address] = re.findall(r'property="og:image" content="([^"]*)"', index)
    site = "https://ada.example.org/small/"
    assert address.startswith(site)
    file = root / "dist" / address.removeprefix(site)
    assert opened(file.read_bytes()).size == (1200, 630) and '<meta name="twitter:card" content="summary_large_image">' in index
    small_project.edit(root / "metadata.yml", "Double <it>", "Twice")
    build.build(root, root / "again")
    assert not (root / "again" / file.name).exists(), "another picture has another address"


def test_without_an_address_nothing_is_drawn_that_nobody_could_name(tmp_path):
    root = small_project.make(tmp_path)
    small_project.edit(root / "pyproject.toml", 'hosting = "github-pages"\nurl = "https://ada.example.org/small"', 'hosting = "other"')
    build.build(root, root / "dist")
    assert "og:image" not in (root / "dist/index.html").read_text() and not list((root / "dist").glob("share-*"))
