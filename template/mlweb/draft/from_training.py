"""Draft a metadata.yml from what training left in model/trained.joblib: the estimator, and the table that it was trained on.

It needs nothing exported. What the table shows is written down (kinds, choices, limits, steps); what only a person knows (what a value
means, what the model must not be used for) stays to be said.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from mlweb.contract.schema import SCHEMA_VERSION, Model
from mlweb.draft import scale
from mlweb.draft.draft import TITLE, of_project
from mlweb.draft.names import label_and_unit
from mlweb.draft.pipeline import Handling, handling
from mlweb.draft.results import results
from mlweb.draft.typical import typical
from mlweb.tabular import columns, convert, estimators
from mlweb.tabular.columns import Column
from mlweb.tabular.trained import Trained

FEW = 50  # different words that are choices without an encoder that says so
MANY = 1000  # choices that a form still offers
SHARE = 0.5  # of the rows: words that are hardly ever the same are no choices
WHOLE = 2**23  # whole numbers up to twice as many are exact in a float32
TASKS = {"classification": "classification", "regression": "regression"}


def draft(trained: Trained) -> tuple[dict, list[str]]:
    """A contract for the estimator, ready for YAML, and what a person may want to know about it, as comments; raises UserError."""
    known = columns_used(trained)
    handled = handling(trained.estimator, list(trained.train))
    inputs = {name: field(trained.train[name], column, handled) for name, column in known.items()}
    names = output_names(trained)
    drafted = {
        "schema": SCHEMA_VERSION,
        **about(),
        "task": TASKS.get(estimators.task(trained.estimator), "custom"),
        "model": {"file": Model().file},
        "inputs": inputs,
        "outputs": {names[name]: shown for name, shown in results(trained).items()},
        "examples": typical(trained, inputs),
    }
    return {key: value for key, value in drafted.items() if value != []}, [*comments(inputs), *quality(trained)]


def columns_used(trained: Trained) -> dict[str, Column]:
    """The columns of the table that the estimator takes, by name: each is an input of the graph."""
    return convert.columns_used(estimators.unwrapped(trained.estimator), trained.train)


def output_names(trained: Trained) -> dict[str, str]:
    """What the graph calls each output of the estimator, also those that the page does not show."""
    computed = estimators.outputs(trained.estimator, trained.heldout.head(1))
    return convert.renamed(computed, trained.names, set(columns_used(trained)))


def about() -> dict[str, str]:
    """Name and description, as the project has them."""
    return {"name": of_project(*TITLE)[:120] or "My model", "description": of_project("project", "description")}


def comments(inputs: dict[str, dict]) -> list[str]:
    """What to look at in a draft."""
    texts = [name for name, given in inputs.items() if given["kind"] == "text"]
    found = ["Drafted from the table and the estimator of the training. What only you know is still to be said: description, help, card."]
    return found + [f'"{name}" takes any text: if only some make sense, list them as the choices of kind choice.' for name in texts]


def quality(trained: Trained) -> Iterator[str]:
    """How good the model is beside its baseline, which the card will say; or what the card lacks, and how to give it."""
    metrics, against = trained.about.get("metrics", []), trained.about.get("baseline", "baseline")
    if metrics:
        said = [f"{each['name']} {each['model']:.4g} ({against}: {each['baseline']:.4g})" for each in metrics]
        yield f"What the card says of it on held-out rows: {', '.join(said)}."
    elif estimators.task(trained.estimator) in TASKS:
        yield "The card can't say how good the model is: leave train_target and heldout_target, too, and it is compared with the plainest baseline."


def field(series: Any, column: Column, handled: Handling) -> dict:
    """The field of the form for one column; series: its cells, as pandas has them."""
    title, unit = label_and_unit(column.name)
    kind = of_words(series, column, handled) if column.kind == "words" else of_numbers(series, column, handled)
    named = {"kind": kind.pop("kind"), "label": title} | ({"unit": unit} if unit and named_in_units(kind) else {})
    return named | kind | missing(series, column, handled)


def named_in_units(kind: dict) -> bool:
    """Whether values of this field are amounts, which a unit can stand behind."""
    return not any(isinstance(each, str | dict) for each in kind.get("choices", []))


def missing(series: Any, column: Column, handled: Handling) -> dict:
    """Whether the field may stay empty: training saw gaps, or the pipeline fills them."""
    if column.dtype == "string":
        return {"missing": "empty"} if column.gaps or bool((series == "").any()) else {}
    filled = column.name in handled.imputed and column.kind == "number"
    return {"missing": "nan"} if column.gaps or filled else {}


def of_words(series: Any, column: Column, handled: Handling) -> dict:
    """Choices, the most frequent first, or a text where there are too many."""
    counts = series[series.notna() & (series != "")].astype(str).value_counts()
    words = sorted(counts.index, key=lambda word: (-counts[word], word))
    encoder = handled.categories.get(column.name)
    is_encoded = encoder is not None or bool(column.values)
    taken = [word for word in words if encoder is None or word in encoder]
    if column.name in handled.texts or not taken or len(taken) > (MANY if is_encoded else FEW) or len(words) > max(SHARE * len(series), 2):
        return {"kind": "text", "lines": 3 if any(len(word) > 80 for word in words) else 1}
    return {"kind": "choice", "choices": taken}


def of_numbers(series: Any, column: Column, handled: Handling) -> dict:
    """A number with limits and step, a whole number, a switch, or a choice of those that an encoder knows; of two numbers, too."""
    if column.kind == "boolean" and not column.gaps:
        return {"kind": "toggle"}
    cells = columns.feed(series, column.name, column.dtype)[:, 0]
    numbers = cells[np.isfinite(cells)]
    different = np.unique(numbers)
    is_whole = len(different) > 0 and bool((different == np.round(different)).all())
    is_encoded = column.name in handled.categories or bool(column.values)
    if column.kind == "boolean" or different.tolist() == [0, 1]:
        return {"kind": "choice", "choices": [{"value": 0, "label": "No"}, {"value": 1, "label": "Yes"}]} if column.gaps else {"kind": "toggle"}
    if is_whole and len(different) == 2 or is_encoded and 0 < len(different) <= MANY:
        return {"kind": "choice", "choices": [scale.plain_number(columns.cell(each)) for each in different]}
    fits = column.dtype == "int64" or is_whole and max(abs(different[0]), abs(different[-1])) < WHOLE
    return {"kind": "integer" if is_whole and fits else "number"} | within(numbers)


def within(numbers: np.ndarray) -> dict:
    """Limits and step of a number, none where training saw a single one."""
    found = scale.limits(numbers) if len(numbers) else None
    if not found:
        return {}
    digits = scale.decimals(numbers)
    low, high, step = (scale.plain_number(each) for each in (*found, scale.step(*found, digits)))
    return {"min": low, "max": high} | ({} if digits == 0 and step <= 1 else {"step": step})
