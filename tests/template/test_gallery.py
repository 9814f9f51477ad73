"""The gallery shows what can be made here, and names what can't."""

import importlib.util
import subprocess

import pytest

from mlweb.errors import UserError
from paths import ROOT

spec = importlib.util.spec_from_file_location("gallery", ROOT / "docs/gallery.py")
gallery = importlib.util.module_from_spec(spec)
spec.loader.exec_module(gallery)


@pytest.fixture
def make(monkeypatch, tmp_path):
    """make("housing", ...) -> what is shown, and what is said; the named ones fail as they do without their data."""
    started, shown = [], []

    def make(*failing: str) -> tuple[list[str], list[str], tuple[str, ...]]:
        started.clear()
        shown.clear()

        class Example:
            @staticmethod
            def example(recipe, project, address):
                started.append(recipe)
                project.mkdir(parents=True)  # fails where the last attempt still lies
                if recipe in failing:
                    raise subprocess.CalledProcessError(1, ["uv", "run", "--quiet", "poe", "train"])
                (project / "dist").mkdir()
                (project / "dist/model.json").write_text("{}")

        monkeypatch.setattr(gallery, "MADE", tmp_path / "gallery")
        monkeypatch.setattr(gallery, "module", lambda path: Example)
        monkeypatch.setattr(gallery, "show", lambda project, recipe, folder: shown.append(recipe))
        monkeypatch.setattr("sys.argv", ["gallery.py"])
        try:
            gallery.main()
        except UserError as problems:
            return started[:], shown[:], problems.sentences
        return started[:], shown[:], ()

    return make


def test_one_that_cannot_be_made_does_not_hold_up_the_others(make):
    others = [recipe for recipe in gallery.RECIPES if recipe != "housing"]
    started, shown, said = make("housing")
    assert started == gallery.RECIPES and shown == others
    assert list(said) == ["housing could not be made: uv run --quiet poe train failed, see above."]
    started, shown, said = make()
    assert (started, shown, list(said)) == (["housing"], gallery.RECIPES, []), "what is finished is used again, and what is not is made anew"
