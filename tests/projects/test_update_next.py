"""An update to a release that does what releases may do: it renames and removes questions, adds, renames and retires files, lifts the schema."""

import re

import copier
import pytest
import yaml

from commands import cli, git
from old_projects import commit
from template_copy import tree

RECIPE = "template/{% if recipe == 'tabular-regression' %}.{% endif %}"
PINS = b"# mine: my own requirements\n"


def change(path, pattern: str, text: str) -> None:
    """Change every place of a file that fits; there is one at least."""
    source = path.read_text(encoding="utf-8")
    assert re.search(pattern, source), f"{path}: {pattern}"
    path.write_text(re.sub(pattern, text, source), encoding="utf-8")


def make_next(template) -> None:
    """Turn what lies in this clone into the release after it."""
    config = template / "copier.yml"
    # A question gets another name; its default takes the answer over.
    for path in (config, *[path for path in template.glob("template/*.jinja") if re.search(r"\bauthor\b", path.read_text())]):
        change(path, r"\bauthor\b", "made_by")
    change(config, r'(\nmade_by:\n(?:  .*\n)*?)  default: ""', r"""\1  default: "{{ author | default('') }}" """)
    # A question goes.
    change(config, r"\ndescription:\n(  .*\n)+", "\n")
    for path in ("pyproject.toml.jinja", "README.md.jinja"):
        change(template / "template" / path, r"(\{\{.*\b)description\b", r"\1project_name")
    # A recipe gets a file, and other files that a project has already.
    (template / RECIPE / "notebooks/more.py").write_text('"""A file that came later."""\n')
    change(template / RECIPE / "metadata.yml", "name: ", "name: Another ")
    # One file gets another name, one goes: both are retired.
    change(config, r"\n_exclude:\n", "\n_exclude:\n  - /web/media/wav.js\n  - /ruff.toml\n")
    (template / "template/web/media/wav.js").rename(template / "template/web/media/wave.js")
    (template / "template/ruff.toml").unlink()
    # metadata.yml gets another format.
    change(template / "template/mlweb/contract/metadata.schema.json", r'"const": 1', '"const": 2')
    commit(template)
    git(template, "tag", "--annotate", "v10000.0.0", "--message", "the next one")


@pytest.fixture(scope="module")
def updated(clone, tmp_path_factory):
    """(project after the update, its files before, what Copier said): the author is given, one retired file is edited."""
    template, project = tmp_path_factory.mktemp("next") / "template", tmp_path_factory.mktemp("lived") / "project"
    git(clone, "clone", "--quiet", clone, template)
    make_next(template)
    given = {"author": "Ada", "description": "What it does."}
    copier.run_copy(str(template), project, vcs_ref="v9999.0.0", data=given, defaults=True, quiet=True, unsafe=False)
    git(project, "init", "--quiet")
    with (project / "web/media/wav.js").open("a", encoding="utf-8") as file:
        file.write("// mine\n")
    (project / "requirements.txt").write_bytes(PINS)  # a name that the template uses for itself
    commit(project)
    before = tree(project)
    done = cli("update", "--defaults", "--skip-answered", cwd=project)
    assert done.returncode == 0 and not git(project, "ls-files", "--unmerged"), done.stderr
    return project, before, done.stderr


def test_a_renamed_question_keeps_its_answer(updated):
    project, _, _ = updated
    answers = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert answers["made_by"] == "Ada" and "author" not in answers and answers["_commit"] == "v10000.0.0"
    assert 'authors = [{ name = "Ada" }]' in (project / "pyproject.toml").read_text(encoding="utf-8")


def test_a_removed_question_leaves_the_answers(updated):
    project, _, _ = updated
    assert "description" not in yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert "What it does." not in (project / "README.md").read_text(encoding="utf-8")


def test_a_file_that_a_recipe_got_later_arrives(updated):
    project, before, _ = updated
    assert (project / "notebooks/more.py").read_text() == '"""A file that came later."""\n'
    assert (project / "metadata.yml").read_bytes() == before["metadata.yml"]


def test_retired_files_stay_and_new_names_arrive(updated):
    project, before, _ = updated
    assert (project / "web/media/wave.js").exists()
    for path in ("web/media/wav.js", "ruff.toml", "requirements.txt"):
        assert (project / path).read_bytes() == before[path]
    assert before["web/media/wav.js"].endswith(b"// mine\n")


def test_the_message_names_migrate_when_it_is_needed(updated):
    assert "uv run poe migrate   # converts metadata.yml to schema 2\n" in updated[2]
