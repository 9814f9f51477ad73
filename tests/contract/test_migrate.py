"""An older metadata.yml is lifted to the schema of this version: its values arrive, its comments and its order stay."""

import pytest
from ruamel.yaml import YAML

import models
from mlweb.contract import check, migrate, schema
from mlweb.errors import UserError
from paths import ROOT

RECIPES = sorted((ROOT / "template").glob("*/metadata.yml"))

# A format that never was: the name was called title, and a step of a number its grain.
OLDER = """# yaml-language-server: $schema=mlweb/contract/metadata.schema.json
schema: 0   # the first one

# What it is called
title: "Lines"   # quoted, for no reason

inputs:
    # four blanks, as somebody liked it
    a: {kind: number, default: 1.50, grain: 1.0e-1}
    b:
        kind: number
        # the smallest
        min: 0
        max: 10
        default: 2
outputs:
    y: {kind: value, decimals: 2}
examples:
- label: One
  values: {a: 1, b: 2}   # a list at the margin
description: >-
    Two lines
    that are one.
"""
LIFTED = OLDER.replace("schema: 0", "schema: 1").replace('title: "Lines"', 'name: "Lines" ').replace("grain:", "step:")  # a comment keeps its column


def to_1(tree) -> None:
    migrate.rename(tree, "title", "name")
    for field in tree["inputs"].values():
        migrate.rename(field, "grain", "step")


@pytest.fixture
def older(tmp_path, monkeypatch):
    """A project whose metadata.yml is of an older schema, and the way from there."""
    models.project(tmp_path, models.linear(), OLDER)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(migrate, "STEPS", {0: to_1})
    return tmp_path / "metadata.yml"


def test_an_older_file_is_lifted_and_agrees_with_the_model(older, capsys):
    migrate.main()
    assert older.read_text(encoding="utf-8") == LIFTED
    said = capsys.readouterr().out
    for line in ("-schema: 0   # the first one", "+schema: 1   # the first one", '+name: "Lines"    # quoted, for no reason', "uv run poe check"):
        assert line in said, said
    assert "What it is called" not in [line[1:] for line in said.splitlines() if line[:1] in "+-"]
    check.main()
    assert schema.load(older).inputs["a"].step == 0.1


def test_check_says_what_to_do_with_an_older_file(older):
    with pytest.raises(UserError) as found:
        check.check()
    assert found.value.sentences == ["metadata.yml:2: schema 0 is older than 1, which this version of the page reads: upgrade it with: uv run poe migrate"]


def test_two_steps_are_taken_in_their_order(older, monkeypatch):
    monkeypatch.setattr(migrate, "SCHEMA_VERSION", 2)
    monkeypatch.setattr(migrate, "STEPS", {1: lambda tree: migrate.rename(tree, "name", "heading"), 0: to_1})
    _, after = migrate.migrated()
    assert after == LIFTED.replace("schema: 1", "schema: 2").replace('name: "Lines"    #', 'heading: "Lines" #')


def test_todays_file_is_left_alone(older, capsys):
    older.write_text(LIFTED, encoding="utf-8")
    migrate.main()
    assert "nothing to do" in capsys.readouterr().out
    assert older.read_text(encoding="utf-8") == LIFTED


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("schema: 7", "metadata.yml: schema 7 is newer than 1: update the project first, with: uvx copier update"),
        ("schema: -1", "metadata.yml: there never was a schema -1: write schema: 1, then see what uv run poe check says."),
        ("schema: one", "metadata.yml: the key schema must be a whole number: the version of the format."),
        ("", "metadata.yml: the key schema must be a whole number: the version of the format."),
        ("schema: [", "metadata.yml:7: this is not valid YAML"),
    ],
)
def test_what_cannot_be_lifted_gets_one_sentence(older, given, sentence):
    older.write_text(OLDER.replace("schema: 0   # the first one", given), encoding="utf-8")
    before = older.read_text(encoding="utf-8")
    with pytest.raises(UserError) as found:
        migrate.main()
    assert len(found.value.sentences) == 1 and found.value.sentences[0].startswith(sentence)
    assert older.read_text(encoding="utf-8") == before


def test_every_older_schema_has_its_step():
    assert set(migrate.STEPS) == set(range(1, schema.SCHEMA_VERSION))
    assert schema.Contract.model_json_schema()["properties"]["schema"]["const"] == schema.SCHEMA_VERSION


@pytest.mark.parametrize("path", RECIPES, ids=[path.parent.name.split("'")[1] for path in RECIPES])
def test_what_a_step_does_not_touch_is_written_as_it_was(path):
    text = path.read_text(encoding="utf-8")
    yaml, tree = migrate.styled(text)
    assert migrate.written(yaml, tree) == text
    assert YAML(typ="safe").load(text)["schema"] == schema.SCHEMA_VERSION
