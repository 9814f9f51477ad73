"""The web runtime and the libraries of the page, fetched once for all processes of the tests."""

from functools import cache
from pathlib import Path

from filelock import FileLock

from mlweb.site import vendor
from paths import ROOT


@cache
def vendored() -> dict[str, Path]:
    """Package -> its folder below template/.vendor."""
    with FileLock(ROOT / "template/.vendor.lock"):
        return vendor.vendor(ROOT / "template")


def lend(project: Path) -> None:
    """Give a project what it would fetch itself."""
    vendored()
    (project / ".vendor").symlink_to(ROOT / "template/.vendor")
