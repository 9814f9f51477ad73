"""encode.py and encode.js are twins, as are decode.py and decode.js: the same functions, the same bytes, the same refusals, the same results."""

import json
import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

import codec_strategies
from codec_twins import SENTENCES, in_node, list_known, same
from hostile_text import examples
from mlweb.codec import decode, encode, refusal, scalars
from mlweb.codec.kinds import ARRAYS, KINDS, SCALARS
from mlweb.codec.kinds.number import Numeric
from mlweb.codec.kinds.picture import Picture
from mlweb.codec.languages import LANGUAGES
from mlweb.proof import golden
from paths import ROOT

WEB = ROOT / "template/web/codec"

VALUES = [*codec_strategies.TEXTS, None, True, False, 0, 1, 2, -1, 3.0, 2.5, 1e-5, 1.5e-7, 1e21, 1e300, 255, 256, -129, 2**31, float("nan")]
VALUES += [*codec_strategies.LARGE, -0.0, float("inf")]

CHOICES = [{"value": 1, "label": "One"}, {"value": 2.5, "label": "Two and a half"}]
WORDS = [{"value": word, "label": word} for word in ("Zürich", "a", "1", "true", "👩‍🔬", "b", "c", "d", "e")]
FIELDS = [
    ({"kind": "number"}, ["float32", "float64"]),
    ({"kind": "number", "min": -1, "max": 1e-5, "missing": "nan"}, ["float32"]),
    ({"kind": "integer", "min": 0}, ["int64", "int32", "uint8", "int8", "uint64", "float32"]),
    ({"kind": "choice", "choices": CHOICES}, ["float32", "float64"]),
    ({"kind": "choice", "choices": WORDS, "missing": "empty"}, ["string"]),
    ({"kind": "toggle"}, ["bool", "int64", "float32", "string"]),
    ({"kind": "text", "missing": "empty"}, ["string"]),
    ({"kind": "text"}, ["string"]),
]
# A kind that is not above is tried as plain as its schema allows, in each dtype that it fits, with all that people really give.
for name in SCALARS:
    if name not in {field["kind"] for field, _ in FIELDS}:
        FIELDS.append(({"kind": name}, [dtype for dtype, fitting in codec_strategies.fits_into.items() if name in fitting]))
VALUES += [value for field, dtypes in FIELDS for _, value in SCALARS[field["kind"]].odd_values(field, dtypes[0]) if value not in VALUES]


def forms(language: str):
    """A form of one field for each kind and dtype, and one vector of three fields."""
    for field, dtypes in FIELDS:
        for dtype in dtypes:
            named = {"missing": "refuse", "name": "x", "label": "The x", **field}
            yield codec_strategies.form([{"name": "in", "dtype": dtype, "dims": [None, 1], "fields": [named]}], [], language)
    vector = [{"name": name, "label": name, "kind": "number", "missing": "refuse"} for name in "abc"]
    yield codec_strategies.form([{"name": "in", "dtype": "float32", "dims": [None, 3], "fields": vector}], [], language)


def requests(language: str):
    """Every value in every field."""
    for form in forms(language):
        names = [field["name"] for field in form["inputs"][0]["fields"]]
        yield from ({"form": form, "rows": [dict.fromkeys(names, value)]} for value in VALUES)


def answered(strategy) -> Counter:
    """How often each kind of answer was both twins' answer to what a strategy asks."""
    answers = Counter()

    @examples(500)
    @given(strategy)
    def ask(request):
        answers.update(same(request).keys())

    ask()
    return answers


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_twins_give_the_same_bytes_and_the_same_refusals(language):
    answers = Counter(kind for request in requests(language) for kind in same(request))
    assert answers["feeds"] > 200 and answers["refusals"] > 200


def test_both_twins_take_and_refuse_the_same_of_any_form():
    answers = answered(codec_strategies.tabular())
    assert min(answers["feeds"], answers["refusals"]) > answers.total() / 5


def test_both_twins_take_and_refuse_the_same_arrays():
    answers = answered(codec_strategies.whole_inputs())
    assert min(answers["feeds"], answers["refusals"]) > answers.total() / 5


def test_both_twins_read_the_same_results_of_any_outputs():
    list_known(codec_strategies.LIST)
    answers = answered(codec_strategies.computed())
    assert answers["results"] > answers.total() / 2 and answers["unexpected"] > answers.total() / 20


BY_COLUMNS = {"encodeColumns", "storage", "plain", "tensor"}  # JavaScript encodes a million rows field by field, numpy's arrays are filled at once


@pytest.mark.parametrize("twin", [encode, scalars])
def test_both_twins_have_the_same_functions_in_the_same_order(twin):
    path = Path(twin.__file__)
    python = re.findall(r"^def (\w+)", path.read_text(encoding="utf-8"), re.M)
    javascript = re.findall(r"^(?:export )?function (\w+)", (WEB / f"{path.stem}.js").read_text(encoding="utf-8"), re.M)
    assert [name for name in javascript if name not in BY_COLUMNS] == [name for name in python if name not in BY_COLUMNS]


def test_both_tables_have_the_same_kinds():
    """What each says of a kind's values agrees too: an array with so many dims, a picture, a number."""
    here = {
        name: {"array": name in ARRAYS, "isPicture": issubclass(kind, Picture), "isNumeric": issubclass(kind, Numeric)}
        | ({"rank": kind.rank} if 0 < kind.rank < math.inf else {})
        for name, kind in KINDS.items()
    }
    assert in_node({"kinds": True}) == here


NUMBER = {"name": "x", "label": "Weight", "kind": "number", "missing": "refuse", "min": 0, "max": 10}


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("", "Weight is empty: fill it in."),
        ("heavy", "Weight: “heavy” is not a number, such as 12.5."),
        ("1,500", "Weight: “1,500” can be read in two ways; write 1.500 or 1500."),
        (11, "Weight must be at most 10."),
        (-0.5, "Weight must be at least 0."),
        (True, "Weight needs a number."),
        ("9" * 100_000, f"Weight: {'9' * 100}… is too large for the model (float32)."),
        ("🦊" * 100_000, f"Weight: “{'🦊' * 100}…” is not a number, such as 12.5."),
        ("🦊" * 100, f"Weight: “{'🦊' * 100}” is not a number, such as 12.5."),
    ],
)
def test_refusals_are_sentences(value, sentence):
    with pytest.raises(refusal.InvalidValue) as refused:
        encode.cell(NUMBER, value, {"dtype": "float32"}, ".")
    assert encode.sentence(SENTENCES["en"], "Weight", refused.value) == sentence


@pytest.mark.parametrize("value", ["9" * 100_000, "🦊" * 100_000, "🦊" * 100 + "é", "\ud83e" * 101, "a" + "🦊" * 99 + "b"])
@pytest.mark.parametrize("kind", ["number", "choice"])
def test_both_twins_cut_a_text_of_any_length(kind, value):
    field = {**NUMBER, "kind": kind, "choices": [{"value": 2 * value, "label": "it"}]}
    form = {"inputs": [{"name": "x", "dtype": "string" if kind == "choice" else "float32", "dims": [None, 1], "fields": [field]}], "outputs": []}
    [refusal] = same({"form": {**form, "sentences": "en"}, "rows": [{"x": value}]})["refusals"]
    assert len(refusal["message"]) < 400


@pytest.mark.parametrize(("value", "number"), [("1,5", 1.5), (" 2 ", 2.0), (0, 0), ("0", 0.0), (".5", 0.5)])
def test_what_counts_as_a_number(value, number):
    assert encode.cell(NUMBER, value, {"dtype": "float32"}, ".") == number


def test_every_refusal_of_a_batch_comes_at_once():
    form = {
        "inputs": [{"name": name, "dtype": "float32", "dims": [None, 1], "fields": [{**NUMBER, "name": name}]} for name in "ab"],
        "sentences": SENTENCES["en"],
    }
    with pytest.raises(refusal.ValidationErrors) as refused:
        encode.encode(form, [{"a": 1, "b": ""}, {"a": "?", "b": 11}])
    assert [(each["row"], each["field"]) for each in refused.value.refusals] == [(0, "b"), (1, "a"), (1, "b")]


def test_decode_gives_plain_values_and_ranks_classes():
    form = {"outputs": [{"name": "label", "kind": "value"}, {"name": "p", "kind": "classes", "classes": ["a", "b", "c"]}]}
    outputs = {"label": np.array([2, 0], np.int64), "p": np.array([[0.25, 0.25, 0.5], [1, 0, 0]], np.float32)}
    first, second = decode.decode(form, outputs, rows=2)
    assert first["label"] == {"kind": "value", "value": 2} and json.dumps(first)
    assert [each["label"] for each in first["p"]["classes"]] == ["c", "a", "b"]
    assert second["p"]["classes"][0] == {"label": "a", "probability": 1.0}


@pytest.mark.parametrize(
    ("value", "text"),
    [(2**53 + 1, "9007199254740992"), (2**60, "1152921504606847000"), (10**21, "1e+21"), (10**400, "Infinity"), (-(10**400), "-Infinity"), (-0.0, "0")],
)
def test_a_whole_number_is_written_as_javascript_has_it(value, text):
    assert scalars.shown(value) == text


def results(output: dict, **outputs: np.ndarray) -> dict:
    """What both twins make of one row of a graph's outputs; `output` is named y."""
    [row] = same({"form": codec_strategies.form([], [{"name": "y", **output}]), "outputs": golden.packed(outputs), "count": 1})["results"]
    return row["y"]


def test_classes_with_nan_keep_the_contracts_order_and_say_so():
    shares = np.array([[0.2, np.nan, 0.7]], np.float32)
    shown = results({"kind": "classes", "classes": ["a", "b", "c"]}, y=shares)
    assert shown["invalid"] == "nan" and [each["label"] for each in shown["classes"]] == ["a", "b", "c"]
    assert "invalid" not in results({"kind": "classes", "classes": ["a", "b", "c"]}, y=np.nan_to_num(shares))


@pytest.mark.parametrize(("numbers", "invalid"), [([-0.00009, 1.00009], None), ([0.2, 1.0002], "scores"), ([-0.0002, 0.5], "scores"), ([np.inf, 0], "scores")])
def test_numbers_outside_0_and_1_are_no_probabilities(numbers, invalid):
    assert results({"kind": "classes", "classes": ["a", "b"]}, y=np.array([numbers])).get("invalid") == invalid


def test_scores_are_called_scores_and_ranked():
    shown = results({"kind": "classes", "classes": ["a", "b", "c"], "scored": True}, y=np.array([[-5.5, 202.25, -7]]))
    assert shown == {"kind": "classes", "classes": [{"label": "b", "score": 202.25}, {"label": "a", "score": -5.5}, {"label": "c", "score": -7.0}]}
    assert results({"kind": "classes", "classes": ["a", "b"], "scored": True}, y=np.array([[np.nan, 2]]))["invalid"] == "nan"


def test_boxes_whose_score_is_nan_come_last():
    boxes = {"y": np.zeros((1, 4, 4), np.float32), "s": np.array([[0.1, np.nan, 0.9, -np.inf]], np.float32), "l": np.array([[0, 1, 2, 3]])}
    shown = results({"kind": "boxes", "scores": "s", "labels": "l"}, **boxes)
    assert [box["label"] for box in shown["boxes"]] == ["2", "0", "1", "3"]


def test_the_label_of_a_box_is_its_index_as_the_graph_gives_it():
    boxes = {"y": np.zeros((1, 4, 4), np.float32), "s": np.array([[4, 3, 2, 1]], np.float32), "l": np.array([[1.0, 0.5, np.nan, -1.0]], np.float32)}
    shown = results({"kind": "boxes", "scores": "s", "labels": "l", "classes": ["cat", "dog"]}, **boxes)
    assert [box["label"] for box in shown["boxes"]] == ["dog", "0.5", "NaN", "-1"]


@pytest.mark.parametrize("number", [2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63)])
def test_whole_numbers_beyond_javascripts_are_text_with_all_their_digits(number):
    assert results({"kind": "value"}, y=np.array([number])) == {"kind": "value", "value": str(number)}
    assert results({"kind": "value"}, y=np.array([2**53 - 1])) == {"kind": "value", "value": 2**53 - 1}
    ends = {"low": np.array([number]), "high": np.array([7])}
    assert results({"kind": "value", "interval": ["low", "high"]}, y=np.array([1]), **ends)["interval"] == [str(number), 7]
    boxes = {"y": np.zeros((1, 1, 4), np.float32), "s": np.ones((1, 1), np.float32), "l": np.array([[number]])}
    assert results({"kind": "boxes", "scores": "s", "labels": "l"}, **boxes)["boxes"][0]["label"] == str(number)


@pytest.mark.parametrize("typed", ["9007199254740993", "-9007199254740993", 2**53])
@pytest.mark.parametrize("dtype", ["int64", "uint64", "float64"])
def test_whole_numbers_beyond_javascripts_are_refused(typed, dtype):
    field = {"name": "x", "label": "X", "kind": "integer", "missing": "refuse"}
    form = codec_strategies.form([{"name": "in", "dtype": dtype, "dims": [None, 1], "fields": [field]}], [], "en")
    [refused] = same({"form": form, "rows": [{"x": typed}]})["refusals"]
    assert refused["message"].startswith("X: the model takes whole numbers from ")


def test_named_numbers_keep_the_contracts_order():
    names = [{"name": "rent", "label": "Rent"}, {"name": "price", "label": "Price"}]
    shown = results({"kind": "values", "values": names}, y=np.array([[2**53 + 1, 3]]))
    assert shown == {"kind": "values", "values": [{"name": "rent", "value": "9007199254740993"}, {"name": "price", "value": 3}]}
    assert results({"kind": "point", "values": names}, y=np.array([[0.5, -2]], np.float32))["kind"] == "point"


@pytest.mark.parametrize(
    ("element", "name", "label"),
    [
        (np.array([1]), "1", "outlier"),
        (np.array([-1], np.int32), "-1", "outlier"),
        (np.array([1.0], np.float32), "1", "outlier"),
        (np.array([True]), "true", "outlier"),
        (np.array(["Zürich"], object), "Zürich", "outlier"),
        (np.array([2**53 + 1]), "9007199254740993", "outlier"),
        (np.array([2**53 + 1]), "9007199254740992", "9007199254740993"),
        (np.array([2]), "1", "2"),
    ],
)
def test_a_label_has_its_name_or_is_shown_as_it_is(element, name, label):
    assert results({"kind": "label", "names": [{"value": name, "label": "outlier"}]}, y=element)["label"] == label


def test_a_choice_for_a_truth_value_is_true_or_false():
    choices = [{"value": 2, "label": "Yes"}, {"value": 0, "label": "No"}]
    field = {"name": "x", "label": "X", "kind": "choice", "missing": "refuse", "choices": choices}
    form = codec_strategies.form([{"name": "in", "dtype": "bool", "dims": [None, 1], "fields": [field]}], [])
    assert golden.unpack(same({"form": form, "rows": [{"x": 2}, {"x": 0}]})["feeds"]["in"]).tolist() == [[True], [False]]
