"""The page's icon and name as PNG pictures, for those that read no SVG: what a shared link shows, and what a phone puts on its start screen.

The font beside this file is Inter, cut down to what is DRAWABLE; its licence, the OFL, is written in it. Nothing of the machine's own
fonts is read, so the same sources give the same bytes.
"""

import base64
import hashlib
import io
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import NamedTuple

import resvg_py
from PIL import Image, ImageFont

FONT = Path(__file__).with_name("inter-semibold.ttf")
FAMILY = "Inter SemiBold"
# Latin, Greek and Cyrillic letters with their signs; a text with any other is left out, for its letters would be boxes.
DRAWABLE = re.compile(
    "[ -~\u00a0-\u0148\u014a-\u017f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f\u0490\u0491\u1e9e"
    "\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u2030\u2032\u2033\u2039\u203a€™−≈≠≤≥]*"
)
WIDTH, HEIGHT, MARGIN = 1200, 630, 80  # in pixels, as the places that show links ask for
LETTERS = 150  # more than a line has room for: what is behind them is not measured, which would take seconds
BESIDE = 240  # the icon
ICON_SIZE = 512


class Link(NamedTuple):
    """What the picture of a link to the page shows; colours as #rrggbb, `icon` an SVG in the page's accent."""

    name: str
    title: str
    description: str
    address: str
    icon: bytes
    accent: str
    page: str
    ink: str
    soft: str

    @property
    def file(self) -> str:
        """Its name at the root of the site: another one when it shows something else, for those who keep pictures by their address."""
        return f"share-{hashlib.sha256(repr(tuple(self)).encode()).hexdigest()[:12]}.png"


@cache
def draw(link: Link) -> bytes:
    """The icon and the project's title, the name, what it is, and where: a PNG of 1200 x 630."""
    size, name = fitted(link.name)
    below = 274 + round(1.15 * size * len(name))
    parts = [
        f'<rect width="100%" height="100%" fill="{link.page}"/><rect width="100%" height="16" fill="{link.accent}"/>',
        image(link.icon, MARGIN, 68, 128),
        *written(wrapped(link.title, 40, 1, BESIDE), BESIDE, 146, 40, link.soft),
        *written(name, MARGIN, 216 + size, size, link.ink),
        *written(wrapped(link.description, 32, 2), MARGIN, below, 32, link.soft),
        *written(wrapped(link.address, 30, 1), MARGIN, HEIGHT - 56, 30, link.accent),
    ]
    drawn, small = Image.open(io.BytesIO(png("".join(parts), WIDTH, HEIGHT))), io.BytesIO()
    drawn.convert("RGB").quantize(128).save(small, "PNG")  # a third of the bytes
    return small.getvalue()


@cache
def app_icon(icon: bytes, accent: str) -> bytes:
    """The icon for a start screen, 512 x 512: on a ground of the accent, because phones cut the corners off as they like and fill gaps with black."""
    return png(f'<rect width="100%" height="100%" fill="{accent}"/>{image(icon, 0, 0, ICON_SIZE)}', ICON_SIZE, ICON_SIZE)


def fitted(name: str) -> tuple[int, list[str]]:
    """The largest size at which a name fits into two lines, and these lines; three at the smallest."""
    for size in (84, 68):
        lines = wrapped(name, size, 3)
        if len(lines) < 3 and not any(line.endswith("…") for line in lines):
            return size, lines
    return 56, wrapped(name, 56, 3)


def wrapped(text: str, size: int, most: int, x: int = MARGIN) -> list[str]:
    """A text in at most so many lines, from x to the margin; what does not fit ends in an ellipsis. None where the font lacks a letter."""
    if not DRAWABLE.fullmatch(text):
        return []
    font = ImageFont.truetype(FONT, 1000, layout_engine=ImageFont.Layout.BASIC)  # at a size at which no width is rounded
    room = (WIDTH - MARGIN - x) * 1000 / size
    lines: list[str] = []
    for word in " ".join(text.split())[: most * LETTERS].split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and (font.getlength(longer) <= room or len(lines) == most):
            lines[-1] = longer
        else:
            lines.append(word)
    for at, line in enumerate(lines):
        while font.getlength(lines[at]) > room:
            line = line[:-1].rstrip()
            lines[at] = f"{line}…"
    return lines


def written(lines: list[str], x: int, y: int, size: int, colour: str) -> list[str]:
    """Lines of text as elements of SVG, from the baseline y on."""
    style = f'font-family="{FAMILY}" font-size="{size}" fill="{colour}"'
    return [f'<text x="{x}" y="{y + round(1.15 * size * at)}" {style}>{escape(line)}</text>' for at, line in enumerate(lines)]


def image(svg: bytes, x: int, y: int, size: int) -> str:
    """A picture in a picture, as a square; one that can't be drawn leaves its place empty."""
    return f'<image x="{x}" y="{y}" width="{size}" height="{size}" href="data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"/>'


def png(svg: str, width: int, height: int) -> bytes:
    """Elements of SVG, drawn."""
    whole = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{svg}</svg>'
    return bytes(resvg_py.svg_to_bytes(svg_string=whole, skip_system_fonts=True, font_files=[str(FONT)]))
