"""The recipe for a small transformer: its sentences, texts of one's own, and a checkpoint of the hub, which says in a sentence what it lacks."""

import importlib.util
import json

import numpy as np
import pytest

from commands import git, poe
from mlweb.errors import UserError
from paths import ROOT
from vendored import lend

RECIPE = ROOT / "template/{% if recipe == 'text-transformer' %}.{% endif %}"
WORDS = {"good": "fine lovely splendid pleasant bright", "bad": "awful gloomy nasty broken bitter"}
OFFLINE = """class AutoTokenizer: pass
class AutoModelForSequenceClassification:
    @staticmethod
    def from_pretrained(name, **options): raise OSError(f"We couldn't connect to the hub to load {name}.\\nAnd more.")
"""


@pytest.fixture
def sentences():
    """notebooks/sentences.py of the recipe."""
    place = importlib.util.spec_from_file_location("sentences", RECIPE / "notebooks/sentences.py")
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


def test_held_out_sentences_have_pairs_and_reasons_of_their_own(sentences):
    random = np.random.default_rng(0)
    train, heldout = (sentences.generated(random, 400, is_heldout) for is_heldout in (False, True))
    assert set(train["label"]) == set(heldout["label"]) == set(sentences.EMOTIONS)
    reasons = [{reason for reason in sentences.REASONS if any(reason in text for text in table["text"])} for table in (train, heldout)]
    assert not reasons[0] & reasons[1] and len(reasons[0] | reasons[1]) == len(sentences.REASONS)
    words = [word for each in sentences.EMOTIONS.values() for word in each.split()]
    pairs = [{tuple(word for word in words if f" {word} " in text) for text in table["text"]} for table in (train, heldout)]
    assert not {pair for pair in pairs[0] & pairs[1] if len(pair) == 2}


def test_texts_of_ones_own_are_read_or_refused_in_a_sentence(sentences, tmp_path):
    file = tmp_path / "letters.csv"
    file.write_text("label,text,more\n" + "".join(f"a,text {at},\nb,word {at},\n" for at in range(4)) + "a,  ,\na,text 1,\n", encoding="utf-8")
    assert sentences.load(file)["label"].value_counts().to_dict() == {"a": 4, "b": 4}
    for content, said in (("text,kind\nso,a\n", "has no column label: name its columns text and label."), ("text,label\nso,a\n", "needs two labels or more")):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(UserError, match=said):
            sentences.load(file)
    with pytest.raises(UserError, match="can't be read as a CSV file"):
        sentences.load(tmp_path / "nowhere.csv")


@pytest.mark.slow
def test_other_texts_give_another_page_and_a_checkpoint_says_what_it_lacks(render):
    project = render(recipe="text-transformer")
    git(project, "init", "--quiet")
    lend(project)
    notebook = project / "notebooks/train.ipynb"
    text = notebook.read_text(encoding="utf-8")
    hub = text.replace("CHECKPOINT = None", 'CHECKPOINT = (\\"nobody/nothing\\", \\"main\\")')
    assert hub != text
    notebook.write_text(hub, encoding="utf-8")
    said = poe(project, "train", check=False)
    assert "get it with: uv add --group train transformers==5.23.0" in said and "Traceback" not in said
    (project / "transformers.py").write_text(OFFLINE, encoding="utf-8")
    said = poe(project, "train", check=False)
    assert "nobody/nothing (main) can't be taken from the hub: We couldn't connect to the hub to load nobody/nothing. Check its name" in said
    (project / "transformers.py").unlink()

    random, lines = np.random.default_rng(0), ["text,label"]
    for label, words in WORDS.items():
        lines += [f"it was {' and '.join(random.permutation(words.split())[:3])} on day {at},{label}" for at in range(60)]
    (project / "letters.csv").write_text("\n".join(lines), encoding="utf-8")
    own = text.replace("CSV = None", 'CSV = ROOT / \\"letters.csv\\"').replace("STEPS, BATCH = 450", "STEPS, BATCH = 60")
    notebook.write_text(own, encoding="utf-8")
    contract = project / "metadata.yml"
    contract.write_text(contract.read_text(encoding="utf-8").split("examples:")[0] + "page: {panels: [predict]}\n", encoding="utf-8")
    for task in ("train", "export", "check", "build"):
        poe(project, task)
    [manifest] = project.glob("dist/app-*/manifest.json")
    known = json.loads(manifest.read_text(encoding="utf-8"))
    assert known["form"]["outputs"][0]["classes"] == ["bad", "good"]
    assert known["facts"]["data"] == "90 texts of your own file." and known["facts"]["rows"] == {"train": 90, "heldout": 30}
    assert known["facts"]["metrics"][0]["model"] > 0.9
