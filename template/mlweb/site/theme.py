"""The page's colours: web/style.css names them once; the accent of metadata.yml is made readable on them."""

import re

READABLE = 5.2  # WCAG AA asks for a contrast of 4.5 of text; the rest is for text on a tint of the accent itself
TOKEN = re.compile(r"--([\w-]+):\s*light-dark\(\s*(#[0-9a-fA-F]+)\s*,\s*(#[0-9a-fA-F]+)\s*\)")

Colour = tuple[int, int, int]  # red, green, blue, 0 to 255 each


def tokens(css: str) -> dict[str, tuple[str, str]]:
    """The colours that a style sheet names, such as --page: name -> (light, dark), as #rgb or #rrggbb."""
    return {name: (light, dark) for name, light, dark in TOKEN.findall(css)}


def accent(hex_: str, css: str) -> str:
    """`light-dark(…, …)` of an accent that can be read in both themes."""
    light, dark = readable(hex_, css)
    return f"light-dark({light}, {dark})"


def readable(hex_: str, css: str) -> tuple[str, str]:
    """An accent darkened for the light theme, and lightened for the dark one, no more than reading needs.

    In light it is weakest on the page, in dark on the cards.
    """
    named = tokens(css)
    page, card = named.get("page", ("#fff", "#000"))[0], named.get("card", ("#fff", "#000"))[1]
    return towards(rgb(hex_), (0, 0, 0), rgb(page)), towards(rgb(hex_), (255, 255, 255), rgb(card))


def icon(svg: bytes, hex_: str) -> bytes:
    """An icon in the page's colour: what has class="accent" first among its attributes is filled with it. The template's own has such a part."""
    return re.sub(rb'(class="accent"[^>]*\bfill=")[^"]*', lambda found: found[1] + hex_.encode(), svg)


def rgb(hex_: str) -> Colour:
    """The channels of #rgb or #rrggbb."""
    digits = hex_[1:] if len(hex_) == 7 else "".join(2 * digit for digit in hex_[1:4])
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def towards(colour: Colour, other: Colour, background: Colour) -> str:
    """The first mix of a colour with another that is readable on a background, as #rrggbb."""
    red, green, blue = colour
    for step in range(26):
        share = step / 25
        red, green, blue = (round(channel + (end - channel) * share) for channel, end in zip(colour, other, strict=True))
        if contrast((red, green, blue), background) >= READABLE:
            break
    return f"#{red:02x}{green:02x}{blue:02x}"


def contrast(one: Colour, two: Colour) -> float:
    """The contrast of two colours, 1 to 21, as WCAG 2 defines it."""
    dark, light = sorted((luminance(one), luminance(two)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Colour) -> float:
    """Relative luminance, 0 to 1, as WCAG 2 defines it."""
    shares = [channel / 255 for channel in colour]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
