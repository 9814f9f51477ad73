"""Every answer changed and changed back: what is the owner's stays to the byte, and what no longer fits is said, with the way out."""

import json
import os
import shlex
import sys
from itertools import cycle, islice

import copier
import pytest
import yaml

import models
import old_projects
from commands import cli, git, run
from mlweb import answers
from ownership_table import whose
from paths import ROOT
from template_copy import QUESTIONS, tracked, tree

RECIPES, HOSTINGS, LICENSES = (list(QUESTIONS[name]["choices"].values()) for name in ("recipe", "hosting", "license"))
FIRST = {"recipe": "object-detection", "hosting": "github-pages", "license": "MIT"}


def trip() -> list[dict[str, str]]:
    """Each recipe, hosting and licence at least once, all three changed at every stop, and back to where it began."""
    turned = [(values[values.index(FIRST[name]) + 1 :] + values) for name, values in zip(FIRST, (RECIPES, HOSTINGS, LICENSES), strict=True)]
    stops = zip(*(islice(cycle(values), len(RECIPES) - 1) for values in turned), strict=True)
    return [*(dict(zip(FIRST, stop, strict=True)) for stop in stops), FIRST]


def own_model(project) -> dict[str, bytes]:
    """A model of the owner's, with its metadata.yml, put into a project."""
    models.project(project, models.linear(), models.LINEAR)
    return {name: (project / name).read_bytes() for name in ("model/model.onnx", "metadata.yml")}


def poe_check(project) -> str:
    """What `poe check` prints, which has to succeed."""
    done = run(sys.executable, "-m", "mlweb.contract.check", cwd=project, env=os.environ | {"PYTHONPATH": str(ROOT / "template")})
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def since(clone, tmp_path_factory):
    """(a template without most of mlweb/ and web/, which no answer changes; recipe -> the version in which it came)"""
    folder = tmp_path_factory.mktemp("small") / "template"
    return folder, old_projects.lean(clone, folder)


@pytest.fixture
def small(since):
    return since[0]


def release(folder) -> None:
    """One more release, which gives up modules of recipes and the outline of the map, and changes what they are about."""
    for path in tracked(folder):
        if path.endswith(("/notebooks/net.py", "/notebooks/ear.py", "/map.geojson")):
            (folder / path).unlink()
        elif path.endswith(("/notebooks/README.md", "/metadata.yml", "/export_onnx.py", "/web/icon.svg", "/web/style.css")):
            (folder / path).write_bytes(b"\n" + (folder / path).read_bytes())
    old_projects.commit(folder)
    git(folder, "tag", "--annotate", "v10001.0.0", "--message", "one more")


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_lived_in_project_of_the_version_in_which_its_recipe_came_is_updated(since, tmp_path, recipe):
    template, versions = since
    project = tmp_path / "project"
    copier.run_copy(str(template), project, data={"recipe": recipe}, vcs_ref=versions[recipe], defaults=True, quiet=True, unsafe=False)
    git(project, "init", "--quiet")
    owned, words = old_projects.live_in(project) | own_model(project), old_projects.shared_words(project)
    old_projects.commit(project)
    old_projects.update(project)
    found = tree(project)
    assert {path: found.get(path) for path in owned} == owned
    assert {path: text in found[path].decode() for path, text in words.items()} == dict.fromkeys(words, True)
    assert yaml.safe_load(found[".copier-answers.yml"]) | {"recipe": recipe, "_commit": "v10000.0.0"} == yaml.safe_load(found[".copier-answers.yml"])
    said = poe_check(project)
    assert "agree: 2 inputs" in said and "of the recipe" not in said


def test_every_byte_of_yours_is_there_after_every_answer(since, tmp_path):
    """Each recipe's files, as they come, are lived in and have to survive all the others, the way back, and a release without them."""
    template, project = tmp_path / "template", tmp_path / "project"
    git(tmp_path, "clone", "--quiet", since[0], template)
    copier.run_copy(str(template), project, data=FIRST, vcs_ref=since[1][FIRST["recipe"]], defaults=True, quiet=True, unsafe=False)
    git(project, "init", "--quiet")
    owned = old_projects.live_in(project) | own_model(project)
    old_projects.commit(project)
    old_projects.update(project)
    readme, words = project / "README.md", old_projects.shared_words(project)["README.md"]
    text = readme.read_text(encoding="utf-8").removesuffix(words)
    readme.write_text(text.replace("\n## Publish\n", f"{words}\n## Publish\n"), encoding="utf-8")  # at its end they would be beside the licence
    old_projects.commit(project)
    before = found = tree(project)
    for stop in trip():
        for path in tree(project).keys() - owned.keys():
            if whose(path) == "yours":
                with (project / path).open("ab") as file:
                    file.write(b"\n# mine\n")
                owned[path] = (project / path).read_bytes()
        old_projects.commit(project)
        old_projects.update(project, data=stop, vcs_ref=copier.VcsRef.CURRENT)
        found = tree(project)
        assert {path: found.get(path) for path in owned} == owned, stop
        assert words in found["README.md"].decode()
        assert all(f'{name} = "{stop[name]}"' in found["pyproject.toml"].decode() for name in ("hosting", "license") if stop[name] != "none")
    assert {"notebooks/net.py", "notebooks/boxes.py", "notebooks/ear.py", "notebooks/photos.py", "map.geojson"} <= owned.keys()
    changed = [path for path in before if found[path] != before[path] and path not in owned]
    assert changed == [".github/workflows/pages.yml"], "a host's own files go with it, and come back as they were first"

    old_projects.commit(project)
    release(template)
    old_projects.update(project)
    found = tree(project)
    assert {path: found.get(path) for path in owned} == owned and found["web/style.css"].startswith(b"\n")
    assert "agree: 2 inputs" in poe_check(project)


def test_what_no_longer_fits_is_said_with_the_way_out(small, tmp_path):
    project = tmp_path / "my [own] project"
    copier.run_copy(str(small), project, data=FIRST, defaults=True, quiet=True, unsafe=False)
    git(project, "init", "--quiet")
    own_model(project)
    old_projects.commit(project)
    before = tree(project)

    given = ("--data", "recipe=onnx-file", "--data", "license=Apache-2.0", "--data", "hosting=netlify")
    said = cli("update", "--defaults", "--vcs-ref=:current:", *given, cwd=project).stderr
    kept = ["export_onnx.py", "metadata.yml", "notebooks/README.md", "notebooks/boxes.py", "notebooks/net.py", "notebooks/train.ipynb", "LICENSE"]
    rows = [line.split(maxsplit=1) for line in said.splitlines() if line.startswith("  ") and ", not " in line]
    assert sorted(name for name, _ in rows) == sorted(kept)
    assert {why for _, why in rows} == {"of the recipe object-detection, not onnx-file", "the text of MIT, not Apache-2.0"}
    assert "only github-pages needs are gone" in said
    assert all((project / path).read_bytes() == before[path] for path in kept)
    old_projects.commit(project)

    hints = poe_check(project)
    assert "notebooks/train.ipynb is of the recipe object-detection, but pyproject.toml has the packages of onnx-file" in hints
    assert "LICENSE is the text of MIT, but pyproject.toml names Apache-2.0: delete LICENSE, commit, and run: uvx copier update" in hints

    way = [shlex.split(line) for line in said.partition("To have the new ones instead")[2].splitlines() if line.startswith("  ")]
    assert [command[:2] for command in way] == [["git", "rm"], ["git", "commit"], ["uvx", "copier"]]
    for command in way[:2]:
        assert run(*command, cwd=project).returncode == 0, command
    done = cli(*way[2][2:], cwd=project)
    assert done.returncode == 0 and "of the recipe" not in done.stderr, done.stderr
    assert json.loads((project / "notebooks/train.ipynb").read_text(encoding="utf-8"))["metadata"]["mlweb"] == {"recipe": "onnx-file"}
    assert "Apache License" in (project / "LICENSE").read_text(encoding="utf-8") and not (project / "notebooks/net.py").exists()
    assert list(answers.hints(project)) == []


def test_a_file_of_yours_in_the_place_of_a_hosts_is_a_conflict(small, tmp_path):
    project = tmp_path / "project"
    copier.run_copy(str(small), project, defaults=True, quiet=True, unsafe=False)
    git(project, "init", "--quiet")
    (project / "netlify.toml").write_text("# mine\n")
    old_projects.commit(project)
    assert cli("update", "--defaults", "--vcs-ref=:current:", "--data", "hosting=netlify", cwd=project).returncode == 0
    text = (project / "netlify.toml").read_text(encoding="utf-8")
    assert "# mine\n" in text and "uv run poe build" in text
    assert git(project, "diff", "--name-only", "--diff-filter=U") == "netlify.toml"


def test_an_update_that_is_only_tried_claims_nothing(small, tmp_path):
    project = tmp_path / "project"
    copier.run_copy(str(small), project, defaults=True, quiet=True, unsafe=False)
    git(project, "init", "--quiet")
    old_projects.commit(project)
    done = cli("update", "--defaults", "--pretend", "--vcs-ref=:current:", "--data", "recipe=housing", cwd=project)
    assert done.returncode == 0 and not git(project, "status", "--porcelain"), done.stderr
    assert "would be merged" in done.stderr and "Nothing was written" in done.stderr and "Updated" not in done.stderr


@pytest.mark.parametrize("name", ["recipe", "hosting", "license"])
def test_the_trip_visits_every_answer(name):
    assert {stop[name] for stop in trip()} == set(QUESTIONS[name]["choices"].values())
