"""Give a project its packages and the web runtime from this stick, without a network: python3 STICK/class.py, in the project's folder."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

STICK = Path(__file__).resolve().parent
WHEELS = STICK / "wheels"
OFFLINE = ["--offline", "--no-index", "--find-links", str(WHEELS)]
SAY = {"nt": '$env:UV_NO_SYNC="1"; $env:UV_OFFLINE="1"', "posix": "export UV_NO_SYNC=1 UV_OFFLINE=1"}[os.name]


def main() -> str:
    """What went wrong, in a sentence; "" when all is there."""
    if not Path("pyproject.toml").is_file():
        return "There is no project in this folder: change into the one that Copier made, and try again."
    uv = shutil.which("uv")
    if uv is None:
        return f"uv is not installed: {sys.executable} -m pip install --no-index --find-links {WHEELS} uv"
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    groups = ["--group", "dev", "--group", "train", "--requirements", "pyproject.toml"]
    steps = (["venv", "--quiet", "--allow-existing", "--offline", "--python", sys.executable], ["pip", "install", "--quiet", "--no-sources", *OFFLINE, *groups])
    for step in steps:
        if subprocess.run([uv, *step], env=environment, check=False).returncode:
            return "The packages of this stick do not fit this computer: the bundle has to be made for its system and its version of Python."
    shutil.copytree(STICK / "vendor", ".vendor", dirs_exist_ok=True)
    print(f"All is there. Once in each new terminal:\n\n  {SAY}\n\nThen go on with: uv run poe train")
    return ""


if __name__ == "__main__":
    sys.exit(main() or 0)
