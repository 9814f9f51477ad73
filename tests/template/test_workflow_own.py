"""The repository's own workflows: the commands that can run here do run, by the scripts that they call."""

import importlib.util
import re
import tomllib

import pytest
from PIL import Image

from commands import git
from mlweb import outdated
from mlweb.site import vendor
from paths import ROOT
from site_links import lost
from workflow_runner import OWN, PUSH, Machine, load, shims, steps

CHANGES = """# Changelog

## Unreleased

- Not yet.

## 1.10.0 (2027-01-02)

- **Questions:** none.

### By hand

Nothing.

## v1.1.0

- Older.
"""


def command(workflow: str, name: str) -> dict:
    """The step of that name."""
    [step] = [step for _, step in steps(load(OWN / f"workflows/{workflow}.yml")) if step["name"] == name]
    return step


def script(name: str):
    """One of .github/scripts as a module."""
    spec = importlib.util.spec_from_file_location(name, OWN / f"scripts/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def machine(clone, tmp_path):
    """machine(**extra) -> a runner with the template checked out."""

    def machine(github=PUSH, **extra) -> Machine:
        git(tmp_path, "clone", "--quiet", clone, "checkout")
        return Machine(tmp_path / "checkout", github, shims(tmp_path / "shims") | extra)

    return machine


def test_a_release_gets_its_section_of_the_changelog(machine):
    runner = machine({"event_name": "push", "ref": "refs/tags/v1.10.0", "ref_name": "v1.10.0"})
    (runner.root / "CHANGELOG.md").write_text(CHANGES)
    runner.step(command("release", "Cut the section out of the changelog"))
    assert (runner.root / "notes.md").read_text() == "- **Questions:** none.\n\n### By hand\n\nNothing.\n"


@pytest.mark.parametrize("tag", ["v1.1.1", "v1.10", "v10.0", "v1.1"])
def test_a_release_without_its_section_is_stopped(machine, tag):
    runner = machine({"event_name": "push", "ref": f"refs/tags/{tag}", "ref_name": tag})
    (runner.root / "CHANGELOG.md").write_text(CHANGES)
    done = runner.step(command("release", "Cut the section out of the changelog"), check=False)
    assert done.returncode != 0 and done.stderr == f'CHANGELOG.md says nothing under "## {tag[1:]}": write that section, then tag again.\n'


def test_a_release_waits_for_the_tests():
    workflow = load(OWN / "workflows/release.yml")
    assert workflow["jobs"]["release"]["needs"] == ["notes", "tests"] and workflow["jobs"]["tests"]["uses"].endswith("workflows/tests.yml")


@pytest.mark.parametrize("copier", load(OWN / "workflows/weekly.yml")["jobs"]["copier"]["strategy"]["matrix"]["copier"])
def test_the_weekly_proof_asks_for_its_copier(machine, copier):
    runner = machine(COPIER=copier)
    before = tomllib.loads((runner.root / "pyproject.toml").read_text(encoding="utf-8"))
    runner.step(command("weekly", "Ask for this Copier instead of the pinned one"))
    after = tomllib.loads((runner.root / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(after["project"]["dependencies"]) - set(before["project"]["dependencies"]) == {copier}
    assert len(after["project"]["dependencies"]) == len(before["project"]["dependencies"])
    assert "exclude-newer" in before["tool"]["uv"] and "exclude-newer" not in after["tool"]["uv"]


def test_the_files_that_the_weekly_proof_runs_are_there():
    named = re.findall(r"tests/\w+/\w+\.py", command("weekly", "Copy and update")["run"])
    assert len(named) == 4 and all((ROOT / path).is_file() for path in named)


def test_the_weekly_proof_makes_a_project_with_the_newest_runtime(machine):
    """Asks PyPI and npm."""
    runner = machine()
    said = runner.step(command("weekly", "Make a project with it")).stdout
    project = runner.root / "newest"
    [version] = {pin.version for pin in outdated.pinned(project) if pin.name in outdated.TWINS}
    assert said == runner.summary == f"onnxruntime and onnxruntime-web {version}\n"
    assert version in [package.version for package in vendor.pinned(project)]


def test_the_weekly_proof_lists_the_pins_that_are_behind(machine):
    """Asks PyPI and npm."""
    runner = machine()
    runner.step(command("weekly", "Show which pins are behind"))
    head, fence, first, *_ = runner.summary.splitlines()
    assert (head, fence) == ("### Pins", "```") and re.match(r"package +pinned +newest|Every pin", first)


def test_no_pin_is_left_out_of_the_list():
    listed = {pin.name for pin in script("outdated").pins()}
    recipes = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "template").glob("*/requirements.txt"))
    assert {"onnx", "poethepoet", "pytest-playwright", "onnxruntime-web", *map(outdated.normal, re.findall(r"^([\w.-]+)==", recipes, re.MULTILINE))} <= listed
    assert "tornado" not in listed, "what these packages bring along is not listed"


def test_another_runtime_is_one_line_in_each_file(render):
    """And the lock, which npm writes. Asks npm."""
    project = render()
    git(project, "init", "--quiet")
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "before")
    script("newest_runtime").change(project, "1.29.0")
    changed = dict(reversed(line.split("\t", 1)) for line in (part.replace("\t", ":", 1) for part in git(project, "diff", "--numstat").splitlines()))
    assert changed["pyproject.toml"] == changed["package.json"] == "1:1" and changed.keys() == {"pyproject.toml", "package.json", "package-lock.json"}
    assert "1.29.0" in [package.version for package in vendor.pinned(project)]
    assert "resolved" not in (project / "package-lock.json").read_text()


@pytest.mark.slow
def test_the_site_has_the_documentation_and_each_example(machine):
    recipe = "custom-graph"  # the cheapest
    runner = machine(RECIPE=recipe, SITE="https://ada.github.io/ml-web-template/gallery/")
    runner.step(command("site", "Make the example"))
    page = runner.root / "example/dist"
    assert f"/ml-web-template/gallery/{recipe}/" in (page / "404.html").read_text(encoding="utf-8")
    runner.step(command("site", "Its picture and its single file beside it"))
    (runner.root / "examples").mkdir()
    (runner.root / "shown").rename(runner.root / f"examples/example-{recipe}")
    runner.step(command("site", "The gallery, the documentation beside it"))
    site = runner.root / "site"
    assert (site / "gallery" / recipe / "index.html").read_bytes() == (page / "index.html").read_bytes()
    first, gallery = ((site / name).read_text(encoding="utf-8") for name in ("index.html", "gallery.html"))
    for html in (first, gallery):
        assert f'href="gallery/{recipe}/"' in html and f'href="gallery/{recipe}.html"' in html
    assert f'src="gallery/{recipe}.png"' in gallery and "Level 1, onnxruntime" in gallery
    assert Image.open(site / f"gallery/{recipe}.png").size == (1000, 700)
    assert not lost(site, "gallery")
