"""Every recipe in one table: how good, how long to train, how big, how close. Renders, trains, builds and proves each in a folder of its own."""

import argparse
import json
import os
import re
import resource
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import copier

from served import ROOT, Problems, run

sys.path.insert(0, str(ROOT / "tests"))

import california  # noqa: E402
from conftest import QUESTIONS, copy_into, git, poe  # noqa: E402

RECIPES = list(QUESTIONS["recipe"]["choices"].values())
HEADS = ["recipe", "held out: metric, model, baseline", "training CPU s", "ONNX bytes", "first visit, gzip", "level 1", "level 2"]


def main() -> None:
    """Print the table, a row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", nargs="*", help=f"default: all of {', '.join(RECIPES)}")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the projects there, to look at them")
    given = parser.parse_args()
    if unknown := set(given.recipe) - set(RECIPES):
        raise Problems(f"There is no recipe {', '.join(sorted(unknown))}: choose from {', '.join(RECIPES)}.")
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.keep or Path(temporary)).resolve()
        copy_into(folder / "template")
        os.environ["SCIKIT_LEARN_DATA"] = str(california.generated(folder / "data"))  # generated districts in place of the download
        print(line(HEADS), line("---" for _ in HEADS), sep="\n", flush=True)
        for recipe in given.recipe or RECIPES:
            print(line(measured(recipe, folder)), flush=True)


def measured(recipe: str, folder: Path) -> list[str]:
    """The row of a recipe."""
    project = folder / recipe
    copier.run_copy(str(folder / "template"), project, data={"recipe": recipe}, defaults=True, quiet=True, unsafe=False)
    git(project, "init", "--quiet")
    poe(project, "--version")  # makes the environment, which is not training
    began = spent()
    poe(project, "train")
    trained = spent() - began
    poe(project, "export")
    built = poe(project, "build")
    poe(project, "test")
    facts, proof = (json.loads((project / path).read_text(encoding="utf-8")) for path in ("model/facts.json", "model/parity.json"))
    return [
        recipe,
        "; ".join(f"{metric['name']} {metric['model']:.3g}, {metric['baseline']:.3g}" for metric in facts.get("metrics", [])) or "none to learn",
        f"{trained:.0f}",
        f"{(project / 'model/model.onnx').stat().st_size:,}",
        re.search(r"transfers (.+) \(gzip\)", built)[1],
        *(worst(level for level in proof["levels"] if level["level"] == number) for number in (1, 2)),
    ]


def spent() -> float:
    """CPU seconds of all commands run so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def worst(levels: Iterable[dict]) -> str:
    """The largest difference, over the output's largest value."""
    gaps = [level["max_rel"] for level in levels]
    return f"{max(gaps):.1g}" if gaps else "-"


def line(cells: Iterable[str]) -> str:
    """A row of Markdown."""
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(run(main))
