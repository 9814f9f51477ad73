"""What is written is true: the commands work as they stand, and whatever they name exists."""

import re
import shlex
import tomllib

import pytest

from commands import cli, git, run
from paths import ROOT
from template_copy import ASKED, COPIER_YML, QUESTIONS, tracked

PAGES = [path for path in tracked(ROOT) if path.endswith((".md", ".md.jinja", ".jinja")) and not path.startswith("benchmarks/")]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXTRAS = list(QUESTIONS["extras"]["choices"].values())
COPY = re.search(r"^uvx (copier copy .*)$", README, re.MULTILINE)[1]


@pytest.fixture
def offline(clone, isolated, monkeypatch):
    """git reads our clone where it would ask GitHub; the project still remembers where it is from."""
    settings = isolated / "offline"
    settings.write_text(f'{(isolated / "gitconfig").read_text()}[url "{clone}"]\n insteadOf = https://github.com/org/ml-web-template.git\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))


def test_the_copy_command_works_as_written(offline, tmp_path):
    """With the answers being the defaults, because nobody is at the keyboard; uvx gets Copier, which is here already."""
    _, *words = shlex.split(COPY)
    done = cli(*words, "--defaults", cwd=tmp_path)
    assert done.returncode == 0 and "--trust" not in done.stderr, done.stderr
    project = tmp_path / "myproj"
    answers = (project / ".copier-answers.yml").read_text()
    assert "_src_path: gh:org/ml-web-template\n" in answers and "_commit: v9999.0.0\n" in answers

    for command in re.search(r"^git init .*$", README, re.MULTILINE)[0].split(" && "):
        assert run(*shlex.split(command), cwd=project).returncode == 0, command
    done = cli("update", "--defaults", cwd=project)
    assert done.returncode == 0, done.stderr
    assert not git(project, "status", "--porcelain")


@pytest.mark.parametrize("path", PAGES)
def test_every_command_exists(rendered, path):
    text = (ROOT / path).read_text(encoding="utf-8")
    tasks = tomllib.loads((rendered(extras=EXTRAS) / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["poe"]["tasks"]
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"uv run poe ([a-z-]+)", text)) <= set(tasks)
    assert set(re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)", text, re.MULTILINE)) <= {(name, "") for name in targets} | {("", name) for name in targets}


@pytest.mark.parametrize("path", [path for path in PAGES if path.endswith(".md") and not path.startswith("template/")])
def test_every_link_leads_somewhere(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", text):
        assert ((ROOT / path).parent / target).exists(), target


def test_every_question_is_documented():
    text = (ROOT / "docs/reference/questions.md").read_text(encoding="utf-8")
    assert [name for name in ASKED if f"`{name}`" not in text] == []


def test_every_recipe_is_documented():
    rows = re.findall(r"^\| `([a-z-]+)` \|", (ROOT / "docs/reference/recipes.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == list(QUESTIONS["recipe"]["choices"].values()), "one row a recipe, in the order of copier.yml"


@pytest.mark.parametrize("path", ["docs/how-to/update.md", "template/TEMPLATE.md"])
def test_what_is_yours_is_said(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    assert [owned for owned in COPIER_YML["_skip_if_exists"] if f"`{owned.strip('/')}" not in text] == []
