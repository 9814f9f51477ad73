"""The other half of an export: held-out rows as the page sends them, and what the estimator answers."""

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np
import onnx

from mlweb.codec.types import Row
from mlweb.errors import UserError
from mlweb.graph.onnx_file import signature
from mlweb.tabular.boosters import booster
from mlweb.tabular.columns import as_sent, feeds, rows
from mlweb.tabular.estimators import outputs, parts, unwrapped

if TYPE_CHECKING:
    import pandas as pd

UNSEEN, UNSEEN_ROWS = "Zürich 🏔️", 20  # a word that no training column holds, and in how many rows it stands


class Compared(TypedDict):
    """What `mlweb.export` needs besides the graph: `export(model=model, **compared(…), train=train, about=about)`."""

    feeds: dict[str, np.ndarray]
    expected: dict[str, np.ndarray]
    rows: list[Row]
    packages: tuple[str, ...]


def compared(model: onnx.ModelProto, estimator: Any, heldout: "pd.DataFrame") -> Compared:
    """Held-out rows as the page sends them to a graph of `to_onnx`, as somebody types them, and what the estimator computes for them.

    Fractions are rounded to float32 for both sides; gaps are NaN, among words "". Where the table has words, some rows come again with one
    that training never saw: the estimator's answer for it is the right one too (unless it refuses such words).

    Raises UserError when a column is missing, or has gaps where training had none.
    """
    ports = signature(model)
    dtypes = {name: port.declared()[0] for name, port in ports.inputs.items()}
    if missing := [name for name in dtypes if name not in heldout.columns]:
        raise UserError(*(f'The held-out table has no column "{name}", which the model takes.' for name in missing))
    sent = as_sent(heldout)
    expected = outputs(estimator, sent)
    unseen = with_unseen_words(sent, [name for name, dtype in dtypes.items() if dtype == "string"])
    try:
        more = outputs(estimator, unseen) if len(unseen) else {}
    except ValueError:  # an encoder that refuses words which it does not know
        more = {}
    tables = [sent, unseen] if more else [sent]
    sides = [expected, more] if more else [expected]
    fed = [feeds(table, dtypes) for table in tables]
    return {
        "feeds": {name: np.concatenate([side[name] for side in fed]) for name in dtypes},
        "expected": {port: np.concatenate([side[name] for side in sides]) for name, port in zip(expected, ports.outputs, strict=True)},
        "rows": [row for table in tables for row in rows(table, dtypes)],
        "packages": packages(estimator),
    }


def with_unseen_words(frame: "pd.DataFrame", words: list[str]) -> "pd.DataFrame":
    """The first rows, with a word in each of these columns that training never saw; no rows where nothing but fixed categories is words."""
    free = [name for name in words if type(frame[name].dtype).__name__ != "CategoricalDtype"]
    table = frame.head(UNSEEN_ROWS if free else 0)
    return table.assign(**{name: table[name].astype(object).mask(table.index == table.index, UNSEEN).astype(table[name].dtype) for name in free})


def packages(estimator: Any) -> tuple[str, ...]:
    """The packages whose versions decide what is computed: scikit-learn, its converter, and boosters."""
    names = {"scikit-learn", "skl2onnx"}
    for part in parts(unwrapped(estimator)):
        if name := booster(part):
            names |= {installed(name)} | ({"onnxmltools"} if name != "catboost" else set())
    return tuple(sorted(names))


def installed(package: str) -> str:
    """The name under which a package was installed: XGBoost comes as xgboost or as xgboost-cpu."""
    for name in (package, f"{package}-cpu"):
        try:
            version(name)
        except ModuleNotFoundError:
            continue
        return name
    return package
