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
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.feature_extraction.text import TfidfVectorizer

from mlweb import UserError, export, run

TRAINED = Path("model/trained.joblib")

# The vectorizer's token_pattern in the words of RE2, which the runtime uses: Python's \w is [\pL\pN_] there.
TOKENS = r"[\pL\pN_]+|[^\pL\pN_ \t\r\n]"
LOCALE = "C.UTF-8"  # lowers accents, too, where the vectorizer has lowercase=True


def to_onnx(estimator) -> onnx.ModelProto:
    """One string input [N, 1]; the likeliest label [N] and a probability for each label [N, labels] as outputs."""
    return convert_sklearn(
        estimator,
        initial_types=[("text", StringTensorType([None, 1]))],
        final_types=[("label", StringTensorType([None])), ("probabilities", FloatTensorType([None, len(estimator.classes_)]))],
        options={TfidfVectorizer: {"tokenexp": TOKENS, "locale": LOCALE}, id(estimator): {"zipmap": False}},
        target_opset={"": 17, "ai.onnx.ml": 3},
    )


def main() -> None:
    if not TRAINED.is_file():
        raise UserError(f"{TRAINED} is missing: train first, with: uv run poe train")
    trained = joblib.load(TRAINED)
    estimator, train, heldout = trained["estimator"], trained["train"], trained["heldout"]
    export(
        model=to_onnx(estimator),
        feeds={"text": heldout[["text"]].to_numpy(object)},
        expected={
            "label": estimator.predict(heldout["text"]).astype(object),
            "probabilities": estimator.predict_proba(heldout["text"]).astype(np.float32),
        },
        train=train,
        rows=heldout.to_dict("records"),
        about=trained["about"],
        packages=("scikit-learn", "skl2onnx"),
    )


if __name__ == "__main__":
    sys.exit(run(main))
