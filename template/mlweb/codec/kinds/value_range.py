"""How large made-up values are, and of which words. They prove that two runtimes compute the same, and say nothing about how good a model is."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

WORDS = ("yes", "a good day", "not bad at all", "Zürich", "déjà vu", "42", "the quick brown fox", "東京")
LARGE, LONG = 4096, 2  # elements of an array, and blocks along a dim, from which on blocks are drawn


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
    block: int = 1  # neighbors along each long dim of a large array that are equal, so that it can be compressed, as noise can't

    def drawn(self, draw: Callable[[Sequence[int]], np.ndarray], shape: Sequence[int]) -> np.ndarray:
        """An array of this shape; draw: makes up one of any shape."""
        steps = [self.block if dim >= LONG * self.block else 1 for dim in shape] if math.prod(shape) >= LARGE else [1] * len(shape)
        array = draw([-(-dim // step) for dim, step in zip(shape, steps, strict=True)])
        for axis, (dim, step) in enumerate(zip(shape, steps, strict=True)):
            array = array.repeat(step, axis).take(range(dim), axis) if step > 1 else array
        return array
