"""`copier update` from every older version to what lies here: nothing of the user's is lost, nothing is left behind."""

import json

import copier
import pytest
import yaml
from copier import _vcs

import old_projects
from commands import cli, git
from ownership_table import whose
from template_copy import EXCLUDED, tree

TITLE = 'It\'s {{ 7*7 }} "prices" 🦊'
RETIRED = {path.strip("/") for path in EXCLUDED}


@pytest.fixture(params=old_projects.OLD)
def old(request, clone, tmp_path):
    """A project of each older version."""
    return old_projects.project(clone, tmp_path / "project", request.param, project_name=TITLE)


@pytest.fixture
def project(clone, tmp_path):
    """A project of a released version."""
    return old_projects.project(clone, tmp_path / "project", "middle", project_name=TITLE)


@pytest.fixture
def new(clone, tmp_path):
    """A project of the newest version."""
    copier.run_copy(str(clone), tmp_path / "new", defaults=True, quiet=True, unsafe=False)
    git(tmp_path / "new", "init", "--quiet")
    old_projects.commit(tmp_path / "new")
    return tmp_path / "new"


def test_untouched_project_becomes_a_fresh_one(clone, old, tmp_path):
    old_projects.update(old)
    copier.run_copy(str(clone), tmp_path / "fresh", data={"project_name": TITLE}, defaults=True, quiet=True, unsafe=False)
    found, fresh = tree(old), tree(tmp_path / "fresh")
    assert found.keys() - RETIRED == fresh.keys()
    differing = [path for path in fresh if found[path] != fresh[path] and whose(path) != "yours"]
    assert [path for path in differing if path != ".copier-answers.yml"] == []
    answers = [yaml.safe_load(files[".copier-answers.yml"]) | {"_src_path": ""} for files in (found, fresh)]
    assert answers[0] == answers[1] and answers[0]["_commit"] == "v9999.0.0"


def test_lived_in_project_keeps_what_is_its_owners(old):
    (old / "model").mkdir()
    (old / "model/model.onnx").write_bytes(bytes(range(256)))
    owned, words = old_projects.live_in(old), old_projects.shared_words(old)

    old_projects.update(old)

    found = tree(old)
    assert {path: found.get(path) for path in owned} == owned
    assert {path: found[path].decode().endswith(text) for path, text in words.items()} == dict.fromkeys(words, True)
    assert yaml.safe_load(found[".github/workflows/pages.yml"])["jobs"]["publish"]["steps"][-1] == yaml.safe_load(old_projects.STEP)[0]
    assert "ruff.toml" not in found, "a file that was deleted stays deleted"
    answers = yaml.safe_load(found[".copier-answers.yml"])
    assert answers["project_name"] == TITLE and answers["_commit"] == "v9999.0.0"


def test_second_update_changes_nothing(project):
    old_projects.update(project)
    old_projects.commit(project)
    old_projects.update(project)
    assert not git(project, "status", "--porcelain")


def test_update_says_what_is_kept_and_what_comes_next(project):
    done = cli("update", "--defaults", "--skip-answered", cwd=project)
    assert done.returncode == 0, done.stderr
    assert done.stderr.index("are yours and stay as they are") < done.stderr.index("uv run poe export") < done.stderr.index("uv run poe test")
    assert "poe migrate" not in done.stderr, "no older schema, nothing to lift"


def test_dirty_project_is_not_updated(project):
    (project / "README.md").write_text("not committed\n")
    done = cli("update", "--defaults", cwd=project)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "Please commit or stash your local changes and retry." in done.stderr
    assert (project / "README.md").read_text() == "not committed\n"


def test_hosting_switched_and_switched_back(new):
    """The files of one host go, those of the other come; what is the owner's stays all the while."""
    before = tree(new)
    for hosting, workflow in (("netlify", False), ("github-pages", True)):
        old_projects.update(new, data={"hosting": hosting}, vcs_ref=copier.VcsRef.CURRENT)
        assert (new / ".github/workflows/pages.yml").exists() == workflow
        assert f'hosting = "{hosting}"' in (new / "pyproject.toml").read_text()
        old_projects.commit(new)
    assert tree(new) == before


def test_check_update_tells_of_a_newer_version(project, new):
    older, current = (cli("check-update", "--output-format", "json", cwd=folder) for folder in (project, new))
    assert json.loads(older.stdout) == {"update_available": True, "current_version": old_projects.MIDDLE[1:], "latest_version": "9999.0.0"}
    assert json.loads(current.stdout)["update_available"] is False
    assert [cli("check-update", "--quiet", cwd=folder).returncode for folder in (project, new)] == [2, 0]


def test_recopy_writes_all_afresh_but_what_is_yours(clone, project, tmp_path):
    owned = old_projects.live_in(project)
    done = cli("recopy", "--defaults", "--overwrite", cwd=project)
    assert done.returncode == 0, done.stderr
    copier.run_copy(str(clone), tmp_path / "fresh", data={"project_name": TITLE}, defaults=True, quiet=True, unsafe=False)
    found, fresh = tree(project), tree(tmp_path / "fresh")
    assert {path: found.get(path) for path in owned} == owned
    assert [path for path in fresh if whose(path) != "yours" and path != ".copier-answers.yml" and found[path] != fresh[path]] == []


def test_project_of_an_unreleased_version_is_told_how_to_come_back(clone, tmp_path):
    """Released is what lies half-way; the project is of a later commit."""
    here, folder = tmp_path / "template", tmp_path / "project"
    git(tmp_path, "clone", "--quiet", old_projects.template(clone), here)
    git(here, "tag", "--delete", "v9999.0.0")
    made = cli("copy", "--defaults", "--vcs-ref", "HEAD", here, folder)
    told = f"not a release: {git(here, 'describe', '--tags')}"
    assert made.returncode == 0 and told in made.stderr, made.stderr
    for command in ("uvx copier update --vcs-ref HEAD", "uvx copier recopy --overwrite"):
        assert command in made.stderr
    git(folder, "init", "--quiet")
    old_projects.commit(folder)

    refused = cli("update", "--defaults", cwd=folder)
    assert refused.returncode == 1 and "You are downgrading" in refused.stderr and not git(folder, "status", "--porcelain")
    assert cli("update", "--defaults", "--vcs-ref", "HEAD", cwd=folder).returncode == 0

    back = cli("recopy", "--defaults", "--overwrite", cwd=folder)
    assert back.returncode == 0 and "not a release" not in back.stderr and "no release" not in back.stderr, back.stderr
    assert yaml.safe_load((folder / ".copier-answers.yml").read_text())["_commit"] == old_projects.MIDDLE


def test_copier_runs_git_with_the_settings_of_the_tests():
    """Else a developer's hooks and signatures would be part of every update here."""
    assert _vcs.get_git()("config", "user.name").strip() == "Test"
