"""Estimator -> model/model.onnx, with the proof that both compute the same.

Reads what notebooks/train.ipynb left in model/trained.joblib. Change `to_onnx` when you change the estimator; everything that
every model needs (checks, golden cases, facts, level-1 parity) is in mlweb/proof/export.py.
"""

import sys
from pathlib import Path

import joblib
import numpy as np
import onnx
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType

from mlweb import UserError, export, run

TRAINED = Path("model/trained.joblib")
OUTPUT = "value"


def to_onnx(estimator, columns: list[str]) -> onnx.ModelProto:
    """One float32 input [N, 1] per column of the table, one float32 output [N, 1]."""
    return convert_sklearn(
        estimator,
        initial_types=[(column, FloatTensorType([None, 1])) for column in columns],
        final_types=[(OUTPUT, FloatTensorType([None, 1]))],
        target_opset={"": 17, "ai.onnx.ml": 3},
    )


def main() -> None:
    if not TRAINED.is_file():
        raise UserError(f"{TRAINED} is missing: train first, with: uv run poe train")
    trained = joblib.load(TRAINED)
    estimator, train, heldout = trained["estimator"], trained["train"], trained["heldout"]
    export(
        model=to_onnx(estimator, list(heldout)),
        feeds={column: heldout[[column]].to_numpy(np.float32) for column in heldout},
        expected={OUTPUT: estimator.predict(heldout).reshape(-1, 1).astype(np.float32)},
        train=train,
        rows=heldout.to_dict("records"),
        about=trained["about"],
        packages=("scikit-learn", "skl2onnx"),
    )


if __name__ == "__main__":
    sys.exit(run(main))
