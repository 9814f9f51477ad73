"""Every workflow and bot of the repository and of a project, as files: audited, pinned, in step with what they speak of."""

import json
import re
import shutil
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from commands import run
from mlweb import errors
from mlweb.proof import parity
from mlweb.site import vendor
from paths import ROOT
from template_copy import COPIER_YML, QUESTIONS
from workflow_runner import OWN, PROJECT, load, steps, zizmor

summary = import_module("mlweb.summary")  # `from mlweb import summary` is the function that sums up a graph

HOUSES = {"project": PROJECT, "repository": OWN}
FILES = [path for house in HOUSES.values() for path in sorted(house.glob("workflows/*.yml"))]
RECIPES = list(QUESTIONS["recipe"]["choices"].values())
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TOGETHER = "onnxruntime and onnxruntime-web have one version: change pyproject.toml.jinja, pyproject.toml, package.json and its lock together"


@pytest.mark.parametrize("house", HOUSES)
def test_the_strictest_audit_finds_nothing(house, tmp_path):
    shutil.copytree(HOUSES[house], tmp_path / ".github")
    done = zizmor(tmp_path)
    assert done.returncode == 0 and "No findings" in done.stdout, done.stdout + done.stderr


def test_the_audit_would_find_something(tmp_path):
    shutil.copytree(PROJECT, tmp_path / ".github")
    path = tmp_path / ".github/workflows/pages.yml"
    path.write_text(re.sub(r"checkout@\w{40} # v[\d.]+", "checkout@v7", path.read_text(encoding="utf-8")))
    done = zizmor(tmp_path)
    assert done.returncode != 0 and "unpinned-uses" in done.stdout


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_job_has_its_limits(path):
    workflow = load(path)
    assert workflow["permissions"] == {} and "concurrency" in workflow and workflow["defaults"]["run"]["shell"] == "bash"
    for name, job in workflow["jobs"].items():
        assert job["permissions"], name
        assert "uses" in job or (job["timeout-minutes"] <= 90 and job["runs-on"] == "ubuntu-24.04"), name
        writes = {scope for scope, right in job["permissions"].items() if right == "write"}
        assert not writes or not any("checkout" in step.get("uses", "") for step in job["steps"]), f"{name} runs what it may publish over"


def test_the_same_step_is_at_the_same_commit_everywhere():
    found = {}
    for path in FILES:
        for action, commit, version in re.findall(r"uses: (\S+?)@(\S+)(.*)", path.read_text(encoding="utf-8")):
            assert re.fullmatch(r"[0-9a-f]{40}", commit) and re.fullmatch(r" # v\d+\.\d+\.\d+", version), f"{path.name}: {action}"
            assert found.setdefault(action, (commit, version)) == (commit, version), f"{path.name}: {action} is at another commit in another workflow"
    assert len(found) >= 6


def test_uv_is_the_same_everywhere():
    versions = {step["with"]["version"] for path in FILES for _, step in steps(load(path)) if "setup-uv" in step.get("uses", "")}
    assert versions == set(re.findall(r"uv==([\d.]+)", MAKEFILE))


def test_what_is_fetched_is_kept_for_the_next_run():
    used = [step for _, step in steps(load(PROJECT / "workflows/pages.yml")) if "uses" in step]
    kept = {step["with"]["path"]: step["with"]["key"] for step in used if "actions/cache" in step["uses"]}
    assert kept.keys() == {"~/.npm", "~/.cache/ms-playwright"} and "package-lock.json" in kept["~/.npm"] and "version" in kept["~/.cache/ms-playwright"]
    assert any(step["with"].get("enable-cache") for step in used if "setup-uv" in step["uses"])


def test_only_the_default_branch_is_published_and_a_publication_is_never_cut_off():
    workflow = load(PROJECT / "workflows/pages.yml")
    assert workflow["on"]["push"] is None and "default_branch" in workflow["jobs"]["prove"]["if"]
    assert {"pull_request", "workflow_dispatch", "schedule"} <= workflow["on"].keys()
    assert workflow["concurrency"]["cancel-in-progress"] == "${{ github.event_name == 'pull_request' }}"
    assert load(OWN / "workflows/site.yml")["concurrency"]["cancel-in-progress"] is False


def test_every_recipe_has_an_example():
    assert load(OWN / "workflows/site.yml")["jobs"]["example"]["strategy"]["matrix"]["recipe"] == RECIPES


def test_the_oldest_copier_is_the_promised_one():
    assert load(OWN / "workflows/weekly.yml")["jobs"]["copier"]["strategy"]["matrix"]["copier"] == ["copier", f"copier=={COPIER_YML['_min_copier_version']}"]


def test_the_tests_get_what_ci_would_install():
    [debian] = re.findall(r"--no-install-recommends (.*)", (ROOT / ".ci/run").read_text(encoding="utf-8"))
    [ours] = re.findall(r"--no-install-recommends (.*)", (OWN / "workflows/tests.yml").read_text(encoding="utf-8"))
    assert [*ours.split(), "chromium-headless-shell"] == debian.split(), "which Playwright's own download is"


@pytest.mark.parametrize(("house", "root"), [("project", None), ("repository", ROOT)])
def test_bots_look_where_the_pins_are(house, root, rendered):
    bots, root = load(HOUSES[house] / "dependabot.yml"), root or rendered()
    seen = set()
    for update in bots["updates"]:
        assert update["cooldown"] == {"default-days": 7}
        group = bots["multi-ecosystem-groups"][update["multi-ecosystem-group"]] if "multi-ecosystem-group" in update else update
        assert group["schedule"]["interval"] == "weekly" and (update.get("groups") or update["patterns"] == ["*"])
        for pattern in update.get("directories", [update.get("directory")]):
            where = sorted(root.glob(pattern.strip("/"))) if pattern != "/" else [root]
            assert where and (update["package-ecosystem"], pattern) not in seen, "a folder that is not there, or twice"
            seen.add((update["package-ecosystem"], pattern))
            file = {"uv": "pyproject.toml", "npm": "package-lock.json", "github-actions": ".github" if pattern == "/" else "pages.yml"}
            assert all((folder / file[update["package-ecosystem"]]).exists() for folder in where)
    assert {ecosystem for ecosystem, _ in seen} == {"uv", "npm", "github-actions"}


def test_the_runtime_has_one_version_in_every_file(rendered):
    ours, theirs = ((folder / "pyproject.toml").read_text(encoding="utf-8") for folder in (ROOT, rendered()))
    python = set(re.findall(r'"onnxruntime==([^"]+)"', ours + theirs))
    manifest, lock = (json.loads((ROOT / "template" / name).read_text(encoding="utf-8")) for name in ("package.json", "package-lock.json"))
    web = {manifest["dependencies"]["onnxruntime-web"], lock["packages"][""]["dependencies"]["onnxruntime-web"]}
    locked = {lock["packages"][f"node_modules/{name}"]["version"] for name in ("onnxruntime-web", "onnxruntime-common")}
    assert len(python) == 1 and python == web == locked, TOGETHER


@pytest.mark.parametrize("recipe", RECIPES)
def test_no_pin_stands_twice(rendered, recipe):
    """A bot changes the line of the package itself: the same version among the constraints would hold it back."""
    toml = tomllib.loads((rendered(recipe=recipe) / "pyproject.toml").read_text(encoding="utf-8"))
    direct = {pin.split("==")[0] for pin in toml["project"]["dependencies"] + sum(toml["dependency-groups"].values(), [])}
    twice = direct & {pin.split("==")[0] for pin in toml["tool"]["uv"]["constraint-dependencies"]}
    assert twice <= {"protobuf"}, twice  # recipes without it get it by onnx; bots leave it below 7


@pytest.mark.parametrize("folder", [ROOT, ROOT / "template"], ids=["repository", "project"])
def test_a_bot_that_locks_anew_writes_no_address_of_a_registry(folder, tmp_path, monkeypatch):
    """npm's own settings aside, which a bot does not have; with a library that stays at its version, for the network's sake."""
    for name in (".npmrc", "package.json", "package-lock.json"):
        shutil.copy(folder / name, tmp_path)
    lock = json.loads((tmp_path / "package-lock.json").read_text())
    name = next(iter(lock["packages"][""].get("dependencies") or lock["packages"][""]["devDependencies"]))
    del lock["packages"][f"node_modules/{name}"]
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    monkeypatch.setenv("NPM_CONFIG_USERCONFIG", str(tmp_path / "none"))
    done = run(*vendor.npm(), "install", "--package-lock-only", "--ignore-scripts", "--no-audit", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "package-lock.json").read_text()
    assert f'"node_modules/{name}"' in text and "resolved" not in text and Path(tmp_path / ".npmrc").exists()


def test_the_table_of_the_summary(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert errors.run(summary.main) == 1
    assert capsys.readouterr().err == f"{parity.FILE} is missing: prove the page with: uv run poe test\n"
    (tmp_path / "model").mkdir()
    parity.FILE.write_text('{"levels": []}')
    assert errors.run(summary.main) == 1 and "prove the page with" in capsys.readouterr().err
    parity.record(parity.FILE, "0", 1, "a|b", "onnxruntime", "onnxruntime 1.30.0", [parity.Difference("y", 20, 1.5e-7, 2.5e-8, 0)])
    summary.main()
    assert capsys.readouterr().out.splitlines()[-1] == r"| 1 | a\|b | onnxruntime | onnxruntime 1.30.0 | 20 rows | 1.5e-07 | 2.5e-08 |"
    alike = [parity.Difference("text", 9, 0.0, 0.0, 0)]
    parity.record(parity.FILE, "0", 2, "llama.cpp", "@wllama/wllama", "Chromium 1", alike, "site", 90, 3)
    summary.main()
    assert "| 9 rows, 3 of them another way where two tokens were nearly as likely | 0.0e+00 |" in capsys.readouterr().out
