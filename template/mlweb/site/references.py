"""Which file of the site refers to which: nothing may be missing, and a first visit downloads only what its page needs."""

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

# What refers to another file, by kind of file. A JavaScript reference is static (`from`, `new URL`) or made when it is needed (`import()`).
HTML = re.compile(r"""\b(?:href|src)\s*=\s*["']([^"']+)["']""")
MODULE_SCRIPT = re.compile(r"""<script\b[^>]*\btype\s*=\s*["']module["'][^>]*>""")
SCRIPT = re.compile(r"""(?:\bfrom|\bimport\s*(\()?)\s*["'](\.[^"']+)["']|\bnew\s+URL\(\s*["']([^"']+)["']\s*,\s*import\.meta\.url""")
STYLE = re.compile(r"""url\(\s*["']?([^"')]+)""")
COMMENT = ("//", "/*", "*")  # how a line of a comment begins: a type may be imported there from anywhere
LIBRARY = re.compile(r"\blibraries\.(\w+)")
# How a module links the style sheet beside it: the build may put that into the page's own style sheet.
LINKED = re.compile(r"""\bh\(['"]link['"], \{ rel: ['"]stylesheet['"], href: new URL\(['"]([^"']+\.css)['"], import\.meta\.url\)\.href \}\)""")
TABLE = "/index.js"  # a file of this name lists kinds, panels or languages, of which a page loads those it shows


def module_scripts(html: str) -> list[str]:
    """The modules that a page starts, as it names them."""
    return [found[1] for tag in MODULE_SCRIPT.findall(html) if (found := HTML.search(tag))]


@lru_cache(1024)
def references(name: str, text: str, lazy: bool = True) -> list[tuple[int, str]]:
    """(line, reference) of everything that the text of a file refers to.

    If not lazy, without what it imports, or starts as a worker out of a table, only when needed.
    """
    return list(found_in(name, text, lazy))


def found_in(name: str, text: str, lazy: bool) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith(COMMENT):
            continue
        match posixpath.splitext(name)[1]:
            case ".html":
                yield from ((number, found[1]) for found in HTML.finditer(line))
            case ".js":
                needed_now = (found for found in SCRIPT.finditer(line) if lazy or not (found[1] or (found[3] and name.endswith(TABLE))))
                yield from ((number, found[2] or found[3]) for found in needed_now)
            case ".css":
                yield from ((number, found[1]) for found in STYLE.finditer(line))


@lru_cache(16384)
def leads_to(reference: str, name: str, base: str) -> str | None:
    """The file of the site that a reference in the file `name` means; None when it leaves the site or stays on the page."""
    parts = urlsplit(reference)
    if parts.scheme or parts.netloc or not parts.path:
        return None
    target = posixpath.join(posixpath.dirname(name), unquote(parts.path)).removeprefix(base)
    return posixpath.normpath(f"{target}index.html" if target.endswith("/") or not target else target)


def needed(web: dict[str, bytes], index: str, chosen: set[tuple[str, str]]) -> tuple[list[str], set[str]]:
    """What a page needs of web/: (names of files, names of libraries). `index` is its HTML; `chosen` are (table, entry), such as ("inputs", "number").

    Whatever is neither script nor style sheet is needed too: the build puts data there only for a page that shows it.
    """
    found: set[str] = {name for name in web if not name.endswith((".js", ".css", ".html"))}
    libraries: set[str] = set()
    todo = [leads_to(reference, "index.html", "") for _, reference in references("index.html", index)]
    while todo:
        name = todo.pop()
        if name in found or name not in web or not name.endswith((".js", ".css")):
            continue
        found.add(name)
        text = web[name].decode()
        libraries.update(LIBRARY.findall(text))
        targets = [leads_to(reference, name, "") for _, reference in references(name, text)]
        if name.endswith(TABLE):
            always = {leads_to(reference, name, "") for _, reference in references(name, text, lazy=False)}
            targets = [it for it in targets if it in always or (it and (posixpath.dirname(name), PurePosixPath(it).stem) in chosen)]
        todo += targets
    return sorted(found), libraries
