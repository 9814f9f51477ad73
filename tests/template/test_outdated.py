"""mlweb.outdated: what is behind, of both ecosystems, in one table. Stand-ins for uv and npm answer; one test asks the real ones."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlweb import outdated
from mlweb.errors import UserError
from mlweb.outdated import Pin

PYPROJECT = """[project]
name = "small"
dependencies = [
  "onnxruntime==1.30.0",
  "ruamel.yaml==0.19.1",
  "Pillow==13.0.0",   # 14 reads no TIFF
  "loose>=1",
]

[dependency-groups]
dev = ["pytest==9.2.0", { include-group = "train" }]
train = ["torch==2.13.0"]

[tool.uv]
constraint-dependencies = [
  "pytz==1.0",
]
"""
PACKAGE = {"dependencies": {"onnxruntime-web": "1.30.0", "papaparse": "5.7.1"}}
NEWEST = "onnxruntime==1.31.1\nruamel-yaml==0.19.1\npillow==14.1.0\npytest==9.10.0\ntorch==2.13.0\n"
TABLE = """\
package      pinned  newest  in
onnxruntime  1.30.0  1.31.1  pyproject.toml  wait: onnxruntime-web is still at 1.30.0
pillow       13.0.0  14.1.0  pyproject.toml  14 reads no TIFF
pytest       9.2.0   9.10.0  pyproject.toml
papaparse    5.7.1   5.8.0   package.json
"""


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A project with pins, which is the current folder."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "package.json").write_text(json.dumps(PACKAGE))
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """tools(uv=, npm=) puts stand-ins on PATH that keep what they were given and run these lines of Python."""

    def install(**bodies: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        for name, body in bodies.items():
            keep = f"open({str(tmp_path / name)!r}, 'w').write(' '.join(sys.argv[1:]) + chr(10) + (sys.stdin.read() if 'pip' in sys.argv else ''))"
            (folder / name).write_text(f"#!{sys.executable}\nimport json, os, sys\n{keep}\n{body}\n")
            (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return tmp_path

    return install


def npm(**latest: str) -> str:
    """What npm does when these packages are behind: it prints them, and ends with code 1."""
    said = {name: {"wanted": "x", "latest": version} for name, version in latest.items()}
    return f"print({json.dumps(said)!r}); sys.exit({int(bool(said))})"


def test_what_is_behind_is_one_table(project, tools, capsys):
    asked = tools(uv=f"print({NEWEST!r})", npm=npm(papaparse="5.8.0"))
    outdated.main()
    assert capsys.readouterr().out == TABLE
    command, *names = (asked / "uv").read_text().splitlines()
    assert command.startswith("pip compile --no-deps ") and names == ["onnxruntime", "pillow", "pytest", "ruamel-yaml", "torch"]
    assert (asked / "npm").read_text().startswith("outdated --json ")


def test_nothing_behind_is_one_sentence(project, tools, capsys):
    now = "onnxruntime==1.30.0\nruamel-yaml==0.19.1\npillow==13.0.0\npytest==9.2.0\ntorch==2.13.0+cu130\n"
    tools(uv=f"print({now!r})", npm=npm())
    outdated.main()
    assert capsys.readouterr().out == "Every pin is at its newest release (7 packages).\n"


def test_an_older_release_is_not_newer():
    assert outdated.behind([Pin("papaparse", "5.10.0", "package.json")], {"papaparse": "5.9.0"}) == []


TWINS = [
    (("1.31.1", "1.31.1"), ["change onnxruntime-web with it", "change onnxruntime with it"]),
    (("1.32.0", "1.31.0"), ["change onnxruntime-web with it, both to 1.31.0", "change onnxruntime with it"]),
    (("1.31.1", "1.30.0"), ["wait: onnxruntime-web is still at 1.30.0"]),
    (("1.30.0", "1.31.0"), ["wait: onnxruntime is still at 1.30.0"]),
]


@pytest.mark.parametrize(("newest", "known"), TWINS)
def test_the_runtimes_go_together(newest, known):
    pins = [Pin("onnxruntime", "1.30.0", "pyproject.toml"), Pin("onnxruntime-web", "1.30.0", "package.json")]
    rows = outdated.behind(pins, dict(zip(outdated.TWINS, newest, strict=True)))
    assert [row[-1] for row in rows] == known


def refusal() -> str:
    with pytest.raises(UserError) as refused:
        outdated.main()
    (sentence,) = refused.value.sentences
    assert "\n" not in sentence
    return sentence


def test_without_a_network_it_is_one_sentence(project, tools, monkeypatch):
    """The real uv and npm, where nothing answers."""
    for name, value in {"UV_DEFAULT_INDEX": "http://127.0.0.1:1/", "UV_INDEX": "", "UV_NO_CACHE": "1", "UV_OFFLINE": "0"}.items():
        monkeypatch.setenv(name, value)
    said = refusal()
    assert said.startswith("PyPI could not be asked (") and "efused" in said and said.endswith(": check the network, then try again.")
    tools(uv=f"print({NEWEST!r})")
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1/")
    monkeypatch.setenv("npm_config_cache", str(project.parent / "cache"))
    said = refusal()
    assert said.startswith("npm could not be asked (") and "ECONNREFUSED" in said and said.endswith(": check the network, then try again.")


@pytest.mark.parametrize("body", ["sys.exit(3)", "print('no json'); sys.exit(1)"])
def test_an_npm_that_breaks_is_one_sentence(project, tools, body):
    tools(uv=f"print({NEWEST!r})", npm=body)
    assert refusal().startswith("npm could not be asked (it ended with code ")


def test_without_uv_it_says_so(project, monkeypatch):
    monkeypatch.setattr(outdated.shutil, "which", lambda name: None)
    assert refusal() == "uv, which asks PyPI, is not installed: install it, then try again."


def test_the_task_of_a_project_lists_what_is_behind(render, monkeypatch):
    """Asks PyPI and npm for the newest releases, and takes no project's constraints into account; it changes no file."""
    project = render()
    for file, name, old in (("pyproject.toml", '"numpy==', "1.26.4"), ("package.json", '"papaparse": "', "5.4.1")):
        text = (project / file).read_text()
        begin, _, rest = text.partition(name)
        (project / file).write_text(begin + name + old + rest[rest.index('"') :])
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    done = subprocess.run([sys.executable, "-B", "-m", "mlweb.outdated"], cwd=project, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    found = {line.split()[0]: line.split() for line in done.stdout.splitlines()}
    assert found["numpy"][1] == "1.26.4" and found["numpy"][3] == "pyproject.toml"
    assert found["papaparse"][1] == "5.4.1" and found["papaparse"][3] == "package.json"
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before
