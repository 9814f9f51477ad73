"""Runs a workflow's `run:` steps on this machine, as GitHub's runner would: bash, its variables, its conditions, a step's outputs."""

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from commands import ENVIRONMENTS
from mlweb.site import vendor
from paths import ROOT

PROJECT = ROOT / "template/{% if hosting == 'github-pages' %}.github{% endif %}"
OWN = ROOT / ".github"
MASTER = {"repository": {"default_branch": "master"}}  # a default branch of another name than most have
PUSH = {"event_name": "push", "ref": "refs/heads/master", "ref_name": "master", "event": MASTER}
PULL = {"event_name": "pull_request", "ref": "refs/pull/1/merge", "ref_name": "1/merge", "event": MASTER}
WEEK = {"event_name": "schedule", "ref": "refs/heads/master", "ref_name": "master", "event": MASTER}


def load(path: Path) -> dict:
    """A workflow; YAML takes its key `on` for true."""
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {("on" if key is True else key): value for key, value in workflow.items()}


def steps(workflow: dict) -> list[tuple[str, dict]]:
    """(job, step) of every step, in order."""
    return [(name, step) for name, job in workflow["jobs"].items() for step in job.get("steps", [])]


def holds(condition: str, github: dict, root: Path, **needs: dict) -> bool:
    """Whether an `if:` holds for an event in a checkout; the parts of GitHub's language that our workflows use. needs: job -> its outputs."""

    def hash_files(pattern: str) -> str:
        found = sorted(path for path in root.glob(pattern) if path.is_file())
        return hashlib.sha256(b"".join(path.read_bytes() for path in found)).hexdigest() if found else ""

    def looked_up(path: re.Match) -> str:
        first, *keys = path[0].split(".")
        return first + "".join(f"[{key!r}]" for key in keys)

    python = re.sub(r"\b(github|needs)(\.\w+)+", looked_up, condition).replace("&&", " and ").replace("||", " or ")
    outputs = {job: {"outputs": given} for job, given in needs.items()}
    known = {"github": github, "needs": outputs, "hashFiles": hash_files, "always": lambda: True}
    return bool(eval(python, {"__builtins__": {}}, known))


@dataclass
class Machine:
    """A checkout and what a runner gives its steps. `after` is called when a step has ended, `done` says what each printed."""

    root: Path
    github: dict
    extra: dict = field(default_factory=dict)
    after: Callable[[str], None] = lambda name: None
    done: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        self.temp = self.root.parent / f"{self.root.name}-runner"
        self.temp.mkdir()
        for name in ("summary", "output"):
            (self.temp / name).touch()

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH") and not name.startswith("GITHUB_")}
        given = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(self.root), "RUNNER_TEMP": str(self.temp), "RUNNER_OS": "Linux"}
        files = {"GITHUB_STEP_SUMMARY": str(self.temp / "summary"), "GITHUB_OUTPUT": str(self.temp / "output")}
        if ENVIRONMENTS in os.environ:  # on the disk, as all the others: a folder of its own, which is as fresh as the checkout
            given["UV_PROJECT_ENVIRONMENT"] = str(Path(os.environ[ENVIRONMENTS], hashlib.sha256(str(self.root).encode()).hexdigest()[:12]))
        return kept | given | files | {f"GITHUB_{name.upper()}": value for name, value in self.github.items() if isinstance(value, str)} | self.extra

    def run(self, job: dict) -> None:
        """Every step of a job that has a command and whose condition holds; the first that fails ends it with what it said."""
        for step in job["steps"]:
            if "run" in step and holds(step.get("if", "true").replace("true", "True"), self.github, self.root):
                self.step(step)

    def step(self, step: dict, check: bool = True) -> subprocess.CompletedProcess:
        """One step; its own variables are read by a shell only, never put into the command."""
        assert "${{" not in step["run"], "an expression in a command: give it by env"
        began = time.monotonic()
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        folder, environment = self.root / step.get("working-directory", "."), self.environment()
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == 0 or not check, f"{step['name']}\n{done.stdout}\n{done.stderr}"
        self.done[step["name"]] = done.stdout
        print(f"{time.monotonic() - began:5.1f} s  {step['name']}")
        self.after(step["name"])
        return done

    @property
    def summary(self) -> str:
        return (self.temp / "summary").read_text(encoding="utf-8")

    @property
    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in (self.temp / "output").read_text(encoding="utf-8").splitlines())


def shims(folder: Path, service: str = "") -> dict[str, str]:
    """Variables with which a step finds our `uv` and `npm` first: what only a hosted runner can do is done as it can be done here.

    `playwright install` asks Playwright's servers and the system's package manager: mlweb.browsers takes the browsers that are there.
    Audits ask services on the internet: `service` stands in for them. The template's own environment is the one that runs this.
    Everything else goes to the real ones, as it is.
    """
    folder.mkdir()
    uv, npm = shlex.quote(shutil.which("uv")), shlex.join(vendor.npm())
    cases = (
        f"'run playwright install --with-deps '*) shift 4; exec {uv} run python -m mlweb.browsers \"$@\";;",
        f"'run python .github/'*|'run python docs/'*) shift 2; exec {shlex.quote(sys.executable)} \"$@\";;",
        f"'audit '*) exec {uv} \"$@\" --service-url {service};;",
    )
    write(folder / "uv", "\n".join(cases), uv)
    write(folder / "npm", f'audit*) exec {npm} "$@" --registry {service};;', npm)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def write(path: Path, cases: str, real: str) -> None:
    path.write_text(f'#!/bin/sh\ncase "$*" in\n{cases}\nesac\nexec {real} "$@"\n')
    path.chmod(0o755)


def zizmor(folder: Path) -> subprocess.CompletedProcess:
    """zizmor's strictest audit of a repository's workflows and bots."""
    program = Path(sys.executable).with_name("zizmor")
    command = [program, "--offline", "--persona", "auditor", "--strict-collection", "--no-progress", folder]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
