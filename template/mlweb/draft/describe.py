"""Draft a metadata.yml from what training left (`poe describe`), or from any ONNX file (`poe describe path/to/model.onnx`), then edit.

With --output metadata.yml it is written; with --update, the metadata.yml that is there gets the columns that came, and loses those that
went. A file is tried in a process of its own, because a model may compute for ever, or bring the process down.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

from mlweb.contract import schema
from mlweb.draft.draft import UNTRIED, written
from mlweb.draft.update import update
from mlweb.draft.yaml_text import compact
from mlweb.errors import UserError, run
from mlweb.graph import normalize, onnx_file

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


def described_training() -> tuple[str, set[str]]:
    """The text of a metadata.yml for what training left, and the names of all outputs that the estimator has; raises UserError."""
    from mlweb.draft import from_training  # here, because only a project that trains has what it takes
    from mlweb.tabular.trained import FILE, load_trained

    if not FILE.is_file():
        raise UserError(f"{FILE} is missing: train first, with: uv run poe train, or name an ONNX file: uv run poe describe path/to/model.onnx")
    try:
        trained = load_trained()
        if not hasattr(trained.train, "columns"):
            raise UserError(f"{FILE} holds no table: export the model, then draft from it with: uv run poe describe model/model.onnx")
        drafted, comments = from_training.draft(trained)
        return written(compact(drafted), comments), set(from_training.output_names(trained).values())
    except ModuleNotFoundError as missing:
        raise UserError(f"{missing.name} is not installed, but {FILE} needs it: uv add --group train {missing.name}") from None


def put(text: str, output: Path | None, replace: bool) -> None:
    """Write the text to a file, or show it."""
    if output is None:
        sys.stdout.write(text)
        return
    if output.exists() and not replace:
        raise UserError(f"{output} already exists: add --replace to overwrite it, or leave --output out to see the draft.")
    output.write_text(text, encoding="utf-8")


def arguments(prog: str, about: str | None, what: str, nargs: str | None = None) -> argparse.ArgumentParser:
    """The command line of whatever writes a contract: a file to read, --output and --replace."""
    parser = argparse.ArgumentParser(prog=prog, description=about)
    parser.add_argument("given", type=Path, nargs=nargs, help=what)
    parser.add_argument("--output", type=Path, help="write this file instead of showing it, such as metadata.yml")
    parser.add_argument("--replace", action="store_true", help="overwrite the file of --output")
    return parser


def main() -> None:
    parser = arguments("poe describe", __doc__, "path of an ONNX file; without one, what training left in model/trained.joblib", "?")
    parser.add_argument(UNTRIED, action="store_true", help="do not run the model: draft from names, types and shapes alone")
    parser.add_argument("--update", action="store_true", help="add what came to metadata.yml, and take out what went; nothing else changes")
    given = parser.parse_args()
    if given.given is None:
        text, outputs = described_training()
    else:
        text = described(given.given, not given.untried)
        outputs = set(onnx_file.signature(normalize.load_normalized(given.given)).outputs) if given.update else set()
    if given.update:
        update(given.output or schema.FILE, YAML(typ="safe", pure=True).load(text), outputs, by_field=given.given is None)
    else:
        put(text, given.output, given.replace)


if __name__ == "__main__":
    sys.exit(run(main))
