"""How large made-up values are, and of which words. They prove that two runtimes compute the same, and say nothing about how good a model is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

WORDS = ("yes", "a good day", "not bad at all", "Zürich", "déjà vu", "42", "the quick brown fox", "東京")


@dataclass(frozen=True)
class ValueRange:
    """How large made-up values are: dims left open (those apart that may count rows), whole numbers, floats; and what else the graph knows."""

    first: int
    size: int
    whole: int
    spread: float
    words: tuple[str, ...] = WORDS
    batch: frozenset[tuple[str, int]] = frozenset()
    reach: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # field name -> ends of the numbers for which the answer changes
