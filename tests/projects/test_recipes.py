"""Every recipe, for real: rendered, trained, exported, checked, built, and proven by its own suite in both engines."""

import json
import re
import threading

import pytest

import california_housing
import first_screen
from commands import git, poe
from drafts import assert_same_but_for_wording
from mlweb.contract import schema
from mlweb.site import serve
from template_copy import QUESTIONS
from vendored import lend

pytestmark = pytest.mark.slow

TABLES = ("tabular-classification", "housing")
OTHERS = [recipe for recipe in QUESTIONS["recipe"]["choices"].values() if recipe != QUESTIONS["recipe"]["default"]]  # projects/test_generated.py has that


@pytest.mark.parametrize("recipe", OTHERS)
def test_it_trains_and_passes_its_own_suite(render, tmp_path, monkeypatch, page, recipe):
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(california_housing.generated(tmp_path / "data")))  # what is downloaded elsewhere
    project = render(recipe=recipe)
    git(project, "init", "--quiet")
    lend(project)
    for task in ("train", "export", "check", "build"):
        poe(project, task)
    said = poe(project, "test")
    assert re.search(r"\d+ passed", said) and "skipped" not in said, said
    levels = json.loads((project / "model/parity.json").read_text(encoding="utf-8"))["levels"]
    assert {level["level"] for level in levels} >= {2, 3}
    print(recipe, json.dumps(levels, indent=1))
    with serve.Server(project / "dist", "/", port=0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        first_screen.look(page, server.url)
        server.shutdown()
    if recipe in TABLES:
        drafts_what_a_person_wrote(project)
    if recipe == "forecast":
        drafts_a_series(project)


def drafts_what_a_person_wrote(project) -> None:
    """What training left becomes a contract that fits it, and differs from the recipe's own in wording alone."""
    by_hand = schema.load(project / "metadata.yml")
    poe(project, "describe", "--output", "metadata.yml", "--replace")
    poe(project, "export")
    assert len(poe(project, "check").splitlines()) == 1, "they agree, and there is no hint"
    facts = json.loads((project / "model/facts.json").read_text(encoding="utf-8"))
    assert_same_but_for_wording(schema.load(project / "metadata.yml"), by_hand, facts["fields"])


def drafts_a_series(project) -> None:
    """The graph says what goes on from what, and in which band."""
    by_hand = schema.load(project / "metadata.yml")
    poe(project, "describe", "model/model.onnx", "--output", "metadata.yml", "--replace")
    drafted = schema.load(project / "metadata.yml")
    assert drafted.task == by_hand.task and {name: given.kind for name, given in drafted.inputs.items()} == {"history": "series"}
    [(name, shown)], other = drafted.outputs.items(), by_hand.outputs["rentals"]
    assert (name, shown.kind, shown.after, shown.interval) == ("rentals", "series", other.after, other.interval)
    assert "agree: 1 input, 1 output shown" in poe(project, "check")
