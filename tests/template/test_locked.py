"""Where uv.lock is committed, every host holds the packages to it; one that is behind pyproject.toml ends the run in a sentence, before anything takes long."""

import re
import tomllib

import pytest
import yaml

from commands import run
from paths import ROOT
from workflow_runner import MASTER, PROJECT, holds, load, steps

GITLAB = yaml.safe_load((ROOT / "template/{% if hosting == 'gitlab-pages' %}.{% endif %}/.gitlab-ci.yml").read_text(encoding="utf-8"))
NETLIFY = tomllib.loads((ROOT / "template/{% if hosting == 'netlify' %}.{% endif %}/netlify.toml").read_text(encoding="utf-8"))["build"]
STEPS = load(PROJECT / "workflows/pages.yml")["jobs"]["prove"]["steps"]
[HOLD] = [step for step in STEPS if "uv lock" in step.get("run", "")]
COMMANDS = {
    "github-pages": HOLD["run"],
    "gitlab-pages": next(line for line in GITLAB["prove"]["script"] if "uv lock" in line),
    "netlify": NETLIFY["command"].split(" && ", 1)[1].rpartition(" && ")[0],
}
PYPROJECT = '[project]\nname = "small"\nversion = "1.0.0"\nrequires-python = ">=3.11"\n'


@pytest.fixture
def root(tmp_path):
    """A project without packages, and its lock."""
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    assert run("uv", "lock", "--quiet", "--offline", cwd=tmp_path).returncode == 0
    return tmp_path


def tried(root, hosting):
    return run("bash", "-eo", "pipefail", "-c", COMMANDS[hosting], cwd=root)


@pytest.mark.parametrize("hosting", COMMANDS)
def test_a_lock_that_fits_is_taken_as_it_is(root, hosting):
    before = (root / "uv.lock").read_bytes()
    assert tried(root, hosting).returncode == 0 and (root / "uv.lock").read_bytes() == before


@pytest.mark.parametrize("hosting", COMMANDS)
def test_a_lock_that_is_behind_ends_the_run_in_a_sentence(root, hosting):
    (root / "pyproject.toml").write_text(PYPROJECT.replace("1.0.0", "2.0.0"))
    done = tried(root, hosting)
    assert done.returncode != 0
    assert "uv lock" in done.stdout + done.stderr and "uv.lock" in done.stdout + done.stderr


@pytest.mark.parametrize("hosting", ["gitlab-pages", "netlify"])
def test_without_a_lock_there_is_nothing_to_hold_to(root, hosting):
    (root / "uv.lock").unlink()
    assert tried(root, hosting).returncode == 0 and not (root / "uv.lock").exists()


def test_the_workflow_looks_at_a_lock_only_where_it_is_committed(root):
    assert holds(HOLD["if"], {"event": MASTER}, root)
    (root / "uv.lock").unlink()
    assert not holds(HOLD["if"], {"event": MASTER}, root)


def test_it_is_looked_at_before_anything_runs():
    running = [step for step in STEPS if "uv run" in step.get("run", "")]
    assert STEPS.index(HOLD) < min(map(STEPS.index, running))


def test_python_is_the_same_on_every_host_unless_the_project_pins_it():
    [uv] = [step["with"] for job, step in steps(load(PROJECT / "workflows/pages.yml")) if job == "prove" and "setup-uv" in step.get("uses", "")]
    [version] = re.findall(r"^\$\{\{ hashFiles\('\.python-version'\) == '' && '([\d.]+)' \|\| '' \}\}$", uv["python-version"])
    assert NETLIFY["environment"]["PYTHON_VERSION"] == version and GITLAB["image"].startswith(f"python:{version}.")
