"""Every recipe, for real: rendered, trained, exported, checked, and built and proven by its own suite in both engines."""

import json
import re

import pytest

import california_housing
import first_screen
from commands import git, poe, uv_run
from drafts import assert_same_but_for_wording
from mlweb.contract import schema
from mlweb.proof import parity
from parity_levels import levels
from running_engines import require
from served_sites import serving
from template_copy import QUESTIONS
from vendored import lend

pytestmark = pytest.mark.slow

TABLES = ("tabular-classification", "housing")
ONNX_MODEL, GGUF_MODEL = "{file: model/onnx/model.onnx, engine: transformers}", "{file: model/model.gguf, engine: llama}"
WORDS = ("text-transformer", "text-embedding", "language-model")
OTHERS = [recipe for recipe in QUESTIONS["recipe"]["choices"].values() if recipe != QUESTIONS["recipe"]["default"]]  # projects/test_generated.py has that


@pytest.mark.parametrize("recipe", OTHERS)
def test_it_trains_and_passes_its_own_suite(render, tmp_path, monkeypatch, page, running, subtests, recipe):
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(california_housing.generated(tmp_path / "data")))  # what is downloaded elsewhere
    project = render(recipe=recipe)
    git(project, "init", "--quiet")
    lend(project)
    for task in ("train", "export"):
        poe(project, task)
    said = poe(project, "test")  # which checks the contract before it builds, and builds dist/ once more at its end
    assert re.search(r"\d+ passed", said) and "skipped" not in said, said
    proven = json.loads((project / "model/parity.json").read_text(encoding="utf-8"))["levels"]
    assert {level["level"] for level in proven} >= {2, 3}
    print(recipe, json.dumps(proven, indent=1))
    with serving(project / "dist", "/") as url:
        first_screen.look(page, url)
    if recipe in TABLES:
        drafts_what_a_person_wrote(project)
    if recipe == "forecast":
        drafts_a_series(project)
    if recipe in WORDS:
        with subtests.test("WebKit, which its own suite does not drive"):
            is_proven_in_webkit(running, project, tmp_path)
    if recipe == "language-model":
        with subtests.test("the same model in a GGUF file"):
            is_proven_as_gguf(running, project, tmp_path / "gguf")


def is_proven_as_gguf(running, project, folder) -> None:
    """llama.cpp writes what PyTorch writes, and the page what llama.cpp writes."""
    contract = project / "metadata.yml"
    text = contract.read_text(encoding="utf-8")
    assert text.count(ONNX_MODEL) == 1
    contract.write_text(text.replace(ONNX_MODEL, GGUF_MODEL), encoding="utf-8")
    for task in ("export", "build"):
        done = uv_run(project, "--group", "llama", "poe", task)
        assert done.returncode == 0, done.stdout + done.stderr
    [level] = json.loads((project / "model/parity.json").read_text(encoding="utf-8"))["levels"]
    assert (level["left"], level["right"], level["passed"]) == ("estimator", "llama.cpp", True) and level["tokens"] > 500
    is_proven_in_webkit(running, project, folder)


def is_proven_in_webkit(running, project, folder) -> None:
    """Levels 0 and 2: the same tokens or vectors as in Python."""
    require("webkit")
    tab = running("webkit")()
    found = levels(tab, project, folder / "webkit")
    errors = tab.errors()
    tab.close()
    assert not errors, errors
    assert found.cases and not found.encoded_otherwise, found.encoded_otherwise
    assert found.differences and not found.failed, found.failed
    print(parity.table(found.differences))


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
