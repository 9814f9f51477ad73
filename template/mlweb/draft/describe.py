"""Draft a metadata.yml from what training left (`poe describe`), or from any ONNX file (`poe describe path/to/model.onnx`), then edit.

With --output metadata.yml it is written; with --update, the metadata.yml that is there gets the columns that came, and loses those that
went.
"""

import argparse
import sys
from pathlib import Path

from ruamel.yaml import YAML

from mlweb.console import say_text
from mlweb.contract import schema
from mlweb.draft.draft import UNTRIED, draft, written
from mlweb.draft.update import update
from mlweb.draft.yaml_text import compact
from mlweb.errors import UserError, run
from mlweb.graph import normalize, onnx_file


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
        say_text(text)
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
        text = written(*draft(given.given, not given.untried))
        outputs = set(onnx_file.signature(normalize.load_normalized(given.given)).outputs) if given.update else set()
    if given.update:
        update(given.output or schema.FILE, YAML(typ="safe", pure=True).load(text), outputs, by_field=given.given is None)
    else:
        put(text, given.output, given.replace)


if __name__ == "__main__":
    sys.exit(run(main))
