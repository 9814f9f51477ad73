"""Which token comes next: the likeliest, or one drawn by its probability. As Transformers.js draws it, to the last bit of a random number."""

from random import Random

import numpy as np


def next_token(logits: np.ndarray, temperature: float, top_k: int, random: Random) -> int:
    """The next token of scores float32 [vocabulary]. temperature: 0 takes the likeliest; top_k: how many take part, 0 for all.

    Sums go from the likeliest on and one by one, in double precision, and each share is rounded to float32: another order would end on another token
    where a random number lies at the edge.
    """
    if temperature == 0:
        return int(logits.argmax())
    scaled = (logits.astype(np.float64) / temperature).astype(np.float32)
    order = np.argsort(-scaled, kind="stable")[: top_k if top_k > 0 else None]
    shares = np.exp(scaled[order].astype(np.float64) - float(scaled[order[0]])).astype(np.float32)
    shares = (shares / in_turn(np.add, shares)[-1]).astype(np.float32)
    drawn = random.random() * in_turn(np.add, shares)[-1]
    left = in_turn(np.subtract, np.concatenate([[drawn], shares]))[1:]
    below = np.flatnonzero(left < 0)
    return int(order[below[0] if below.size else -1])


def in_turn(operation: np.ufunc, numbers: np.ndarray) -> np.ndarray:
    """The results of an operation on the first so many numbers, in double precision."""
    return operation.accumulate(numbers.astype(np.float64))
