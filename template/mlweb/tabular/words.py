"""Gaps among words, in a copy of an estimator: what training knew as NaN or None comes from a page as the empty text."""

from collections.abc import Iterable
from typing import Any

import numpy as np

GAPS = "mlweb_gaps_"  # on an encoder: column -> which of its categories was a gap


def take_empty_text(fitted: Iterable[Any]) -> None:
    """Make encoders and imputers of words read "" where they were trained on NaN or None; changes them in place."""
    for part in fitted:
        if hasattr(part, "categories_") and isinstance(part.categories_, list):
            setattr(part, GAPS, {at: place for at, each in enumerate(part.categories_) for place, value in enumerate(each) if is_gap(value)})
            part.categories_ = [with_empty_text(each) for each in part.categories_]
        statistics = getattr(part, "statistics_", None)
        if type(part).__name__ == "SimpleImputer" and statistics is not None and any(isinstance(each, str) for each in statistics):
            part.missing_values = ""
            part.statistics_ = np.array([str(each) for each in statistics], object)


def with_empty_text(categories: np.ndarray) -> np.ndarray:
    """The categories of a column of words, a gap among them as ""; those of numbers as they are."""
    if categories.dtype != object or not any(isinstance(each, str) for each in categories):
        return categories
    return np.array(["" if is_gap(each) else each for each in categories], object)


def is_gap(value: Any) -> bool:
    return value is None or value != value or str(value) in ("<NA>", "NaT")
