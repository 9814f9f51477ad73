"""What is written for which answers: the exact files, all of them well-formed, and every title as it was given."""

import json
import posixpath
import re
import tomllib
from functools import cache
from pathlib import Path

import copier
import nbformat
import pytest
import yaml
from jinja2 import Environment

from paths import ROOT
from template_copy import ASKED, QUESTIONS, tree

LICENSES = list(QUESTIONS["license"]["choices"].values())
HOSTINGS = list(QUESTIONS["hosting"]["choices"].values())
RECIPES = list(QUESTIONS["recipe"]["choices"].values())
ALWAYS = set((Path(__file__).parent / "files.txt").read_text().split())

TITLES = [
    "It's \"quoted\" \\ and 'nested'",
    "Prédiction de l'âge – Größe, Łódź, 東京",
    "Foxes 🦊 & <b>friends</b> </script> <!-- -->",
    "{{ 7*7 }} {% raw %} {# no #} ${HOME} $1 `x` #{y}",
    "yes",
    "1. 2",
    "- # : [*a_b*](c) ~d~ | @e %f",
]


def brought_by(hosting: str) -> set[str]:
    """The files that only some hosts need, as a project with this one has them."""
    found = set()
    for overlay in (ROOT / "template").glob("{% if hosting *"):
        if folder := Environment().from_string(overlay.name).render(hosting=hosting):
            found |= {posixpath.normpath(f"{folder}/{path.relative_to(overlay).as_posix()}") for path in overlay.rglob("*") if path.is_file()}
    return found


@pytest.mark.parametrize("license", LICENSES)
@pytest.mark.parametrize("hosting", HOSTINGS)
def test_exactly_these_files(rendered, license, hosting):
    expected = set(ALWAYS)
    if license != "none":
        expected.add("LICENSE")
    expected |= brought_by(hosting)
    project = rendered(license=license, hosting=hosting)
    assert set(tree(project)) == expected
    assert not [path for path in project.rglob("*") if path.is_dir() and not any(path.iterdir())], "an empty folder"


def test_extras_bring_their_files_and_nothing_else(rendered):
    plain, full = tree(rendered()), tree(rendered(extras=["workshop", "devcontainer", "notebook"]))
    notebook = {f"notebook_site/{name}" for name in ("build.py", "model.ipynb", "no_index.py", "package.json", "package-lock.json", "page_model.py")}
    assert full.keys() - plain.keys() == {"workshop/step.py", ".devcontainer/devcontainer.json"} | notebook
    assert {name for name in plain if plain[name] != full[name]} == {".copier-answers.yml", "pyproject.toml"}


def test_the_dev_container_has_what_the_workflows_have(rendered):
    """An image of one minor version of Python, which the project takes, and the uv that proves the template."""
    container = json.loads((rendered(extras=["devcontainer"]) / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    assert container.keys() <= {"name", "image", "postCreateCommand", "forwardPorts", "portsAttributes", "customizations"}
    minor = re.fullmatch(r"mcr\.microsoft\.com/devcontainers/python:3\.(\d+)-\w+", container["image"])
    assert minor and int(minor[1]) >= 11
    [uv] = set(re.findall(r"version: (\d+\.\d+\.\d+)", (ROOT / ".github/workflows/site.yml").read_text(encoding="utf-8")))
    assert f"uv=={uv} " in container["postCreateCommand"]
    assert container["forwardPorts"] == [int(port) for port in container["portsAttributes"]] == [8000]


def texts(project: Path) -> list[tuple[str, bytes]]:
    """(path, content) of all files but the font of the share picture."""
    return [(path, content) for path, content in tree(project).items() if not path.endswith(".ttf")]


@cache
def parse(path: str, text: str) -> None:
    """Fails where a file is not well-formed; one that many projects have is read once."""
    match Path(path).suffix:
        case ".json":
            json.loads(text)
        case ".toml":
            tomllib.loads(text)
        case ".yml":
            yaml.safe_load(text)
        case ".ipynb":
            nbformat.validate(nbformat.reads(text, as_version=4))
        case ".py":
            compile(text, path, "exec")


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_file_is_well_formed(rendered, recipe):
    for path, content in texts(rendered(recipe=recipe)):
        text = content.decode()
        parse(path, text)
        assert "\r" not in text, path
        assert text.endswith("\n") and not text.endswith("\n\n") and not text.startswith("\n"), f"{path}: first or last line"


@pytest.mark.parametrize("hosting", HOSTINGS)
def test_no_jinja_is_left(rendered, source, hosting):
    """None at all where Jinja was rendered, but for GitHub's ${{ }}; elsewhere none that means an answer of ours."""
    by_jinja = {re.sub(r"\{%.*?%\}", "", path.name).removesuffix(".jinja") for path in (source / "template").rglob("*.jinja")}
    meant = re.compile(r"\{%-? *(if|for|set|from|include|import|raw)\b|\{\{-? *(_copier\w*|" + "|".join(QUESTIONS) + r") *(\||-?\}\})")
    for path, content in texts(rendered(hosting=hosting)):
        text = content.decode().replace("${{", "")
        left = (re.compile(r"\{\{|\{%|\{#") if Path(path).name in by_jinja else meant).search(text)
        assert not left, f"{path}: {left[0]}"


def test_two_renders_are_identical(rendered, source, tmp_path):
    copier.run_copy(str(source), tmp_path / "again", defaults=True, quiet=True, unsafe=False)
    assert tree(rendered()) == tree(tmp_path / "again")


@pytest.mark.parametrize("title", TITLES)
def test_every_title_comes_out_as_given(rendered, title):
    project = rendered(project_name=title, description=title, author=title, license="BSD-3-Clause")

    toml = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    assert toml["tool"]["mlweb"]["title"] == title
    assert toml["project"]["description"] == title
    assert toml["project"]["authors"] == [{"name": title}]

    answers = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert answers["project_name"] == title

    lines = (project / "README.md").read_text(encoding="utf-8").splitlines()
    assert [re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line) for line in lines[:3]] == [f"# {title}", "", title]
    assert not re.search(r"(?<!\\)[<>*_`\[\]&]|^#* ?\d*[-+.]", lines[0] + lines[2]), "Markdown would take this for more than text"

    assert title in (project / "LICENSE").read_text(encoding="utf-8")


def test_answers_are_kept_and_computed_values_are_not(rendered):
    answers = yaml.safe_load((rendered() / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert sorted(name for name in answers if not name.startswith("_")) == sorted([*ASKED, "last_time"])
    assert answers["last_time"] == {name: answers[name] for name in ("hosting", "license", "recipe")}


@pytest.mark.parametrize("license", LICENSES)
def test_license(rendered, license):
    project = rendered(license=license, author="Ada Lovelace")
    toml = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    if license == "none":
        assert "license" not in toml and not (project / "LICENSE").exists()
        return
    text = (project / "LICENSE").read_text(encoding="utf-8")
    assert toml["license"] == license
    assert {"MIT": "MIT License", "BSD-3-Clause": "BSD 3-Clause", "Apache-2.0": "Apache License"}[license] in text
    assert license == "Apache-2.0" or "Copyright (c) Ada Lovelace\n" in text


def test_the_recipes_pins_are_its_training_group(rendered, source):
    overlay = source / "template" / "{% if recipe == 'tabular-regression' %}.{% endif %}"
    pins = [line for line in (overlay / "requirements.txt").read_text().splitlines() if line and not line.startswith("#")]
    toml = tomllib.loads((rendered() / "pyproject.toml").read_text(encoding="utf-8"))
    assert toml["dependency-groups"]["train"] == pins
    everything = toml["project"]["dependencies"] + sum(toml["dependency-groups"].values(), []) + toml["tool"]["uv"]["constraint-dependencies"]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[\w.]+( ?; sys_platform .+)?", pin) for pin in everything), "every version is exact"


def test_every_command_has_a_line_of_help(rendered):
    tasks = tomllib.loads((rendered() / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["poe"]["tasks"]
    assert {"start", "train", "export", "check", "build", "serve", "test", "describe"} <= tasks.keys()
    assert all(task["help"] for task in tasks.values())
