"""The house of web/: an import never climbs and never looks into a neighbour. docs/architecture.md explains the rooms."""

import posixpath
import re

import pytest

from paths import ROOT

WEB = ROOT / "template/web"
# What each room may import from, itself apart; from the ground up.
FLOORS = ["strings", "codec", "runtime", "ui", "media", ("inputs", "outputs"), "panels", "app"]
ALLOWED: dict[str, set[str]] = {}
for index, floor in enumerate(FLOORS):
    below = {room for lower in FLOORS[:index] for room in ([lower] if isinstance(lower, str) else lower)}
    ALLOWED |= {room: below for room in ([floor] if isinstance(floor, str) else floor)}
# What lies at the top: the promise to panels of one's own, these panels, and what the browser enters by address.
ALLOWED |= {"api.js": {"strings", "codec", "runtime", "ui"}, "own": {"api.js"}}
ALLOWED["panels"] |= {"api.js"}
TABLES = {("panels/index.js", "own")}  # the table of panels lists the project's own as well
# A reference in code or in a JSDoc type; what is loaded when needed counts too.
IMPORT = re.compile(r"""(?:\bfrom|\bimport\s*\(?)\s*['"](\.[^'"]+)['"]""")


def room(path: str) -> str:
    return path.split("/")[0]


def imports(files: dict[str, str]) -> list[tuple[str, str]]:
    """(file, file that it imports) of everything below web/."""
    return [(name, posixpath.normpath(posixpath.join(posixpath.dirname(name), found))) for name, text in files.items() for found in IMPORT.findall(text)]


def climbing(files: dict[str, str]) -> list[str]:
    """Every import that the house does not allow."""
    wrong = []
    for name, target in imports(files):
        here, there = room(name), room(target)
        sideways = here == there == "panels" and not name.endswith("/index.js") and name.split("/")[1] != target.split("/")[1]
        if sideways or (here != there and there not in ALLOWED.get(here, set()) and (name, there) not in TABLES):
            wrong.append(f"{name} -> {target}")
    return wrong


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    paths = [path for path in WEB.rglob("*.js")]
    return {path.relative_to(WEB).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def test_no_import_climbs_or_looks_into_a_neighbour(files):
    assert len(imports(files)) > 400
    assert climbing(files) == []


def test_only_what_the_browser_enters_by_address_lies_at_the_top():
    there = {path.name for path in WEB.iterdir()}
    entered = {"index.html", "404.html", "sw.js", "embed.js", "support.js", "single-file.js", "style.css", "icon.svg", "api.js", "own"}
    assert there - entered == {"app", "ui", "media", "codec", "runtime", "strings", "inputs", "outputs", "panels"}


def test_the_card_and_the_example_import_only_what_is_promised(files):
    outside = [target for name, target in imports(files) if name.startswith("panels/card/") and not target.startswith("panels/card/")]
    assert set(outside) == {"api.js"}


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("codec/encode.js", "import { h } from '../ui/dom.js';", "codec/encode.js -> ui/dom.js"),
        ("inputs/number.js", "const view = () => import('../outputs/value/value.js');", "inputs/number.js -> outputs/value/value.js"),
        ("panels/card/card.js", "import { batch } from '../batch/batch.js';", "panels/card/card.js -> panels/batch/batch.js"),
        ("ui/dom.js", "/** @type {import('../app/main.js').X} */", "ui/dom.js -> app/main.js"),
        ("own/hello.js", "import { h } from '../ui/dom.js';", "own/hello.js -> ui/dom.js"),
    ],
)
def test_a_climbing_import_is_found(name, text, wrong):
    assert climbing({name: text}) == [wrong]
