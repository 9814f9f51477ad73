"""What an estimator computes for a table: which outputs it has, under which names, and their values."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mlweb.errors import UserError, nearest

if TYPE_CHECKING:
    import pandas as pd

Task = Literal["classification", "regression", "outliers", "clusters", "components"]


def unwrapped(estimator: Any) -> Any:
    """The estimator that a search (GridSearchCV and its kin) found best and keeps, or the estimator itself."""
    while hasattr(estimator, "best_estimator_"):
        estimator = estimator.best_estimator_
    return estimator


def final(estimator: Any) -> Any:
    """The last step of a pipeline, however deep, which decides what comes out."""
    estimator = unwrapped(estimator)
    while hasattr(estimator, "steps"):
        estimator = unwrapped(estimator.steps[-1][1])
    return estimator


def first(estimator: Any) -> Any:
    """The first step of a pipeline, however deep, which is what meets the table."""
    estimator = unwrapped(estimator)
    while steps := [step for _, step in getattr(estimator, "steps", ()) if step not in (None, "passthrough")]:
        estimator = unwrapped(steps[0])
    return estimator


def parts(estimator: Any, seen: set[int] | None = None) -> Iterator[Any]:
    """The estimator and all fitted estimators inside it: steps of pipelines, branches of column transformers, members of ensembles."""
    seen = set() if seen is None else seen
    if id(estimator) in seen or isinstance(estimator, str | bytes | type):
        return
    seen.add(id(estimator))
    if hasattr(estimator, "fit"):
        yield estimator
        inside: Any = list(getattr(estimator, "__dict__", {}).items())
        # What was only copied for fitting is no part: pipelines fit their steps in place, the others keep fitted copies.
        inside = [value for name, value in inside if name == "steps" or (name.endswith("_") and name != "transformer_")]  # of a target, not of the table
    elif isinstance(estimator, list | tuple):
        inside = estimator
    elif isinstance(estimator, np.ndarray) and estimator.dtype == object and estimator.size < 10_000:
        inside = estimator.ravel()
    elif isinstance(estimator, dict):
        inside = estimator.values()
    elif type(estimator).__name__ == "_CalibratedClassifier":  # what CalibratedClassifierCV keeps for each fold
        inside = [getattr(estimator, "estimator", None), *getattr(estimator, "calibrators", ())]
    else:
        return
    for each in inside:
        yield from parts(each, seen)


def task(estimator: Any) -> Task:
    """What an estimator is for; raises UserError when it has nothing for a row that it has never seen."""
    last = final(estimator)
    kind = kind_of(last)
    if kind == "classifier" or hasattr(last, "classes_") and hasattr(last, "predict") and kind != "regressor":
        return "classification"
    if kind == "outlier_detector" and hasattr(last, "predict"):
        return "outliers"
    if kind == "regressor" and hasattr(last, "predict"):
        return "regression"
    if kind in ("clusterer", "density_estimator") and hasattr(last, "predict"):
        return "clusters"
    if hasattr(last, "transform"):
        return "components"
    raise UserError(
        f"{type(last).__name__} has no answer for a new row (neither predict nor transform): take an estimator that has, "
        "such as KMeans for clusters, IsolationForest for outliers, PCA for components."
    )


def kind_of(estimator: Any) -> str:
    """scikit-learn's own word for the kind of an estimator: classifier, regressor, clusterer, outlier_detector, density_estimator; "" for others."""
    from sklearn.utils import get_tags

    try:
        return get_tags(estimator).estimator_type or ""
    except Exception:  # an estimator of other makers may have no tags
        return getattr(estimator, "_estimator_type", "") or ""


def trained_names(estimator: Any) -> list[str] | None:
    """The columns that an estimator was fitted on; None when it was fitted on plain numbers."""
    estimator = unwrapped(estimator)
    names = getattr(estimator, "feature_names_in_", None)
    if names is None and type(estimator).__module__.startswith("catboost"):
        names = estimator.feature_names_
    return None if names is None else [str(name) for name in names]


def as_fitted(estimator: Any, frame: "pd.DataFrame") -> "pd.DataFrame":
    """The columns that the estimator was fitted on, in its order; all of them where it knows no names. Raises UserError when one is missing."""
    names = trained_names(estimator)
    if names is None:
        return frame
    known = {str(name).replace(" ", "_"): name for name in frame.columns} | {name: name for name in frame.columns}  # LightGBM has no spaces in names
    missing = [name for name in names if name not in known]
    if missing:
        raise UserError(*(f'The table has no column "{name}", which the estimator was trained on.{nearest(name, frame.columns)}' for name in missing))
    return frame.loc[:, [known[name] for name in names]]


def outputs(estimator: Any, frame: "pd.DataFrame") -> dict[str, np.ndarray]:
    """What the estimator computes for a table: output name -> its values, in the order in which the graph has them.

    | task | outputs |
    |---|---|
    | classification | label [N]; probabilities [N, classes], or where it has none, scores [N, classes] (of two classes minus the score, and the score) |
    | several labels at once, yes or no each | label [N, k]; probabilities [N, k], of yes |
    | several targets of classes | label_1 [N], probabilities_1 [N, classes], label_2 … |
    | regression | prediction [N, 1], or [N, k] of several targets |
    | outliers | label [N], 1 usual, -1 outlier; score [N, 1], below 0 for outliers |
    | clusters | cluster [N]; probabilities [N, clusters] of mixtures |
    | components | components [N, k] |

    Numbers are float32, labels int64 or text (object): what the ONNX model gives.
    """
    found: dict[str, Any] = {}
    table: Any = as_fitted(estimator, frame) if trained_names(estimator) else frame.to_numpy()
    match task(estimator):
        case "classification":
            found = classified(estimator, table)
        case "regression":
            values = np.asarray(estimator.predict(table))
            found = {"prediction": values.reshape(len(values), -1)}
        case "outliers":
            found = {"label": estimator.predict(table), "score": np.asarray(estimator.decision_function(table)).reshape(-1, 1)}
        case "clusters":
            found = {"cluster": estimator.predict(table)}
            if hasattr(estimator, "predict_proba"):
                found["probabilities"] = estimator.predict_proba(table)
        case "components":
            values = estimator.transform(table)
            values = np.asarray(values.toarray() if hasattr(values, "toarray") else values)
            found = {"components": values.reshape(len(values), -1)}
    return {name: as_given(values) for name, values in found.items()}


def classified(estimator: Any, frame: Any) -> dict[str, Any]:
    """Labels, and what speaks for each class."""
    labels = np.asarray(estimator.predict(frame))
    labels = labels.reshape(-1) if labels.ndim == 2 and labels.shape[1] == 1 else labels
    labels = labels.astype(np.int64) if labels.dtype.kind == "f" else labels  # classes 1.0 and 2.0 are 1 and 2 in the graph
    if hasattr(estimator, "predict_proba"):
        chances = estimator.predict_proba(frame)
        if not isinstance(chances, list):
            return {"label": labels, "probabilities": np.asarray(chances)}
        if all(each.shape[1] == 2 for each in chances) and labels.dtype.kind in "biuf":
            return {"label": labels, "probabilities": np.stack([each[:, 1] for each in chances], axis=1)}
        pairs = enumerate(zip(labels.T, chances, strict=True), 1)
        return {name: values for at, (label, each) in pairs for name, values in ((f"label_{at}", label), (f"probabilities_{at}", each))}
    if labels.ndim == 1 and hasattr(estimator, "decision_function"):
        scores = np.asarray(estimator.decision_function(frame))
        scores = np.stack([-scores, scores], axis=1) if scores.ndim == 1 else scores
        if scores.shape[1] == len(estimator.classes_):  # one against one has more columns than classes
            return {"label": labels, "scores": scores}
    return {"label": labels}


def as_given(values: Any) -> np.ndarray:
    """Values in a dtype that the graph has: float32, int64 or text."""
    values = np.asarray(values)
    if values.dtype.kind in "OUT":
        return values.astype(str).astype(object)
    return values.astype(np.int64 if values.dtype.kind in "biu" else np.float32)
