"""Projects of older versions of the template: made, lived in, and updated to what lies here."""

import io
import json
import subprocess
import tarfile
import tempfile
from functools import cache
from pathlib import Path

import copier
import pytest
import yaml

from commands import git
from paths import ROOT

RELEASES = git(ROOT, "tag", "--list", "v*", "--sort=version:refname").split()
OLD = ["first", "middle", *RELEASES]  # the first commit that renders, one half-way from there, which gets a tag, and every release
MIDDLE = "v0.0.1"


@cache
def first(clone: Path) -> str:
    """The oldest commit that can be copied."""
    for candidate in git(clone, "rev-list", "--reverse", "HEAD", "--", "copier.yml").split():
        try:
            with tempfile.TemporaryDirectory() as folder:
                copier.run_copy(str(clone), folder, vcs_ref=candidate, defaults=True, quiet=True, unsafe=False)
        except (copier.errors.CopierError, ValueError, subprocess.SubprocessError):
            continue
        return candidate
    pytest.fail("no commit can be copied")


@cache
def template(clone: Path) -> Path:
    """A clone in which the commit half-way from the first version to the newest is released too."""
    tagged = clone.parent / "with-a-release"
    git(clone, "clone", "--quiet", clone, tagged)
    since = git(clone, "rev-list", "--reverse", "--first-parent", f"{first(clone)}..HEAD").split()
    git(tagged, "tag", "--annotate", MIDDLE, "--message", "half-way", since[len(since) // 2] if since else "HEAD")
    return tagged


LARGE = ("template/mlweb/", "template/web/", "template/tests/")  # folders that are the same for every answer
KEPT = {"hosts.json", "metadata.schema.json", "index.html", "style.css", "icon.svg", "_headers"}  # but what Copier reads, and what is not the template's alone


def lean(clone: Path, folder: Path) -> dict[str, str]:
    """A template without most of mlweb/ and web/, so that an update takes a third of the time, as it was when each recipe came and as it is, v10000.0.0.

    Recipe -> the tag of the version in which it came.
    """
    first_of, order = came(clone), history(clone)
    folder.mkdir()
    git(folder, "init", "--quiet")
    tags: dict[str, str] = {}
    for commit_ in sorted({*first_of.values(), order[-1]}, key=order.index):
        tags[commit_] = "v10000.0.0" if commit_ == order[-1] else f"v0.0.{len(tags) + 1}"
        git(folder, "rm", "-r", "--quiet", "--force", "--ignore-unmatch", ".")
        packed = subprocess.run(["git", "archive", commit_, "copier.yml", "hooks", "template"], cwd=clone, capture_output=True, check=True).stdout
        with tarfile.open(fileobj=io.BytesIO(packed)) as files:
            files.extractall(folder, [each for each in files if is_small(each.name)])  # Python knows no filter= before 3.11.4
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--allow-empty", "--message", tags[commit_])
        git(folder, "tag", "--annotate", tags[commit_], "--message", tags[commit_])
    return {recipe: tags[commit_] for recipe, commit_ in first_of.items()}


def is_small(path: str) -> bool:
    return not path.startswith(LARGE) or Path(path).name in KEPT or "/own/" in path


def came(clone: Path) -> dict[str, str]:
    """The commit in which each recipe could first be chosen: its answer and its folder were there."""
    offered: dict[str, str] = {}
    for commit_ in git(clone, "rev-list", "--reverse", "HEAD", "--", "copier.yml").split():
        asked = yaml.safe_load(git(clone, "show", f"{commit_}:copier.yml"))
        offered = dict.fromkeys(asked.get("recipe", {}).get("choices", {}).values(), commit_) | offered
    laid = {recipe: git(clone, "log", "--diff-filter=A", "--format=%H", "--reverse", "--", overlay(recipe)).split()[0] for recipe in offered}
    return {recipe: max(offered[recipe], laid[recipe], key=history(clone).index) for recipe in offered}


def overlay(recipe: str) -> str:
    """The folder of a recipe in the template."""
    return f"template/{{% if recipe == '{recipe}' %}}.{{% endif %}}"


@cache
def history(clone: Path) -> list[str]:
    return git(clone, "rev-list", "--reverse", "HEAD").split()


def version(clone: Path, name: str) -> str:
    """What Copier calls one of OLD."""
    return {"first": first(clone), "middle": MIDDLE}.get(name, name)


def project(clone: Path, folder: Path, name: str, **answers: str) -> Path:
    """A project made from one of OLD, in git."""
    copier.run_copy(str(template(clone)), folder, vcs_ref=version(clone, name), data=answers, defaults=True, quiet=True, unsafe=False)
    git(folder, "init", "--quiet")
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "as it is")


def update(folder: Path, **options) -> None:
    """`copier update --defaults`, after which nothing may be in conflict."""
    copier.run_update(folder, defaults=True, overwrite=True, quiet=True, unsafe=False, **{"skip_answered": True} | options)
    assert not git(folder, "ls-files", "--unmerged"), git(folder, "diff")
    assert not list(folder.rglob("*.rej"))


STEP = """
      - name: Tell the team
        run: echo "published"
"""
PANEL = """import { h } from '../ui/dom.js';

export function hello() {
  return { element: h('section', { id: 'hello' }, h('h2', {}, 'Hello from a panel of my own')) };
}
"""
LINE = "  'own/hello': async () => (await import('./hello.js')).hello(),\n"


def live_in(folder: Path) -> dict[str, bytes]:
    """Do what owners do, and commit it. What is theirs alone: path -> bytes.

    What they wrote into shared files is in `shared_words`. The model may be there or not.
    """
    changed = {
        "web/icon.svg": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>\n',
        "web/samples/cat.jpg": bytes(range(255, -1, -1)),
        "notebooks/data/prices.csv": b"a,b\n1,2\n",
        "README.fr.md": "# À moi\n".encode(),
        "LICENSE": b"Mine, all mine\n",
        ".github/workflows/mine.yml": b"on: push\njobs: {}\n",
        "web/own/hello.js": PANEL.encode(),
        "export_onnx.py": (folder / "export_onnx.py").read_bytes() + b"\n# mine: the last line\n",
        "metadata.yml": b"# mine: the first line\n" + (folder / "metadata.yml").read_bytes().replace(b"\nname: ", b"\nname: My ", 1),
        "notebooks/train.ipynb": executed(folder / "notebooks/train.ipynb"),
    }
    if (folder / "web/own/index.js").exists():
        changed["web/own/index.js"] = (folder / "web/own/index.js").read_bytes().replace(b"\n};", f"\n{LINE}}};".encode())
    for path, content in changed.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (folder / "ruff.toml").unlink()
    for path, words in shared_words(folder).items():
        with (folder / path).open("a", encoding="utf-8") as file:
            file.write(words)
    commit(folder)
    return changed | {path.relative_to(folder).as_posix(): path.read_bytes() for path in (folder / "model").rglob("*") if path.is_file()}


def shared_words(folder: Path) -> dict[str, str]:
    """What an owner appends to files that the template goes on with: path -> text."""
    words = {"README.md": "\n## Mine\n\nA paragraph of my own.\n", ".gitignore": "/data/\n", "web/style.css": "\n.mine { color: teal; }\n"}
    return words | ({".github/workflows/pages.yml": STEP} if (folder / ".github/workflows/pages.yml").exists() else {})


def executed(path: Path) -> bytes:
    """A notebook that was run: as it is, with an output in its first cell of code."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    cell |= {"execution_count": 1, "outputs": [{"name": "stdout", "output_type": "stream", "text": ["mine\n"]}]}
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()
