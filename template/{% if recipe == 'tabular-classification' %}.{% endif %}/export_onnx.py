"""Estimator -> model/model.onnx, with the proof that both compute the same.

Reads what notebooks/train.ipynb left in model/trained.joblib. Change `to_onnx` when you change the estimator; everything that
every model needs (checks, golden cases, facts, level-1 parity) is in mlweb/proof/export.py.
"""

import sys
from pathlib import Path

import joblib
import numpy as np
import onnx
import pandas as pd
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import BooleanTensorType, FloatTensorType, StringTensorType

from mlweb import UserError, export, run

TRAINED = Path("model/trained.joblib")
LABEL, PROBABILITIES = "label", "probabilities"
# The three types of column that scikit-learn, ONNX and the page share.
TYPES = {"float32": FloatTensorType, "bool": BooleanTensorType, "object": StringTensorType}


def to_onnx(estimator, table: pd.DataFrame) -> onnx.ModelProto:
    """One input [N, 1] per column of the table; the label [N] and one probability a class [N, classes], in the order of estimator.classes_."""
    odd = [
        f'The column "{name}" is {dtype}: make it float32, bool or object in the notebook.' for name, dtype in table.dtypes.items() if dtype.name not in TYPES
    ]
    if odd:
        raise UserError(*odd)
    return convert_sklearn(
        estimator,
        initial_types=[(name, TYPES[dtype.name]([None, 1])) for name, dtype in table.dtypes.items()],
        final_types=[(LABEL, StringTensorType([None])), (PROBABILITIES, FloatTensorType([None, len(estimator.classes_)]))],
        options={id(estimator): {"zipmap": False}},
        target_opset={"": 17, "ai.onnx.ml": 3},
    )


def main() -> None:
    if not TRAINED.is_file():
        raise UserError(f"{TRAINED} is missing: train first, with: uv run poe train")
    trained = joblib.load(TRAINED)
    estimator, train, heldout = trained["estimator"], trained["train"], trained["heldout"]
    unseen = heldout.head(20).assign(**dict.fromkeys(heldout.select_dtypes(object), "Zürich 🏔️")).astype(heldout.dtypes)
    heldout = pd.concat([heldout, unseen])  # words that training never saw must get the estimator's answer too
    export(
        model=to_onnx(estimator, heldout),
        feeds={column: heldout[[column]].to_numpy() for column in heldout},
        expected={LABEL: estimator.predict(heldout), PROBABILITIES: estimator.predict_proba(heldout).astype(np.float32)},
        train=train,
        rows=heldout.to_dict("records"),
        about=trained["about"],
        packages=("scikit-learn", "skl2onnx"),
    )


if __name__ == "__main__":
    sys.exit(run(main))
