"""What the steps of a fitted pipeline say about the columns that go into it: which are categories, free text, or may have gaps."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

INSIDE = ("best_estimator_", "estimator_", "regressor_")  # what an estimator around another one keeps of it, fitted


@dataclass
class Handling:
    """What becomes of columns, by their names."""

    categories: dict[str, set] = field(default_factory=dict)  # those that an encoder knows
    texts: set[str] = field(default_factory=set)  # split into words
    imputed: set[str] = field(default_factory=set)  # gaps are filled


def handling(estimator: Any, names: list[str]) -> Handling:
    """What a fitted estimator does with the columns `names` of its table."""
    found = Handling()
    walk(estimator, names, found)
    return found


def walk(step: Any, names: list[str], found: Handling) -> None:
    """Note what a step does with the columns that it is given, in their order."""
    if hasattr(step, "steps"):
        for _, each in step.steps:
            walk(each, names, found)
            if not keeps_columns(each):
                return
    elif hasattr(step, "transformers_"):
        for _, each, columns in step.transformers_:
            walk(each, picked(columns, names), found)
    elif hasattr(step, "transformer_list"):
        for _, each in step.transformer_list:
            walk(each, names, found)
    elif hasattr(step, "categories_"):
        found.categories |= {name: set(known) for name, known in zip(names, step.categories_, strict=False)}
    elif hasattr(step, "vocabulary_"):
        found.texts.update(names)
    elif type(step).__name__.endswith("Imputer"):
        found.imputed.update(names)
    else:
        for each in members(step):
            walk(each, names, found)


def members(step: Any) -> list[Any]:
    """The fitted estimators that a step is made around, each of which is given the whole table; none of most."""
    if hasattr(step, "estimators_features_"):  # bagging: each is given some columns, without their names
        return []
    several = getattr(step, "estimators_", [])
    found = [getattr(step, name, None) for name in INSIDE] + [each.estimator for each in getattr(step, "calibrated_classifiers_", [])]
    found += several.ravel().tolist() if isinstance(several, np.ndarray) else list(several)
    return [each for each in found if hasattr(each, "fit")] or [each for each in [getattr(step, "estimator", None)] if hasattr(each, "fit")]


def keeps_columns(step: Any) -> bool:
    """Whether the columns behind a step are those in front of it."""
    if step is None or isinstance(step, str):
        return True
    if type(step).__name__.endswith("Imputer"):
        return not getattr(step, "add_indicator", False)
    return any(base.__name__ == "OneToOneFeatureMixin" for base in type(step).__mro__)


def picked(columns: Any, names: list[str]) -> list[str]:
    """The columns that a branch of a column transformer takes: a name, names, positions, a mask or a slice."""
    if isinstance(columns, str):
        return [columns]
    if isinstance(columns, slice):
        ends = [names.index(end) if isinstance(end, str) else end for end in (columns.start, columns.stop)]
        last = ends[1] + 1 if isinstance(columns.stop, str) else ends[1]  # names include the last one
        return names[ends[0] : last : columns.step]
    given = np.atleast_1d(np.asarray(columns)).tolist()
    if given and all(isinstance(each, bool) for each in given):
        return [name for name, taken in zip(names, given, strict=False) if taken]
    return [names[each] if isinstance(each, int) else each for each in given if not isinstance(each, int) or each < len(names)]
