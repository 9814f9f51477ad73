"""The recipe for texts with a table of one's own: one path in the notebook, other classes in metadata.yml, and it trains and proves."""

import csv
import json
from itertools import product

import copier
import numpy as np
import onnxruntime
import pytest

from commands import git, poe
from template_copy import copy_into

pytestmark = pytest.mark.slow

MOODS = {
    "joy": ["I love this", "What a wonderful day", "So happy 😊", "C'est génial", "GREAT NEWS", "We laughed a lot"],
    "anger": ["I hate this", "How dare you", "So furious 😡", "C'est insupportable", "STOP SHOUTING", "They lied to us"],
    "fear": ["I am afraid of it", "What was that noise", "So scared 😱", "J'ai très peur", "HELP ME", "We hid in the dark"],
}
ENDS = ["", "!", ", again", " — à Zürich", ' "today"', "\r\nSecond line, with a comma"]


@pytest.fixture(scope="module")
def moody(tmp_path_factory):
    """A project whose notebook reads a CSV file with three moods and one label that is too rare."""
    template, project = tmp_path_factory.mktemp("template"), tmp_path_factory.mktemp("made") / "project"
    copy_into(template)
    copier.run_copy(str(template), project, data={"recipe": "text-classification"}, defaults=True, quiet=True, unsafe=False)
    git(project, "init", "--quiet")
    rows = [(start + end, label) for label, starts in MOODS.items() for start, end in product(starts, ENDS)]
    with (project / "moods.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows, ("Meh", "boredom")])
    change(project / "notebooks/train.ipynb", "CSV = None", r"CSV = ROOT / \"moods.csv\"")
    change(project / "notebooks/train.ipynb", "LOWERCASE = False", "LOWERCASE = True")
    change(project / "metadata.yml", "[C or C++, CSS, HTML, JSON, JavaScript, Markdown, Python]", "[joy, anger, fear]")
    poe(project, "train")
    return project


def change(path, before: str, after: str) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count(before) == 1, before
    path.write_text(source.replace(before, after), encoding="utf-8")


def printed(project) -> str:
    """What the notebook printed."""
    cells = json.loads((project / "notebooks/train.ipynb").read_text(encoding="utf-8"))["cells"]
    return "".join("".join(output.get("text", "")) for cell in cells for output in cell.get("outputs", []))


def test_the_notebook_says_what_it_found(moody):
    said = printed(moody)
    assert '"boredom" is left out: it has 1 of the 10 texts that are needed' in said
    assert "In metadata.yml: classes: ['anger', 'fear', 'joy']" in said


def test_classes_in_another_order_are_refused_and_in_the_right_one_proven(moody):
    assert "list them in the order of estimator.classes_" in poe(moody, "export", check=False)
    change(moody / "metadata.yml", "[joy, anger, fear]", "[anger, fear, joy]")
    assert "Level 1" in poe(moody, "export")
    assert "agree" in poe(moody, "check")
    metrics = json.loads((moody / "model/facts.json").read_text(encoding="utf-8"))["metrics"]
    assert metrics[0]["model"] > metrics[0]["baseline"]

    session = onnxruntime.InferenceSession(moody / "model/model.onnx", providers=["CPUExecutionProvider"])
    texts = np.array([["SO HAPPY, à zürich"], ["so happy, À ZÜRICH"], [""], ["👩‍🔬"], ["ÀÉÎ ẞ"]], object)
    labels, probabilities = session.run(["label", "probabilities"], {"text": texts})
    assert labels[0] == "joy" and np.array_equal(probabilities[0], probabilities[1]), "capitals and accents count as lower case"
    assert np.allclose(probabilities.sum(1), 1, atol=1e-5)


def test_a_file_without_these_columns_is_named(moody):
    (moody / "moods.csv").write_text("review,stars\nfine,5\n", encoding="utf-8")
    assert "has no column ['label', 'text']; it has ['review', 'stars']" in poe(moody, "train", check=False)
