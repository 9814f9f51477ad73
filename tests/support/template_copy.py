"""The template as it lies here: its questions, its files, and copies of them."""

import shutil
from pathlib import Path

import yaml

from commands import git
from paths import ROOT

COPIER_YML = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
QUESTIONS = {name: about for name, about in COPIER_YML.items() if not name.startswith("_")}
EXCLUDED = [path for path in COPIER_YML["_exclude"] if path.startswith("/")]  # in every project; the entry besides is for updates only
ASKED = [name for name, about in QUESTIONS.items() if about.get("when", True)]


def tracked(folder: Path) -> list[str]:
    """Paths of the files that are in git or would be after `git add --all`."""
    listed = git(folder, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
    return sorted(path for path in set(listed) if path and (folder / path).is_file())


def tree(project: Path) -> dict[str, bytes]:
    """Every file of a project but git's own, and what Python compiles: path -> bytes."""
    files = (path for path in project.rglob("*") if path.is_file() and not {".git", "__pycache__"} & set(path.relative_to(project).parts))
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in files}


def copy_into(folder: Path) -> None:
    for path in tracked(ROOT):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, folder / path)


def given(answers: dict) -> list[str]:
    """Answers as command-line options; Copier itself would take unknown names in silence."""
    assert answers.keys() <= set(ASKED), f"no such question: {answers.keys() - set(ASKED)}"
    return [part for name, value in answers.items() for part in ("--data", f"{name}={value}")]
