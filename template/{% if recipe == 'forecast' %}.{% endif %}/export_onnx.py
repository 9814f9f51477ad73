"""Estimator -> model/model.onnx, with the proof that both compute the same.

Reads what notebooks/train.ipynb left in model/trained.joblib: a linear model of the square roots of a window, and how far the truth was
from it. Any linear model of scikit-learn, any window and any horizon change nothing here.
"""

import sys
from pathlib import Path

import joblib
import numpy as np
import onnx
from onnx.numpy_helper import from_array
from onnx.parser import parse_model

from mlweb import UserError, export, run

TRAINED = Path("model/trained.joblib")
INPUT, OUTPUTS = "history", ("rentals", "lower", "upper")

# No root is negative, so nothing below 0 is forecast.
GRAPH = """<ir_version: 10, opset_import: ["" : 20]>
forecast (float[N,WINDOW] history) => (float[N,HORIZON] rentals, float[N,HORIZON] lower, float[N,HORIZON] upper) {
  roots = Sqrt(history)
  weighted = MatMul(roots, weights)
  shifted = Add(weighted, bias)
  middle = Relu(shifted)
  below = Sub(middle, width)
  low = Relu(below)
  high = Add(middle, width)
  rentals = Mul(middle, middle)
  lower = Mul(low, low)
  upper = Mul(high, high)
}"""


def to_onnx(estimator, width: np.ndarray) -> onnx.ModelProto:
    """A window float32 [N, window] in; the forecast, its lower and its upper bound out, [N, horizon] each."""
    weights = np.atleast_2d(estimator.coef_).T
    window, horizon = weights.shape
    model = parse_model(GRAPH.replace("WINDOW", str(window)).replace("HORIZON", str(horizon)))
    constants = {"weights": weights, "bias": np.broadcast_to(estimator.intercept_, horizon), "width": width}
    model.graph.initializer.extend(from_array(value.astype(np.float32), name) for name, value in constants.items())
    return model


def forecast(estimator, width: np.ndarray, history: np.ndarray) -> dict[str, np.ndarray]:
    """What the graph computes, by the estimator: output name -> float32 [N, horizon]."""
    middle = np.maximum(estimator.predict(np.sqrt(history)).reshape(len(history), -1), 0)
    roots = middle, np.maximum(middle - width, 0), middle + width
    return {name: (each**2).astype(np.float32) for name, each in zip(OUTPUTS, roots, strict=True)}


def main() -> None:
    if not TRAINED.is_file():
        raise UserError(f"{TRAINED} is missing: train first, with: uv run poe train")
    trained = joblib.load(TRAINED)
    estimator, width, heldout = trained["estimator"], trained["width"], trained["heldout"]
    export(
        model=to_onnx(estimator, width),
        feeds={INPUT: heldout},
        expected=forecast(estimator, width, heldout),
        train={},
        rows=[{INPUT: window} for window in heldout],
        about=trained["about"],
        packages=("scikit-learn",),
        reference="estimator",
    )


if __name__ == "__main__":
    sys.exit(run(main))
