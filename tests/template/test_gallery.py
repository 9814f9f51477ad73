"""The gallery shows what can be made here with its figures, and names what can't be made."""

import subprocess

import pytest

from mlweb.errors import UserError
from scripts import script

gallery, website = script("docs/gallery.py"), script("docs/website.py")


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


def test_the_figures_are_those_of_the_manifest():
    """A metric may be without a unit; a model that nothing was measured of has no facts, and one that nobody compared no proof."""
    error = {"name": "Mean error", "model": 17.3607, "baseline": 21.788, "better": "lower", "unit": "bikes"}
    share = {"name": "Share", "model": 0.90759, "baseline": 0.9, "better": "nearest", "target": 0.9}
    level = {"level": 1, "engine": "onnxruntime 1.30.0", "cases": 44, "max_abs": 6.1e-05}
    files = {"model": {"bytes": 2895}}
    assert website.figures({"facts": {"metrics": [error, share]}, "files": files, "parity": {"levels": [level]}}) == [
        "Mean error: 17.4 bikes (baseline 21.8)",
        "Share: 0.908 (baseline 0.9)",
        "Model: 3 kB",
        "Level 1, onnxruntime 1.30.0: 44 cases, 6e-05 off at most",
    ]
    assert website.figures({"facts": None, "files": files, "parity": None}) == ["Model: 3 kB"]
