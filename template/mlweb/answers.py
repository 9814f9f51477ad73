"""What is yours stays as it is when you answer the template's questions otherwise: which of it is still of another recipe or licence."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from mlweb import files
from mlweb.errors import UserError

ANSWERS, PYPROJECT, NOTEBOOK, LICENSE = ".copier-answers.yml", "pyproject.toml", "notebooks/train.ipynb", "LICENSE"
TEXTS = {"MIT License": "MIT", "BSD 3-Clause License": "BSD-3-Clause", "Apache License": "Apache-2.0"}  # first line -> SPDX identifier
ANEW = "commit, and run: uvx copier update --defaults --vcs-ref=:current:"


def hints(root: Path) -> Iterator[str]:
    """A sentence for the notebook of another recipe than the answers name, and for a licence's text that pyproject.toml does not name."""
    answers = dict(re.findall(r"^(recipe|license): ([\w.-]+)$", text(root, ANSWERS), re.MULTILINE))
    now, then = answers.get("recipe"), notebook_recipe(text(root, NOTEBOOK))
    if now and re.fullmatch("[a-z-]+", then) and now != then:
        yield (
            f"{NOTEBOOK} is of the recipe {then}, but {PYPROJECT} has the packages of {now}, which you answered: go back with --data recipe={then} in "
            f"the command that follows, or delete {NOTEBOOK}, notebooks/README.md, export_onnx.py and metadata.yml, {ANEW}"
        )
    named, there = named_license(text(root, PYPROJECT)), TEXTS.get(text(root, LICENSE).strip().partition("\n")[0].strip())
    if there and there != named:
        if named is None:
            fix = f"delete {LICENSE}, or name {there} there."
        else:
            fix = f"delete {LICENSE}, {ANEW}" if named == answers.get("license") else f"put the text that you mean into {LICENSE}."
        yield f"{LICENSE} is the text of {there}, but {PYPROJECT} names {named or 'no licence'}: {fix}"


def text(root: Path, named: str) -> str:
    """A text file of the project; nothing when there is none that can be read."""
    try:
        return files.read_text(root, named)
    except UserError:
        return ""


def notebook_recipe(notebook: str) -> str:
    """The recipe that a notebook says it is of, in its own metadata; nothing when it does not say."""
    try:
        return str(json.loads(notebook)["metadata"]["mlweb"]["recipe"])
    except (LookupError, RecursionError, TypeError, ValueError):
        return ""


def named_license(pyproject: str) -> str | None:
    """The licence that a pyproject.toml names; None when it names none."""
    try:
        return tomllib.loads(pyproject)["project"]["license"]
    except (LookupError, RecursionError, TypeError, ValueError):
        return None
