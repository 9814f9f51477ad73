"""Each recipe's page, its picture and its single file, in site/gallery/: PYTHONPATH=template python docs/gallery.py [RECIPE …]

A recipe's project stays in gallery/<recipe>, and what it has trained is used again: delete the folder for a fresh one. Without a network one recipe may lack
its data: it is named at the end, after the others. With --project FOLDER one that lies elsewhere is shown, with --into FOLDER the result goes there.
docs/website.py then lists what it finds.
"""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

from mlweb.errors import UserError, run

ROOT = Path(__file__).resolve().parents[1]
MADE = ROOT / "gallery"
ADDRESS = "https://org.github.io/ml-web-template/gallery/"
RECIPES = list(YAML(typ="safe", pure=True).load((ROOT / "copier.yml").read_text(encoding="utf-8"))["recipe"]["choices"].values())


def module(path: str):
    """A script of this repository that lies in no package."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def made(recipe: str) -> Path:
    """The project of a recipe, trained and built, the one of the last time if it was finished; raises UserError."""
    project = MADE / recipe
    if not (project / "dist/model.json").exists():
        shutil.rmtree(project, ignore_errors=True)
        try:
            module(".github/scripts/example.py").example(recipe, project, ADDRESS)
        except subprocess.CalledProcessError as failed:
            raise UserError(f"{recipe} could not be made: {' '.join(failed.cmd)} failed, see above.") from None
    return project


def show(project: Path, recipe: str, folder: Path) -> None:
    """Put the page of a built project into `folder` as <recipe>/, <recipe>.html and <recipe>.png; raises UserError."""
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    done = subprocess.run(["uv", "run", "--quiet", "poe", "single-file"], cwd=project, env=environment, check=False)
    if done.returncode:
        raise UserError(f"The single file of {project} could not be made: see above.")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / recipe, ignore_errors=True)
    shutil.copytree(project / "dist", folder / recipe)
    [single] = (project / "single").glob("*.html")
    shutil.copyfile(single, folder / f"{recipe}.html")
    module("docs/screenshots.py").take(project, {folder / f"{recipe}.png": ((1000, 700), "light", "")})


def main() -> None:
    """The gallery of the recipes that are named, of all by default."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("recipes", nargs="*", metavar="RECIPE")
    parser.add_argument("--project", type=Path, help="a built project of the one recipe that is named")
    parser.add_argument("--into", type=Path, default=ROOT / "site/gallery")
    given = parser.parse_args()
    if unknown := set(given.recipes) - set(RECIPES):
        raise UserError(f"There is no recipe {min(unknown)}: take one of {', '.join(RECIPES)}.")
    if given.project and len(given.recipes) != 1:
        raise UserError("With --project name one recipe, its own.")
    missing = []
    for recipe in given.recipes or RECIPES:
        try:
            show(given.project or made(recipe), recipe, given.into)
        except UserError as failed:
            missing += failed.sentences
    if missing:
        raise UserError(*missing)


if __name__ == "__main__":
    sys.exit(run(main))
