"""`copier update` from the oldest version that renders to what lies here: nothing of the user's is lost, nothing is left behind."""

import subprocess

import copier
import pytest
import yaml

from conftest import ROOT, cli, git, tree

TITLE = 'It\'s {{ 7*7 }} "prices" 🦊'

# What is the user's, and what they did to it. The notebook and the metadata lose their template's bytes on purpose.
OWNED = {
    "notebooks/train.ipynb": b'{"cells": [], "metadata": {"mine": true}, "nbformat": 4, "nbformat_minor": 5}\n',
    "notebooks/data/prices.csv": b"a,b\n1,2\n",
    "metadata.yml": b"name: mine\n",
    "export_onnx.py": b"# mine\n",
    "model/model.onnx": bytes(range(256)),
    "model/facts.json": b"{}\n",
    "web/icon.svg": b"<svg/>\n",
    "LICENSE": b"Mine, all mine\n",
    "web/samples/cat.jpg": bytes(range(255, -1, -1)),
    "README.fr.md": b"# \xc3\x80 moi\n",
}


@pytest.fixture(scope="module")
def first(clone, tmp_path_factory) -> str:
    """The oldest commit that can be copied."""
    for commit in git(ROOT, "rev-list", "--reverse", "HEAD", "--", "copier.yml").split():
        try:
            copier.run_copy(str(clone), tmp_path_factory.mktemp("try"), vcs_ref=commit, defaults=True, quiet=True, unsafe=False)
        except (copier.errors.CopierError, ValueError, subprocess.SubprocessError):
            continue
        return commit
    pytest.skip("no commit has a copier.yml that renders yet: there is nothing to update from")


@pytest.fixture
def project(clone, first, tmp_path):
    """A project made from the oldest version, in git."""
    folder = tmp_path / "project"
    copier.run_copy(str(clone), folder, vcs_ref=first, data={"project_name": TITLE}, defaults=True, quiet=True, unsafe=False)
    commit(folder)
    return folder


def commit(folder) -> None:
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "as it is")


def update(folder) -> None:
    copier.run_update(folder, defaults=True, skip_answered=True, overwrite=True, quiet=True, unsafe=False)
    assert not git(folder, "ls-files", "--unmerged"), "conflicts"
    assert not list(folder.rglob("*.rej"))


def test_untouched_project_becomes_a_fresh_one(clone, project, tmp_path):
    update(project)
    fresh = tmp_path / "fresh"
    copier.run_copy(str(clone), fresh, data={"project_name": TITLE}, defaults=True, quiet=True, unsafe=False)
    kept = {path for path in tree(fresh) if path.startswith("notebooks/")} | {"metadata.yml", "export_onnx.py", "web/icon.svg", "LICENSE"}
    updated, new = tree(project), tree(fresh)
    assert updated.keys() == new.keys()
    assert [path for path in new if path not in kept and updated[path] != new[path]] == []


def test_lived_in_project_keeps_what_is_its_owners(project):
    for path, content in OWNED.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_bytes(content)
    readme = project / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8") + "\n## Mine\n\nA paragraph of my own.\n", encoding="utf-8")
    commit(project)

    update(project)

    found = tree(project)
    assert {path: found.get(path) for path in OWNED} == OWNED
    assert found["README.md"].decode().endswith("\n## Mine\n\nA paragraph of my own.\n")
    answers = yaml.safe_load(found[".copier-answers.yml"])
    assert answers["project_name"] == TITLE and answers["_commit"] == "v9999.0.0"


def test_second_update_changes_nothing(project):
    update(project)
    commit(project)
    update(project)
    assert not git(project, "status", "--porcelain")


def test_update_says_what_is_kept_and_what_comes_next(project):
    done = cli("update", "--defaults", "--skip-answered", cwd=project)
    assert done.returncode == 0, done.stderr
    assert done.stderr.index("are yours and stay as they are") < done.stderr.index("uv run poe test")


def test_dirty_project_is_not_updated(project):
    (project / "README.md").write_text("not committed\n")
    done = cli("update", "--defaults", cwd=project)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "Please commit or stash your local changes and retry." in done.stderr
    assert (project / "README.md").read_text() == "not committed\n"
