"""Every recipe, for real: rendered, trained, exported, checked, built, and proven by its own suite in both engines."""

import json
import re

import copier
import pytest

import california_housing
from commands import git, poe
from template_copy import QUESTIONS, copy_into

pytestmark = pytest.mark.slow

OTHERS = [recipe for recipe in QUESTIONS["recipe"]["choices"].values() if recipe != QUESTIONS["recipe"]["default"]]  # projects/test_generated.py has that


@pytest.mark.parametrize("recipe", OTHERS)
def test_it_trains_and_passes_its_own_suite(tmp_path, monkeypatch, recipe):
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(california_housing.generated(tmp_path / "data")))  # what is downloaded elsewhere
    copy_into(tmp_path / "template")
    project = tmp_path / "project"
    copier.run_copy(str(tmp_path / "template"), project, data={"recipe": recipe}, defaults=True, quiet=True, unsafe=False)
    git(project, "init", "--quiet")
    for task in ("train", "export", "check", "build"):
        poe(project, task)
    said = poe(project, "test")
    assert re.search(r"\d+ passed", said) and "skipped" not in said, said
    levels = json.loads((project / "model/parity.json").read_text(encoding="utf-8"))["levels"]
    assert {level["level"] for level in levels} >= {2, 3}
    print(recipe, json.dumps(levels, indent=1))
