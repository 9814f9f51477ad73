"""The graph of notebooks/train.ipynb -> model/model.onnx, with the proof that it computes what the formula computes.

Reads what the notebook left in model/trained.joblib. What every model needs (checks, golden cases, facts, level-1 parity) is in
mlweb/proof/export.py.
"""

import sys
from pathlib import Path

import joblib
import onnx

from mlweb import UserError, export, run

WRITTEN = Path("model/trained.joblib")


def main() -> None:
    if not WRITTEN.is_file():
        raise UserError(f"{WRITTEN} is missing: run the notebook first, with: uv run poe train")
    written = joblib.load(WRITTEN)
    cases = written["cases"]
    export(
        model=onnx.load_from_string(written["graph"]),
        feeds=cases,
        expected=written["expected"],
        train={},  # nothing was learned, so there is no training data: every field says in metadata.yml where it starts
        rows=[dict(zip(cases, values, strict=True)) for values in zip(*(column[:, 0] for column in cases.values()), strict=True)],
        about={},
        packages=(),
    )


if __name__ == "__main__":
    sys.exit(run(main))
