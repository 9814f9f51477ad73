"""Where a site can be published, and how much each host takes: the table in hosts.json, which the template's questions go by too."""

import json
from dataclasses import dataclass
from pathlib import Path

MB, GB = 10**6, 10**9


@dataclass(frozen=True)
class Host:
    """A host: where repositories are and the page will be, and its limits, None for none: bytes of one file and of the site, number of files.

    The address may hold the answers {slug}, {owner}, {name} and {owner-name}; "" where nobody knows it before the page is published.
    """

    name: str
    forge: str = "https://github.com/"
    address: str = ""
    file: int | None = None
    site: int | None = None
    files: int | None = None


HOSTS = {key: Host(**row) for key, row in json.loads(Path(__file__).with_name("hosts.json").read_text(encoding="utf-8")).items()}


def size(count: int) -> str:
    """Bytes for people: "14.3 MB"."""
    for unit, factor in (("GB", GB), ("MB", MB), ("kB", 1000)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count} bytes"


def exceeded(host: Host, sizes: dict[str, int]) -> list[str]:
    """Why the host would refuse a site of these files (path -> bytes): one sentence a reason."""
    problems = [
        f"{path} has {size(count)}, and {host.name} takes at most {size(host.file)} per file: make it smaller, or choose another hosting in pyproject.toml."
        for path, count in sizes.items()
        if host.file and count > host.file
    ]
    total = sum(sizes.values())
    if host.site and total > host.site:
        problems.append(f"The site has {size(total)}, and {host.name} takes at most {size(host.site)}: make the model smaller.")
    if host.files and len(sizes) > host.files:
        problems.append(f"The site has {len(sizes):,} files, and {host.name} takes at most {host.files:,}: remove some from web/.")
    return problems
