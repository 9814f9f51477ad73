"""`make demo` and `make test-fast` from a clone, a worktree and a tarball, in a folder with spaces and accents, with and without root's rights."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from commands import COPIER, git, run
from template_copy import copy_into

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
ROOT_HERE, NOBODY = hasattr(os, "geteuid") and os.geteuid() == 0, 65534
UV = f"""#!/bin/sh
[ "$1" = --version ] && echo "uv, as it were" && exit
shift; [ "$1" = --quiet ] && shift
case $* in
"poe "*) echo "here: $*";;
"python -W ignore -m copier "*) shift 5; exec "{sys.executable}" "{COPIER}" "$@";;
"python "*) shift; exec "{sys.executable}" "$@";;
*) exec "{sys.executable}" -m "$@";;
esac
"""


@pytest.fixture
def laid_out(clone, tmp_path):
    """laid_out(way) -> the template in a folder of that kind."""

    def laid_out(way: str):
        folder = tmp_path / "Zoë’s own things" / way
        if way == "a tarball":
            copy_into(folder)
        else:
            folder.parent.mkdir()
            git(clone, *(("clone", "--quiet", clone) if way == "a clone" else ("worktree", "add", "--quiet", "--detach")), folder)
        return folder

    return laid_out


@pytest.fixture
def make(tmp_path):
    """make(folder, *arguments): with a stand-in for uv, which takes the environment that is there and starts no task of a project."""
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(UV)
    uv.chmod(0o755)

    def make(folder, *arguments, before=(), env=None):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "PYTEST_"))}
        environment = kept | {"PATH": f"{uv.parent}{os.pathsep}{os.environ['PATH']}"} | (env or {})
        return run(*before, "make", *arguments, cwd=folder, env=environment)

    return make


@pytest.mark.parametrize("way", ["a clone", "a worktree", "a tarball"])
def test_demo_makes_a_project(laid_out, make, way):
    folder = laid_out(way)
    done = make(folder, "demo", "RECIPE=onnx-file", "PORT=8123")
    assert done.returncode == 0, done.stderr
    assert "here: poe start --port 8123" in done.stdout
    assert "recipe: onnx-file" in (folder / "demo/.copier-answers.yml").read_text(encoding="utf-8") and (folder / "demo/.git").is_dir()


@pytest.mark.skipif(not ROOT_HERE or shutil.which("setpriv") is None, reason="the other tests are without root's rights already")
def test_demo_needs_no_rights_of_root(make):
    """As nobody, who may read this environment, wherever it lies, and write into a folder of their own."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home, "Zoë’s own things")
        copy_into(folder)
        for path in [Path(home), folder, *folder.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        as_nobody(make, folder)


def as_nobody(make, folder: Path) -> None:
    home = {"HOME": str(folder), "COPIER_SETTINGS_PATH": str(folder / "none.yml"), "GIT_CONFIG_GLOBAL": str(folder / "none")}
    rights = [f"--{kind}=-all,+dac_read_search" for kind in ("inh-caps", "ambient-caps", "bounding-set")]
    done = make(folder, "demo", "RECIPE=onnx-file", before=["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *rights], env=home)
    assert done.returncode == 0, done.stderr
    assert (folder / "demo/metadata.yml").stat().st_uid == NOBODY


@pytest.mark.parametrize("way", ["a clone", "a worktree"])
def test_the_fast_tests_run(laid_out, make, way):
    done = make(laid_out(way), "test-fast", "WORKERS=0", "ARGS=tests/template/test_notebooks.py -k there_is_one -q -p no:cacheprovider")
    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("target", ["test-fast", "test", "red"])
def test_without_a_history_the_tests_say_what_they_need(laid_out, make, target):
    done = make(laid_out("a tarball"), target)
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert done.returncode != 0 and len(said) == 1 and done.stdout == ""
    assert said[0].startswith("The tests read the git history of this folder") and "git init && git add --all" in said[0]


def test_the_history_of_another_folder_is_none(laid_out, make):
    folder = laid_out("a tarball")
    git(folder.parent, "init", "--quiet")
    git(folder.parent, "commit", "--quiet", "--allow-empty", "--message", "around it")
    done = make(folder, "test-fast")
    assert done.returncode != 0 and "The tests read the git history of this folder" in done.stderr
