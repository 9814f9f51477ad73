"""`poe describe --update`: columns come and go, and everything else in metadata.yml stays to the byte."""

import sys
from difflib import ndiff

import joblib
import pytest
from ruamel.yaml import YAML

import models
import own_table
from mlweb.contract import schema
from mlweb.draft import describe, offer, update, yaml_text
from mlweb.errors import UserError
from paths import ROOT

RECIPES = sorted((ROOT / "template").glob("*/metadata.yml"))

# As somebody left it: comments, order, labels in two languages, quotes, and a column that is no more.
MINE = """# yaml-language-server: $schema=mlweb/contract/metadata.schema.json
schema: 1
name: "Rents"   # quoted, for no reason
inputs:
  # Where it lies
  District:
    kind: choice
    label: {en: District, fr: Quartier}
    choices: [Harbour, "Old Town", Mill Hil]
    # the last one is small
  distance_km: {kind: number, label: To the station, unit: km, min: 0, max: 30, missing: nan}   # by foot

  # What the landlord says of the noise:
  # nobody believes it
  noise: {kind: integer, label: Noise}
  "Area (m²)": {kind: number, label: 'Size', unit: m², min: 10, max: 200}
  year built: {kind: integer, missing: nan, help: "Leave it empty: nobody minds."}

# What comes out
outputs:
  Rent (EUR): {kind: value, label: Rent, unit: €}   # a month

examples:
  - label: Mine
    values: {noise: 3, District: Harbour, "Area (m²)": 70}
  - {label: Quiet, values: {District: Harbour, noise: 0}}
page: {language: [en, fr]}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A project whose table has other columns than its metadata.yml."""
    (tmp_path / "model").mkdir()
    (tmp_path / "metadata.yml").write_text(MINE, encoding="utf-8")
    joblib.dump(own_table.trained(own_table.flats(120)), tmp_path / "model/trained.joblib")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(monkeypatch, *words: str) -> None:
    monkeypatch.setattr(sys, "argv", ["describe", *words])
    describe.main()


def test_columns_come_and_go_and_nothing_else_changes(folder, monkeypatch, capsys):
    command(monkeypatch, "--update")
    now = (folder / "metadata.yml").read_text(encoding="utf-8")
    said = capsys.readouterr().out
    lines = [line for line in ndiff(MINE.splitlines(), now.splitlines()) if line[0] in "+-"]
    assert [line for line in lines if "rooms" not in line and "balcony" not in line and "heating" not in line] == [
        "-   # What the landlord says of the noise:",
        "-   # nobody believes it",
        "-   noise: {kind: integer, label: Noise}",
        '-     values: {noise: 3, District: Harbour, "Area (m²)": 70}',
        '+     values: {District: Harbour, "Area (m²)": 70}',
        "-   - {label: Quiet, values: {District: Harbour, noise: 0}}",
        "+   - {label: Quiet, values: {District: Harbour}}",
    ]
    assert set(schema.load().inputs) == set(own_table.trained()["train"])
    assert list(schema.load().inputs)[-3:] == ["rooms", "year built", "heating"], "each behind the one that it follows in the table"
    assert "-  noise: {kind: integer, label: Noise}" in said and "+  rooms: {kind: integer, label: Rooms" in said, "shown"
    assert "metadata.yml is up to date. Next: uv run poe export" in said


def test_what_a_person_has_to_decide_is_said_and_not_done(folder, monkeypatch, capsys):
    command(monkeypatch, "--update")
    said = capsys.readouterr().out
    assert 'inputs.District: training did not see "Mill Hil". Did you mean "Mill Hill"? Take it out, or say unseen: true.' in said
    assert "inputs.District: training also saw St. Anne’s, Mill Hill, which is not among the choices." in said
    mine = (folder / "metadata.yml").read_text(encoding="utf-8")
    assert '[Harbour, "Old Town", Mill Hil]' in mine
    (folder / "metadata.yml").write_text(mine.replace("distance_km: {kind: number,", "distance_km: {kind: text,").replace("min: 0, max: 30, ", ""))
    command(monkeypatch, "--update")
    said = capsys.readouterr().out
    assert "inputs.distance_km: kind text is one of words, but the column holds numbers now: make it kind number." in said
    assert "nothing came or went" in said


@pytest.mark.parametrize(("answer", "written"), [("n", False), ("", True), ("y", True), (EOFError, False)])
def test_at_a_terminal_it_asks(folder, monkeypatch, capsys, answer, written):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(update.sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)

    def asked(question: str) -> str:
        assert question == "Write this to metadata.yml? [Y/n] "
        if answer is EOFError:
            raise EOFError
        return answer

    monkeypatch.setattr("builtins.input", asked)
    command(monkeypatch, "--update")
    assert ((folder / "metadata.yml").read_text(encoding="utf-8") != MINE) == written
    assert ("Nothing was written." in capsys.readouterr().out) != written


@pytest.fixture
def at_terminal(monkeypatch):
    """Somebody who gives this answer, None where nobody is there; the questions that are asked."""
    questions: list[str] = []

    def answering(answer: str | None) -> list[str]:
        for stream in (sys.stdin, sys.stdout):
            monkeypatch.setattr(stream, "isatty", lambda: answer is not None, raising=False)
        monkeypatch.setattr("builtins.input", lambda question: questions.append(question) or answer)
        return questions

    return answering


@pytest.mark.parametrize(("answer", "written"), [("", False), ("n", False), ("y", True), (None, False)])
def test_a_start_offers_to_update_what_is_of_another_table(folder, at_terminal, capsys, answer, written):
    questions = at_terminal(answer)
    offer.main()
    said = capsys.readouterr().out
    assert questions == ["Write this to metadata.yml? [y/N] "] * (answer is not None)
    assert ((folder / "metadata.yml").read_text(encoding="utf-8") != MINE) == written
    if answer is None:
        assert not said, "the export that follows says it"
        return
    assert said.startswith('metadata.yml is of another table or model: it has no "rooms", "heating", "balcony", and still has "noise".')
    assert "-  noise: {kind: integer, label: Noise}" in said and "+  rooms: {kind: integer, label: Rooms" in said
    assert "Next:" not in said and ("metadata.yml is up to date." in said) == written
    offer.main()
    assert len(questions) == (1 if written else 2), "what fits is not asked again"


@pytest.mark.parametrize("left", [None, {"estimator": 1, "width": 2, "heldout": 3, "about": {}}, "broken"])
def test_a_start_asks_nothing_where_training_left_no_table(folder, at_terminal, capsys, left):
    path = folder / "model/trained.joblib"
    path.unlink()
    if left == "broken":
        path.write_bytes(b"no pickle")
    elif left:
        joblib.dump(left, path)
    questions = at_terminal("y")
    offer.main()
    assert not questions and not capsys.readouterr().out


def test_a_start_leaves_a_broken_contract_to_the_export(folder, at_terminal, capsys):
    (folder / "metadata.yml").write_text("inputs: [", encoding="utf-8")
    questions = at_terminal("y")
    offer.main()
    assert not questions and not capsys.readouterr().out


def test_ends_of_lines_stay(folder, monkeypatch):
    path = folder / "metadata.yml"
    path.write_bytes(MINE.replace("\n", "\r\n").encode())
    command(monkeypatch, "--update")
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n") > 20


def test_another_estimator_has_other_outputs(folder, monkeypatch):
    joblib.dump(own_table.trained(own_table.flats(120), classify=True), "model/trained.joblib")
    command(monkeypatch, "--update")
    assert list(schema.load().outputs) == ["probabilities"]
    text = (folder / "metadata.yml").read_text(encoding="utf-8")
    assert "# What comes out\noutputs:\n  probabilities: {kind: classes, label: Price class, classes: [cheap, dear]}\n\nexamples:" in text


def test_an_output_that_a_person_left_out_stays_out(folder, monkeypatch):
    joblib.dump(own_table.trained(own_table.flats(120), classify=True), "model/trained.joblib")
    shown = MINE.replace("Rent (EUR): {kind: value, label: Rent, unit: €}   # a month", "label: {kind: label, label: Cheap}")
    (folder / "metadata.yml").write_text(shown, encoding="utf-8")
    command(monkeypatch, "--update")
    assert list(schema.load().outputs) == ["label"]


def test_the_inputs_of_a_file_come_and_go_too(tmp_path, monkeypatch, capsys):
    models.project(tmp_path, models.linear(), models.LINEAR.replace("  b: {kind: number, default: 2, min: 0, max: 10}\n", "  c: {kind: number}   # old\n"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "template"))  # of the process that tries the file
    command(monkeypatch, "model/model.onnx", "--update")
    shown = [line for line in capsys.readouterr().out.splitlines() if line[0] in "+-" and line[:3] not in ("+++", "---")]
    assert sorted(shown) == ["+  b: {kind: number, default: 1.0}", "-  c: {kind: number}   # old"]
    assert list(schema.load().inputs) == ["a", "b"]


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.parent.name.split("'")[1])
def test_every_entry_can_be_taken_out_and_put_back(path):
    """Of every field of every recipe: what is left is the same map without it, and the lines of all others."""
    text = path.read_text(encoding="utf-8")
    plain = YAML(typ="safe", pure=True).load
    given = plain(text)
    for name in given["inputs"]:
        if len(given["inputs"]) == 1:
            continue
        left = yaml_text.without(text, ("inputs", name))
        assert plain(left) == given | {"inputs": {key: entry for key, entry in given["inputs"].items() if key != name}}
        assert not [line for line in ndiff(text.splitlines(), left.splitlines()) if line.startswith("+")]
    for name in list(given["inputs"])[:1] + list(given["inputs"])[-1:]:
        more = yaml_text.inserted(text, ("inputs", "more: of"), {"kind": "text", "help": "it's {x}"}, name)
        assert list(plain(more)["inputs"]) == [each for key in given["inputs"] for each in ([key, "more: of"] if key == name else [key])]
        assert yaml_text.without(more, ("inputs", "more: of")) == text


KEYS = ["a: b", "#x", "é", "-", "?", "it's", '"d"', "{x}", "[y]", "a,b"]
VALUES = [1, "two\nlines\n", None, "# no comment", [1, 2], {"a": 1, "b": {"c": 2}}, "", True, "it's", -1.5]


@pytest.mark.parametrize("flow", [True, False])
def test_any_map_loses_and_gains_exactly_one_entry(flow):
    tree = dict(zip(KEYS, VALUES, strict=True))
    text = yaml_text.dump({"top": yaml_text.in_braces(tree) if flow else tree, "end": 1}, 10_000)
    plain = YAML(typ="safe", pure=True).load
    for name in KEYS:
        left = yaml_text.without(text, ("top", name))
        assert plain(left) == {"top": {key: value for key, value in tree.items() if key != name}, "end": 1}
        more = yaml_text.inserted(text, ("top", "new"), {"kind": "x"}, name)
        assert plain(more) == {"top": tree | {"new": {"kind": "x"}}, "end": 1}


@pytest.mark.parametrize("text", ["top: {a: 1}\n", "top:\n  # about it\n  a: 1\n", "top:\n  a: 1"])
def test_the_last_entry_leaves_an_empty_map(text):
    left = yaml_text.without(text, ("top", "a"))
    assert YAML(typ="safe", pure=True).load(left) == {"top": {}}
    assert YAML(typ="safe", pure=True).load(yaml_text.inserted(text, ("top", "b"), {"c": 1}, None)) == {"top": {"b": {"c": 1}, "a": 1}}


def test_comments_and_blanks_behind_an_entry_belong_to_what_follows():
    text = "top:\n  b: 0\n  a:\n    c: 1\n    # of c\n\n  # none\n# What follows\nend: 2\n"
    assert yaml_text.without(text, ("top", "a")) == "top:\n  b: 0\n\n  # none\n# What follows\nend: 2\n"
    assert yaml_text.inserted(text, ("top", "d"), 4, "a") == text.replace("# of c\n", "# of c\n  d: 4\n")


def test_a_name_of_two_lines_is_refused(folder):
    with pytest.raises(UserError, match="has a line break, which an update can't place: rename it"):
        update.update(schema.FILE, {"inputs": {"a\nb": {"kind": "number"}}, "outputs": {}}, set(), by_field=True)
