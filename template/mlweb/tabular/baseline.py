"""How good an estimator is on held-out rows, beside the plainest that one could say: always the mean, always the most frequent class."""

from typing import Any

import numpy as np

from mlweb.errors import UserError
from mlweb.tabular import estimators


def measured(estimator: Any, heldout: Any, seen: Any, truth: Any) -> dict[str, Any]:
    """What facts.json says of it: metrics, what they were measured on, and the name of the baseline. None of it for what does not predict one column.

    heldout: the table of held-out rows. seen, truth: the column to predict, of the training rows and of the held-out ones. Raises UserError.
    """
    seen, truth = np.asarray(seen), np.asarray(truth)
    if len(truth) != len(heldout) or not len(seen):
        raise UserError(f"heldout_target has {len(truth)} values for {len(heldout)} held-out rows, train_target {len(seen)}: give each row its own.")
    if seen.reshape(len(seen), -1).shape[1] > 1:
        return {}
    seen, truth = seen.reshape(-1), truth.reshape(-1)
    predicted = np.asarray(estimator.predict(heldout)).reshape(-1)
    match estimators.task(estimator):
        case "regression":
            name, metrics = "Always the mean", of_numbers(predicted, seen.astype(np.float64), truth.astype(np.float64))
        case "classification":
            classes, counts = np.unique(seen, return_counts=True)
            usual = classes[counts.argmax()]
            name, metrics = f"Always {usual}", [metric("Accuracy", np.mean(predicted == truth), np.mean(truth == usual), "higher")]
        case _:
            return {}
    return {"metrics": metrics, "metrics_on": f"{len(truth)} held-out rows", "baseline": name}


def of_numbers(predicted: np.ndarray, seen: np.ndarray, truth: np.ndarray) -> list[dict[str, Any]]:
    """R², where the truth differs, and the mean absolute error; raises UserError where a number to predict is missing."""
    if not (np.isfinite(seen).all() and np.isfinite(truth).all()):
        raise UserError("train_target or heldout_target has gaps or infinite numbers: leave those rows out.")
    mean, spread = seen.mean(), np.square(truth - truth.mean()).sum()
    explained, beside = (1 - np.square(truth - said).sum() / (spread or 1) for said in (predicted, mean))
    error, usual = (np.abs(truth - said).mean() for said in (predicted, mean))
    return [metric("R²", explained, beside, "higher")] * bool(spread) + [metric("Mean absolute error", error, usual, "lower")]


def metric(name: str, model: float, baseline: float, better: str) -> dict[str, Any]:
    return {"name": name, "model": float(model), "baseline": float(baseline), "better": better}
