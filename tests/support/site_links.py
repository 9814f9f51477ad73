"""Links of built pages that lead nowhere."""

import re
from html.parser import HTMLParser
from pathlib import Path

from paths import ROOT

REPOSITORY = "https://github.com/org/ml-web-template/blob/main/"


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.ids = [], set()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.found += [given[name] for name in ("href", "src") if given.get(name)]
        self.ids |= {given["id"]} if "id" in given else set()


def lost(site: Path, *but: str) -> list[str]:
    """Links of the pages that lead nowhere, to the repository's files included; without folders of another origin, and the page for lost addresses."""
    found, read = [], {}
    for path in site.rglob("*.html"):
        if path.relative_to(site).parts[0] not in (*but, "404.html"):
            read[path] = Links()
            read[path].feed(path.read_text(encoding="utf-8"))
    for path, links in read.items():
        for link in links.found:
            file, _, anchor = link.partition("#")
            if file.startswith(REPOSITORY):
                there = ROOT / file.removeprefix(REPOSITORY)
            elif re.match(r"[a-z]+:", file):
                continue
            else:
                there = (path.parent / file).resolve() if file else path
                there = there / "index.html" if there.is_dir() else there
            if not there.exists() or (anchor and not anchor.startswith("__") and there in read and anchor not in read[there].ids):
                found.append(f"{path.relative_to(site)}: {link}")
    return found
