"""Typical rows to start from: of what a model says, the middle of all the training rows for which it says so.

Made from many rows each, so that no row of the training data comes to stand on a page.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from mlweb.draft import scale
from mlweb.draft.names import label_and_unit
from mlweb.tabular import columns, estimators
from mlweb.tabular.trained import Trained

ROWS = 2000  # of the training table that are looked at
LEAST = 5  # rows in a group, lest a typical one is somebody's
GROUPS = 3


def typical(trained: Trained, inputs: dict[str, dict]) -> list[dict]:
    """Up to three examples for a contract: {"label", "values"}; none where the rows are too few."""
    table = trained.train.head(ROWS)
    rows = columns.rows(table, {name: column.dtype for name, column in columns.usable(trained.train).items()})
    found: list[dict] = []
    for name, group in groups(trained, table):
        values = {key: usual([rows[index][key] for index in group], given) for key, given in inputs.items() if given["kind"] != "text"}
        values = {key: value for key, value in values.items() if value is not None}
        if len(group) >= LEAST and values and values not in [each["values"] for each in found]:
            found.append({"label": name, "values": values})
    return found


def groups(trained: Trained, table: Any) -> Iterator[tuple[str, np.ndarray]]:
    """What the model says of groups of rows, and which rows those are."""
    computed = estimators.outputs(trained.estimator, table)
    said = next(iter(computed.values()))
    if estimators.task(trained.estimator) in ("regression", "components"):
        target = ordered_by(trained, "prediction" if "prediction" in computed else "component", said.shape[1])
        thirds = np.array_split(np.argsort(said[:, 0], kind="stable"), GROUPS)
        yield from zip((f"Typical of low {target}", f"Typical of middling {target}", f"Typical of high {target}"), thirds, strict=True)
        return
    if said.ndim != 1:
        yield "A typical row", np.arange(len(said))
        return
    different, counts = np.unique(said.astype(str), return_counts=True)
    names = {"1": "what is usual", "-1": "outliers"} if estimators.task(trained.estimator) == "outliers" else {}
    named = "cluster {}" if "cluster" in computed else "{}"
    for each in different[np.sort(np.argsort(-counts, kind="stable")[:GROUPS])]:
        yield f"Typical of {names.get(each, named.format(each))}", np.flatnonzero(said.astype(str) == each)


def ordered_by(trained: Trained, what: str, width: int) -> str:
    """The number that the groups are ordered by, the first of several, as the page calls it."""
    if what == "prediction" and len(trained.target) == width:
        return label_and_unit(trained.target[0])[0].lower()
    return f"{what}s" if width == 1 else f"{'result' if what == 'prediction' else what} 1"


def usual(values: list, given: dict) -> Any:
    """The median of numbers, the most frequent of choices and switches, as the field takes it; None where all are gaps."""
    known = [value for value in values if value is not None and value != ""]
    if not known:
        return None
    if given["kind"] not in ("number", "integer"):
        options = [each["value"] if isinstance(each, dict) else each for each in given.get("choices", [])] or [False, True]
        counts = [sum(each == option for each in known) for option in options]
        return options[int(np.argmax(counts))]
    middle = float(np.median(known))
    if given["kind"] == "integer":
        return round(middle)
    step = given.get("step")
    middle = scale.tidy(round(middle / step) * step) if step else float(f"{middle:.4g}")
    return scale.plain_number(min(max(middle, given.get("min", middle)), given.get("max", middle)))
