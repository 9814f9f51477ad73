"""The recipe for search by meaning: its generated questions, and pairs of one's own, which are read or refused in a sentence."""

import importlib.util

import numpy as np
import pytest

from mlweb.errors import UserError
from paths import ROOT

RECIPE = ROOT / "template/{% if recipe == 'text-embedding' %}.{% endif %}"


@pytest.fixture
def phrases():
    """notebooks/phrases.py of the recipe."""
    place = importlib.util.spec_from_file_location("phrases", RECIPE / "notebooks/phrases.py")
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


def test_held_out_pairs_combine_what_training_never_saw_together(phrases):
    seen, left = (set(phrases.meanings(is_heldout)) for is_heldout in (False, True))
    assert not seen & left and len(seen | left) == len(phrases.questions()) == len(set(phrases.questions()))
    for side in (0, 1):
        assert {pair[side] for pair in seen} == {pair[side] for pair in left}, "each action and each thing is known"
    heldout = phrases.generated(np.random.default_rng(0), 300, is_heldout=True)
    assert set(heldout["alike"]) <= set(phrases.questions()) and not set(heldout["text"]) & set(phrases.questions())
    ways = [way for each in (*phrases.DOING, *phrases.WITH) for way in each]
    assert len(ways) == len(set(ways)), "no way to say one thing is one to say another"
    assert {len(each) for each in (*phrases.DOING, *phrases.WITH)} == {4}


def test_pairs_of_ones_own_are_read_or_refused_in_a_sentence(phrases, tmp_path):
    file = tmp_path / "pairs.csv"
    file.write_text("text,alike\n" + "".join(f"question {at},answer {at % 9}\n" for at in range(60)) + "question 1,again\n ,x\n", encoding="utf-8")
    pairs = phrases.load(file)
    assert len(pairs) == 60 and pairs.groupby("alike")["meaning"].nunique().eq(1).all() and pairs["meaning"].nunique() == 9
    for content, said in (("text,same\nso,a\n", "has no column alike: name its columns text and alike."), ("text,alike\nso,a\n", "needs forty pairs or more")):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(UserError, match=said):
            phrases.load(file)
    with pytest.raises(UserError, match="can't be read as a CSV file"):
        phrases.load(tmp_path / "nowhere.csv")
