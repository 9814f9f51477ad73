"""Whose each file of a project is, as the table of TEMPLATE.md has it."""

import re

from paths import ROOT


def table(path: str) -> dict[str, list[str]]:
    """Class -> paths, as the table in a Markdown file has them."""
    rows = re.findall(r"^\| \*\*(.+?)\*\* \| (.+?) \|", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    return {whose: re.findall(r"`([^`]+)`", files) for whose, files in rows}


OWNERS = table("template/TEMPLATE.md")


def whose(path: str) -> str | None:
    """The class of a file: that of the most exact path which leads to it."""
    found = {entry: name for name, entries in OWNERS.items() for entry in entries if path == entry or (entry.endswith("/") and path.startswith(entry))}
    return found[max(found, key=len)] if found else None
