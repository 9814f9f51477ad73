"""Texts that come from outside, and may be of any length, in sentences. Twin of web/codec/shorten.js."""

from typing import Any


def shortened(value: Any, most: int = 100) -> Any:
    """The beginning of a text that is longer than `most` characters; anything else as it is."""
    return f"{value[:most]}…" if isinstance(value, str) and len(value) > most else value
