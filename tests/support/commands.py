"""Commands as a person runs them: git, Copier, and the tasks of a project."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from functools import cache
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock

from paths import ROOT

SUPPORT = ROOT / "tests/support"
COPIER = SUPPORT / "copier_command.py"
ENVIRONMENTS = "PROJECT_ENVIRONMENTS"  # the variable that names their folder
INDEX = tempfile.TemporaryDirectory()  # see torch_index; gone at the end


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
    return run(sys.executable, COPIER, *command, stdin=subprocess.DEVNULL, **options)


def uv_run(project: Path, *command) -> subprocess.CompletedProcess:
    """A command in the project's own environment, which all projects with the same pins share."""
    outer = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    settings = torch_index() | outer | environment(project)
    share_work(project, settings)
    return run("uv", "run", "--quiet", *command, cwd=project, env=settings)


def share_work(project: Path, settings: dict[str, str]) -> None:
    """Have what Python compiles of a package once for all environments that bring it, for each compiles PyTorch for a quarter of a minute; what a
    build computes of the runtime and of web/ (kept_results.py); and the versions that uv chose, once for all projects with the same pins.

    Files of another version have another time or size, by which Python knows that it must compile them itself; and uv asks whether what it reads in
    uv.lock is of this project.
    """
    folder = Path(settings.get("UV_PROJECT_ENVIRONMENT", ""))
    if ENVIRONMENTS not in settings:
        return
    locked, chosen = project / "uv.lock", folder / "uv.lock"
    with FileLock(f"{folder}.lock"):
        if folder.exists():
            if chosen.exists() and not locked.exists():
                shutil.copyfile(chosen, locked)
            return
        run("uv", "sync", "--quiet", cwd=project, env=settings)  # what it says when it fails, the command says again
        if locked.exists():
            shutil.copyfile(locked, chosen)
        start = f"import sys; sys.path.append({str(SUPPORT)!r}); import kept_results; sys.path.pop(); kept_results.start()\n"
        for packages in folder.glob("lib/*/site-packages"):
            (packages / "kept_results.pth").write_text(start)
            for package in {module.parent for module in packages.rglob("*.py")}:
                kept = folder.parent / "bytecode" / package.relative_to(packages)
                kept.mkdir(parents=True, exist_ok=True)
                (package / "__pycache__").symlink_to(kept)


def environment(project: Path) -> dict[str, str]:
    """Where uv finds or makes the environment of a project with these pins; its own place where no suite runs that would take them away."""
    if ENVIRONMENTS not in os.environ:
        return {}
    asked = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    pins = json.dumps([asked["project"].get("dependencies"), asked.get("dependency-groups"), asked.get("tool", {}).get("uv")], sort_keys=True)
    return {"UV_PROJECT_ENVIRONMENT": str(Path(os.environ[ENVIRONMENTS]) / hashlib.sha256(pins.encode()).hexdigest()[:12])}


def poe(project: Path, *command, check: bool = True) -> str:
    """What a task prints; it must succeed unless check is False."""
    done = uv_run(project, "poe", *command)
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
