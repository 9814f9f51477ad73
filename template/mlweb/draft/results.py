"""How the page shows what an estimator computes: the outputs of a contract that is drafted from training."""

from typing import Any

import numpy as np

from mlweb.draft import scale
from mlweb.draft.names import label_and_unit
from mlweb.graph import probabilities
from mlweb.tabular import estimators
from mlweb.tabular.trained import Trained

ROWS = 2000  # that are computed to see what results are like
MOST_NUMBERS = 20  # of one result that are named one by one
TOP = 5  # classes that are shown of many
USUAL = {1: "usual", -1: "outlier"}


def results(trained: Trained) -> dict[str, dict]:
    """Every output that the page shows, by its name in the graph. A label beside its probabilities or scores is left out: they say it, too."""
    computed = estimators.outputs(trained.estimator, trained.heldout.head(ROWS))
    task, classes = estimators.task(trained.estimator), class_names(trained.estimator)
    found = {}
    for name, values in computed.items():
        what, _, number = name.partition("_")
        at = int(number) - 1 if number.isdigit() else 0
        beside = {f"{each}_{number}" if number else each for each in ("probabilities", "scores")}
        if task == "classification" and what == "label" and beside & computed.keys():
            continue
        found[name] = result(what, values, task, trained, classes, at)
    return found


def result(what: str, values: np.ndarray, task: str, trained: Trained, classes: list[list], at: int) -> dict:
    """One output. what: its name without a number; at: which of several targets it is."""
    target = trained.target[at] if len(trained.target) > at else None
    title, unit = label_and_unit(target) if target else (what.capitalize(), None)
    match what:
        case "prediction" | "components":
            names = trained.target if what == "prediction" else ["component"]
            return numbers(values, names, title, unit, "Predictions" if what == "prediction" else "Components")
        case "probabilities" | "scores" if task == "classification":
            named = classes[at] if len(classes) > at else []
            if what == "probabilities" and len(trained.target) == values.shape[1] and len(classes) > 1:  # several yes or no
                named = [label_and_unit(name)[0] for name in trained.target]
            return {"kind": "classes", **({} if named_apart(trained, values) else {"label": title}), **of_classes(named, values, what == "scores")}
        case "probabilities":
            return {"kind": "classes", "label": "Cluster"} | of_classes([f"Cluster {index}" for index in range(values.shape[1])], values, is_scores=False)
        case "cluster":
            count = getattr(estimators.final(trained.estimator), "n_clusters", None) or getattr(estimators.final(trained.estimator), "n_components", 0)
            known = range(max(int(values.max()) + 1, int(count or 0)))
            names = {index: f"Cluster {index}" for index in known} | ({-1: "none"} if values.min() < 0 else {})
            return {"kind": "label", "label": "Cluster"} | ({"names": names} if len(names) <= MOST_NUMBERS else {})
        case "label" if task == "outliers":
            return {"kind": "label", "label": "Result", "names": dict(USUAL)}
        case "score":
            return {"kind": "value", "label": "Score", "decimals": scale.result_decimals(values), "help": "Below 0 for an outlier; the higher, the more usual."}
    if values.ndim == 2 and values.dtype.kind == "i":  # several yes or no, as 1 and 0
        return numbers(values, trained.target, title, None, "Labels")
    return {"kind": "label", "label": title} if values.ndim == 1 else {"kind": "tensor", "label": title}


def numbers(values: np.ndarray, names: list[str], title: str, unit: str | None, all_of_them: str) -> dict:
    """One number, which has this title and unit, a point on a plane, several numbers, or a tensor of very many; all_of_them: the title of these."""
    width = values.shape[1]
    if width == 1:
        return {"kind": "value", "label": title, "decimals": scale.result_decimals(values)} | ({"unit": unit} if unit else {})
    if width == 2 and names == ["component"]:
        return {"kind": "point", "label": all_of_them, "x": "Component 1", "y": "Component 2"}
    if width > MOST_NUMBERS:
        return {"kind": "tensor", "label": all_of_them}
    if len(names) != width:
        names = [f"{names[0] if len(names) == 1 else 'result'}_{index}" for index in range(1, width + 1)]
    several = {}
    for name, column in zip(names, values.T, strict=True):
        title, unit = label_and_unit(name)
        several[name] = {"label": title, **({"unit": unit} if unit else {}), "decimals": scale.result_decimals(column)}
    return {"kind": "values", "label": all_of_them, "values": several}


def of_classes(names: list, values: np.ndarray, is_scores: bool) -> dict:
    """Names of the columns, and what the numbers are: of one right class, of each by itself, or plain scores."""
    width = values.shape[1]
    named = names if len(names) == width else [f"Class {index}" for index in range(1, width + 1)]
    kind = {"scores": True} if is_scores else {"probabilities": "independent"} if probabilities.broken(values) else {}
    return {"classes": named, **kind, **({"top": TOP} if width > 2 * TOP else {})}


def named_apart(trained: Trained, values: np.ndarray) -> bool:
    """Whether the columns are the targets themselves, so that the name of the first is none of all."""
    return len(trained.target) > 1 and len(trained.target) == values.shape[1]


def class_names(estimator: Any) -> list[list]:
    """The names of the classes, for each target; none of what is no classifier."""
    known = getattr(estimator, "classes_", None)
    known = getattr(estimators.final(estimator), "classes_", None) if known is None else known
    if known is None:
        return []
    several = known if isinstance(known, list) else [known]
    return [[each.item() if isinstance(each, np.generic) else each for each in np.asarray(names).tolist()] for names in several]
