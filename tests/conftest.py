"""Fixtures: copies of this template as it lies here, projects made from it, and nothing of the developer's own settings.

`run_copy` is always called with unsafe=False: the template must never need --trust.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from urllib.parse import quote

import copier
import pytest
import yaml

from checkers import node_modules  # noqa: F401  fixture
from engines import engine, hosted, tab  # noqa: F401  fixtures
from sites import browser_type_launch_args, complaints, knowing, made, opened, page, served  # noqa: F401  fixtures

ROOT = Path(__file__).resolve().parents[1]
COPIER_YML = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
QUESTIONS = {name: about for name, about in COPIER_YML.items() if not name.startswith("_")}
ASKED = [name for name, about in QUESTIONS.items() if about.get("when", True)]
INDEX = tempfile.TemporaryDirectory()  # see torch_index; gone at the end
IDENTITY = "[user]\n name = Test\n email = test@example.org\n[safe]\n directory = *\n[init]\n defaultBranch = main\n"


def run(*command, cwd: Path = ROOT, **options) -> subprocess.CompletedProcess:
    """A command's outcome, with what it printed as text."""
    return subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, encoding="utf-8", check=False, **options)


def git(cwd: Path, *command) -> str:
    """What git prints; fails with git's own words."""
    done = run("git", *command, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def cli(*command, **options) -> subprocess.CompletedProcess:
    """Copier's command line, without a terminal."""
    return run(sys.executable, "-m", "copier", *command, stdin=subprocess.DEVNULL, **options)


def poe(project: Path, *command, check: bool = True) -> str:
    """What a task prints; it must succeed unless check is False."""
    environment = torch_index() | {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    done = subprocess.run(["uv", "run", "--quiet", "poe", *command], cwd=project, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0 or not check, f"poe {' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout if check else done.stdout + done.stderr


@cache
def torch_index() -> dict[str, str]:
    """UV_INDEX with PyTorch's wheels as an index of two files, where pip is told of a folder that has them; else PyTorch's own serves."""
    told = os.environ.get("PIP_FIND_LINKS") or (run("pip", "config", "get", "global.find-links").stdout if shutil.which("pip") else "")
    wheels = [wheel for folder in told.split() for wheel in Path(folder).glob("torch-*.whl")]
    if not wheels:
        return {}
    folder = Path(INDEX.name) / "simple/torch"
    folder.mkdir(parents=True)
    for wheel in wheels:
        (folder / wheel.name).symlink_to(wheel)
    (folder / "index.html").write_text("".join(f'<a href="{quote(wheel.name)}">{wheel.name}</a>\n' for wheel in wheels))
    return {"UV_INDEX": f"pytorch-cpu={folder.parent.as_uri()}"}


def given(answers: dict) -> list[str]:
    """Answers as command-line options; Copier itself would take unknown names in silence."""
    assert answers.keys() <= set(ASKED), f"no such question: {answers.keys() - set(ASKED)}"
    return [part for name, value in answers.items() for part in ("--data", f"{name}={value}")]


def tracked(folder: Path) -> list[str]:
    """Paths of the files that are in git or would be after `git add --all`."""
    listed = git(folder, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
    return sorted(path for path in set(listed) if path and (folder / path).is_file())


def tree(project: Path) -> dict[str, bytes]:
    """Every file of a project but git's own: path -> bytes."""
    files = (path for path in project.rglob("*") if path.is_file() and ".git" not in path.relative_to(project).parts)
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="session", autouse=True)
def isolated(tmp_path_factory):
    """Neither the developer's git settings nor a `trust:` in their Copier settings may hide a mistake."""
    folder = tmp_path_factory.mktemp("settings")
    (folder / "gitconfig").write_text(IDENTITY)
    (folder / "copier.yml").write_text("{}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", str(folder / "gitconfig"))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.setenv("COPIER_SETTINGS_PATH", str(folder / "copier.yml"))
        patch.setenv("COPIER_CACHE_DIR", str(folder / "cache"))
        for name in [name for name in os.environ if name.startswith(("GIT_DIR", "GIT_INDEX", "GIT_WORK_TREE"))]:
            patch.delenv(name)
        yield folder


@pytest.fixture(scope="session")
def source(tmp_path_factory) -> Path:
    """The template as a plain folder, uncommitted changes included: renders fastest, knows no versions."""
    folder = tmp_path_factory.mktemp("source")
    copy_into(folder)
    return folder


@pytest.fixture(scope="session")
def clone(tmp_path_factory) -> Path:
    """The template with its history; what lies here uncommitted is its newest commit, tagged above any release."""
    folder = tmp_path_factory.mktemp("clone") / "ml-web-template"
    git(ROOT, "clone", "--quiet", "--no-local", ROOT, folder)
    git(folder, "rm", "-r", "--quiet", "--ignore-unmatch", ".")
    copy_into(folder)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "as it lies here")
    git(folder, "tag", "--annotate", "v9999.0.0", "--message", "as it lies here")
    return folder


def copy_into(folder: Path) -> None:
    for path in tracked(ROOT):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, folder / path)


@pytest.fixture
def render(source, tmp_path):
    """render(**answers) -> a new project's folder, the other answers being the defaults."""
    numbers = iter(range(1000))

    def render(**answers) -> Path:
        given(answers)
        project = tmp_path / f"project-{next(numbers)}"
        copier.run_copy(str(source), project, data=answers, defaults=True, quiet=True, unsafe=False)
        return project

    return render


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> Path:
    """The default project as a person has it after `uv run poe start`, but for the server."""
    folder = tmp_path_factory.mktemp("generated")
    template, home = folder / "template", folder / "my project"
    copy_into(template)
    copier.run_copy(str(template), home, defaults=True, quiet=True, unsafe=False)
    git(home, "init", "--quiet")
    for task in ("train", "export", "check", "build"):
        poe(home, task)
    return home
