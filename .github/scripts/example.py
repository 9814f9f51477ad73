"""Make a project of one recipe, train it and build its page: python example.py tabular-regression FOLDER https://example.org/pages/

The page is at home under the recipe's name below that address. What is not committed here is taken along.
"""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import copier

ROOT = Path(__file__).parents[2]
TASKS = ("train", "export", "check", "build")


def example(recipe: str, folder: Path, site: str) -> None:
    """The project in `folder`, with its page in `folder`/dist."""
    answers = {"recipe": recipe, "project_name": recipe.replace("-", " ").capitalize(), "hosting": "other"}
    with warnings.catch_warnings(action="ignore"):
        copier.run_copy(str(ROOT), folder, data=answers, defaults=True, quiet=True, unsafe=False, vcs_ref="HEAD")
    pyproject = folder / "pyproject.toml"
    text = pyproject.read_text(encoding="utf-8")
    if text.count('\nurl = ""\n') != 1:
        sys.exit(f"{pyproject} has no place for the page's address any more: this script is to be mended.")
    pyproject.write_text(text.replace('\nurl = ""\n', f'\nurl = "{site.rstrip("/")}/{recipe}/"\n'), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    for task in TASKS:
        subprocess.run(["uv", "run", "--quiet", "poe", task], cwd=folder, env=environment, check=True)


if __name__ == "__main__":
    recipe, folder, site = sys.argv[1:]
    example(recipe, Path(folder), site)
