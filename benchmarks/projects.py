"""Projects of the recipes, rendered from what lies here: what the benchmarks that make their own share."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import copier

from served import ROOT

sys.path.insert(0, str(ROOT / "tests/support"))

import california_housing  # noqa: E402
from commands import git, poe
from template_copy import QUESTIONS, copy_into  # noqa: E402

RECIPES = list(QUESTIONS["recipe"]["choices"].values())


def arguments(about: str) -> argparse.ArgumentParser:
    """The command line of a benchmark: which recipes, and where their projects stay."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("recipe", nargs="*", type=known, help=f"default: all of {', '.join(RECIPES)}")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the projects there, to look at them; those that are there already are used")
    return parser


def known(recipe: str) -> str:
    """A recipe given on the command line."""
    if recipe not in RECIPES:
        raise argparse.ArgumentTypeError(f"there is no recipe {recipe}: choose from {', '.join(RECIPES)}")
    return recipe


def rendered(given: argparse.Namespace) -> Iterator[Path]:
    """The project of each recipe that is asked for, with its environment, in a folder of the recipe's name."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.keep or Path(temporary)).resolve()
        copy_into(folder / "template")
        os.environ["SCIKIT_LEARN_DATA"] = str(california_housing.generated(folder / "data"))  # generated districts in place of the download
        for recipe in given.recipe or RECIPES:
            project = folder / recipe
            if not project.exists():
                copier.run_copy(str(folder / "template"), project, data={"recipe": recipe}, defaults=True, quiet=True, unsafe=False)
                git(project, "init", "--quiet")
            poe(project, "--version")  # makes the environment
            yield project
