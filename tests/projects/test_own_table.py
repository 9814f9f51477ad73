"""docs/how-to/own-table.md, word by word: a project, a CSV file that no recipe uses, and what a person types; then the table changes."""

import json
import re
import time

import nbformat
import pytest
from ruamel.yaml import YAML

import own_table
from commands import git, poe
from paths import ROOT
from vendored import lend

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs/how-to/own-table.md").read_text(encoding="utf-8")
plain = YAML(typ="safe", pure=True).load


def blocks(language: str) -> list[str]:
    """What stands in the page in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def tasks(block: str) -> list[list[str]]:
    """The tasks of a block of commands, as words; `serve` and `test` never end or need a browser."""
    return [words for words in re.findall(r"^uv run poe (.*)$", block, re.MULTILINE) for words in [words.split()] if words[0] not in ("serve", "test")]


def test_the_page_works_as_it_is_written(render):
    project = render()
    git(project, "init", "--quiet")
    lend(project)
    _, first, _, again = blocks("sh")
    [cell], [drafted] = blocks("python"), blocks("yaml")
    csv = own_table.write(project / "flats.csv")
    header, *rows = csv.read_text(encoding="utf-8").splitlines()
    assert blocks("csv")[0].splitlines()[0] == header and set(blocks("csv")[0].splitlines()[1:]) <= set(rows)

    path = project / "notebooks/train.ipynb"
    notebook = nbformat.read(path, as_version=4)
    [data] = [index + 1 for index, each in enumerate(notebook.cells) if each.source.startswith("## The data")]
    notebook.cells[data].source = cell.strip()
    nbformat.write(notebook, path)

    for words in tasks(first):
        began = time.perf_counter()
        said = poe(project, *words)
        print(f"{time.perf_counter() - began:6.1f} s  poe {' '.join(words)}")
    assert "agree: 7 inputs, 1 output shown" in poe(project, "check") and "hint" not in said
    written = plain((project / "metadata.yml").read_text(encoding="utf-8"))
    assert {key: written[key] for key in ("inputs", "outputs")} == plain(drafted)
    facts = json.loads((project / "model/facts.json").read_text(encoding="utf-8"))
    assert facts["metrics"][1]["unit"] == "EUR" and facts["metrics_on"] == "180 held-out flats"
    [manifest] = project.glob("dist/app-*/manifest.json")
    assert {level["level"] for level in json.loads(manifest.read_text(encoding="utf-8"))["parity"]["levels"]} == {1}

    metadata = project / "metadata.yml"
    text = metadata.read_text(encoding="utf-8").replace("label: Area", "label: Size   ").replace("  rooms:", "  # How many\n  rooms:")
    metadata.write_text(text.replace("[Old Town", "[Old Twon"), encoding="utf-8")
    said = poe(project, "check", check=False)
    [sentence] = re.findall(r"^metadata\.yml:\d+: .*unseen: true there\.$", PAGE, re.MULTILINE)
    assert sentence in said.splitlines(), said
    metadata.write_text(text, encoding="utf-8")

    table = own_table.flats().drop(columns="rooms")
    table.insert(1, "floor", [1, 2, 3, 4] * 150)
    table.to_csv(csv, index=False)
    [train, update, export] = tasks(again)
    poe(project, *train)
    said = poe(project, *export, check=False)
    sentence = 'metadata.yml is of another table or model: it has no "floor", and still has "rooms". Bring it up to date with: uv run poe describe --update'
    assert sentence in said and "Traceback" not in said, said
    said = poe(project, *update)
    assert "-  # How many" in said and "+  floor:" in said
    poe(project, *export)
    assert "agree: 7 inputs" in poe(project, "check")
    assert "label: Size   " in metadata.read_text(encoding="utf-8")
