"""The rooms of mlweb: an import never climbs, and neighbours such as draft and site do not know each other. mlweb/__init__.py lists the rooms."""

import ast

import pytest

from paths import ROOT

PACKAGE = ROOT / "template/mlweb"
# From the ground up: a room imports from itself and from the floors below. Modules beside the rooms are commands, those of the first four floors apart.
ORDER = [
    {"console"},
    {"errors"},
    {"conflicts", "files", "runner", "runtimes"},
    {"answers"},
    {"codec"},
    {"graph"},
    {"engines"},
    {"tabular", "contract"},
    {"proof"},
    {"draft", "site"},
    {"commands"},
]
ALLOWED = {room: {room}.union(*ORDER[:floor]) for floor, rooms in enumerate(ORDER) for room in rooms}


def room(module: str) -> str:
    """The room of `codec.encode` or `train`."""
    first = module.split(".")[0]
    return first if first in ALLOWED else "commands"


def imports(text: str, package: list[str]) -> list[str]:
    """What of mlweb a module imports, wherever in it, as `codec.encode`; package: where it lies itself, for relative imports."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ["mlweb", *package][: len(package) + 2 - node.level] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            found += [f"mlweb.{alias.name}" for alias in node.names] if origin == "mlweb" else [origin]
    return [name.removeprefix("mlweb.") for name in found if name.startswith("mlweb.")]


def climbing(files: dict[str, str]) -> list[str]:
    """Every import that the rooms do not allow."""
    wrong = []
    for name, text in files.items():
        *package, module = name.removesuffix(".py").split("/")
        here = room(".".join([*package, module]))
        wrong += [f"{name} -> {target}" for target in imports(text, package) if room(target) not in ALLOWED[here]]
    return wrong


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """All but mlweb/__init__.py, which hands out names of every room and is itself imported by none."""
    paths = [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py"]
    return {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def test_no_import_climbs(files):
    assert sum(len(imports(text, name.split("/")[:-1])) for name, text in files.items()) > 150
    assert climbing(files) == []


def test_every_folder_is_a_room_of_the_order(files):
    assert {name.split("/")[0] for name in files if "/" in name} == {room for room in ALLOWED if (PACKAGE / room).is_dir()}


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("codec/encode.py", "from mlweb.contract.form import make_form", "codec/encode.py -> contract.form"),
        ("graph/guess.py", "def late():\n    import mlweb.proof.golden", "graph/guess.py -> proof.golden"),
        ("site/build.py", "from mlweb.draft import draft", "site/build.py -> draft"),
        ("draft/draft.py", "if TYPE_CHECKING:\n    from mlweb.site.build import Built", "draft/draft.py -> site.build"),
        ("proof/export.py", "from mlweb import errors, export", "proof/export.py -> export"),
        ("errors.py", "from .codec import encode", "errors.py -> codec"),
        ("contract/form.py", "from ..proof import golden", "contract/form.py -> proof"),
        ("contract/form.py", "from .. import proof", "contract/form.py -> proof"),
    ],
)
def test_a_climbing_import_is_found(name, text, wrong):
    assert climbing({name: text}) == [wrong]


def test_what_lies_below_or_beside_is_allowed():
    assert climbing({"proof/export.py": "from . import golden\nfrom mlweb.contract import check\nimport numpy\nfrom mlweb.errors import run"}) == []
