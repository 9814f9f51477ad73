"""Write the documentation as pages beside the examples: python docs.py FOLDER. Each folder in it that has a page is linked as an example."""

import posixpath
import re
import shutil
import sys
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
REPOSITORY = "https://github.com/org/ml-web-template/blob/main/"
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
  :root {{ color-scheme: light dark; font: 1.05rem/1.6 system-ui, sans-serif; }}
  body {{ max-width: 48rem; margin: 0 auto; padding: 1rem; overflow-wrap: break-word; }}
  img {{ max-width: 100%; height: auto; }}
  pre, table {{ display: block; overflow-x: auto; }}
  td, th {{ border-bottom: 1px solid; padding: 0.3rem 0.8rem 0.3rem 0; text-align: start; vertical-align: top; }}
</style>
<nav><a href="{home}">ml-web-template</a></nav>
<main>
{content}
</main>
</html>
"""


def pages() -> list[Path]:
    """What is written for users, relative to the repository."""
    return [Path("README.md"), Path("CHANGELOG.md"), Path("CONTRIBUTING.md"), *sorted(path.relative_to(ROOT) for path in (ROOT / "docs").rglob("*.md"))]


def target(link: str, page: Path, known: set[str]) -> str:
    """Where a link of a page leads on the site: to another page, to a picture of docs/, else to the file in the repository."""
    if re.match(r"[a-z]+:|#", link):
        return link
    path, hash, anchor = link.partition("#")
    there = posixpath.normpath(posixpath.join(page.parent.as_posix(), path))
    if there in known:
        here = posixpath.dirname(address(page.as_posix())) or "."
        return posixpath.relpath(address(there), here) + "/" * path.endswith("/") + hash + anchor
    return REPOSITORY + there + hash + anchor


def address(path: str) -> str:
    """docs/page.md -> docs/page.html; README.md is the first page."""
    return "index.html" if path == "README.md" else re.sub(r"\.md$", ".html", path)


def html(page: Path, known: set[str], after: str = "") -> str:
    """A page of Markdown as HTML, with an id for every heading as GitHub gives it."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse((ROOT / page).read_text(encoding="utf-8") + after)
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", re.sub(r"[^\w\- ]", "", tokens[index + 1].content.lower()).replace(" ", "-"))
        for child in token.children or []:
            for name in ("href", "src"):
                if child.attrGet(name):
                    child.attrSet(name, target(str(child.attrGet(name)), page, known))
    title = next((tokens[index + 1].content for index, token in enumerate(tokens) if token.type == "heading_open"), page.stem)
    home = posixpath.relpath("index.html", posixpath.dirname(page.as_posix()) or ".")
    return PAGE.format(title=escape(title), home=home, content=parser.renderer.render(tokens, parser.options, {}))


def main(folder: Path) -> None:
    found = sorted(path.parent.name for path in folder.glob("*/index.html"))
    examples = "".join(f"- [{name}]({name}/)\n" for name in found)
    media = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").iterdir() if path.suffix in (".png", ".svg", ".jpg")}
    known = {page.as_posix() for page in pages()} | media | set(found)
    for page in pages():
        out = folder / address(page.as_posix())
        out.parent.mkdir(parents=True, exist_ok=True)
        after = f"\n## Examples, live\n\n{examples}" if page == Path("README.md") and found else ""
        out.write_text(html(page, known, after), encoding="utf-8")
    for path in media:
        shutil.copyfile(ROOT / path, folder / path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
