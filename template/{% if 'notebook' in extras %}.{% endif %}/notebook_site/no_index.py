"""In the place of piplite and micropip, which install packages from an index: this notebook asks nobody for anything."""

from typing import NoReturn


async def install(*packages: object, **_: object) -> NoReturn:
    """What `%pip install` calls."""
    raise RuntimeError("No package can be installed here: this notebook asks no package index. What it has is the Python standard library and the model.")
