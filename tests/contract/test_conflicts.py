"""Conflicts that an update left: found in every file of a project, before anything is checked, built or published."""

import shutil
import subprocess
import sys

import pytest

import models
from mlweb import conflicts
from mlweb.contract import check
from mlweb.errors import UserError
from paths import ROOT

CONFLICT = "one\n<<<<<<< before updating\nmine\n=======\ntheirs\n>>>>>>> after updating\n"


@pytest.fixture
def root(tmp_path):
    return models.project(tmp_path, models.linear(), models.LINEAR)


@pytest.mark.parametrize(
    "path",
    [
        "metadata.yml",
        "web/style.css",
        "web/own/hello.js",
        "web/index.html",
        "notebooks/train.ipynb",
        "pyproject.toml",
        ".github/workflows/pages.yml",
        "README.md",
    ],
)
def test_a_conflict_stops_check_with_its_place(root, path):
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(CONFLICT)
    with pytest.raises(UserError) as found:
        check.check(root)
    assert found.value.sentences == [f"{path}:2: {conflicts.DECIDE}"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "Title\n=======\n\n>>> a quote\n"),
        ("notes.md", "A line that begins with <<<<<<< is half a conflict.\n<<<<<<< here\n"),
        ("node_modules/x/a.js", CONFLICT),
        (".venv/a.py", CONFLICT),
        ("dist/app.js", CONFLICT),
    ],
)
def test_what_is_no_conflict_of_the_project_is_left_alone(root, path, text):
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    assert check.check(root)


def test_a_conflict_in_a_module_ends_a_command_in_a_sentence(root):
    package = root / "mlweb"
    (package / "contract").mkdir(parents=True)
    for name in ("__init__.py", "conflicts.py"):
        (package / name).write_bytes((ROOT / "template/mlweb" / name).read_bytes())
    (package / "contract/check.py").write_text(CONFLICT.replace("one\n", "import sys\n"))
    done = subprocess.run([sys.executable, "-m", "mlweb.contract.check"], cwd=root, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.strip() == f"{package / 'contract/check.py'}:2: {conflicts.DECIDE}"


@pytest.mark.parametrize(
    ("path", "command"),
    [("mlweb/site/hosts.json", "mlweb.site.build"), ("mlweb/site/hosts.json", "mlweb.contract.check"), ("web/panels/index.js", "mlweb.contract.check")],
)
def test_a_conflict_in_a_table_of_the_template_ends_a_command_in_a_sentence(root, path, command):
    shutil.copytree(ROOT / "template/mlweb", root / "mlweb", ignore=shutil.ignore_patterns("__pycache__"))
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(CONFLICT)
    done = subprocess.run([sys.executable, "-m", command], cwd=root, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1 and done.stderr.strip() == f"{path}:2: {conflicts.DECIDE}"


def test_a_table_of_panels_that_is_gone_is_said(root):
    shutil.copytree(ROOT / "template/mlweb", root / "mlweb", ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run([sys.executable, "-m", "mlweb.contract.check"], cwd=root, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1 and done.stderr.startswith("web/panels/index.js is missing, or lists no panel: take it back from git")
