"""Draft a metadata.yml from any ONNX file: `poe describe path/to/model.onnx --output metadata.yml`, then edit.

The draft is made in a process of its own, because a model that is tried may take for ever, or bring the process down.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from mlweb.draft.draft import UNTRIED
from mlweb.errors import UserError, run

LIMIT = 120  # seconds


def described(path: Path, is_tried: bool = True) -> str:
    """The text of a metadata.yml for the model in `path`; raises UserError."""
    command = [sys.executable, "-m", "mlweb.draft.draft", str(path), *([] if is_tried else [UNTRIED])]
    instead = f"try it by hand, or draft from names and shapes alone with: uv run poe describe {path} {UNTRIED}"
    try:
        speaking = os.environ | {"PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(command, env=speaking, capture_output=True, encoding="utf-8", errors="replace", timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired:
        raise UserError(f"{path}: the model was still computing made-up rows after {LIMIT} seconds: {instead}") from None
    if done.returncode == 1:
        raise UserError(*done.stderr.splitlines())
    if done.returncode:
        raise UserError(f"{path}: onnxruntime crashed while it tried the model (exit code {done.returncode}), perhaps because memory ran out: {instead}")
    return done.stdout


def put(text: str, output: Path | None, replace: bool) -> None:
    """Write the text to a file, or show it."""
    if output is None:
        sys.stdout.write(text)
        return
    if output.exists() and not replace:
        raise UserError(f"{output} already exists: add --replace to overwrite it, or leave --output out to see the draft.")
    output.write_text(text, encoding="utf-8")


def arguments(prog: str, about: str | None, what: str) -> argparse.ArgumentParser:
    """The command line of whatever writes a contract: a file to read, --output and --replace."""
    parser = argparse.ArgumentParser(prog=prog, description=about)
    parser.add_argument("given", type=Path, help=what)
    parser.add_argument("--output", type=Path, help="write this file instead of showing it, such as metadata.yml")
    parser.add_argument("--replace", action="store_true", help="overwrite the file of --output")
    return parser


def main() -> None:
    parser = arguments("poe describe", __doc__, "path of an ONNX file, such as model/model.onnx")
    parser.add_argument(UNTRIED, action="store_true", help="do not run the model: draft from names, types and shapes alone")
    given = parser.parse_args()
    put(described(given.given, not given.untried), given.output, given.replace)


if __name__ == "__main__":
    sys.exit(run(main))
