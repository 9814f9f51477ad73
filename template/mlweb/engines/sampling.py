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


def could_be(token: int, scores: np.ndarray, temperature: float, top_k: int, number: float, tie: float) -> bool:
    """Whether the next token could be this one, if any two scores lay by up to `tie` nearer together or further apart. number: by which one is drawn, in 0..1.

    Whatever is ahead of it by more than that stays ahead of it, and whatever is behind it by more stays behind. The odds of the former, and of all but the
    latter, change by no more than the tie; the number must lie between the least of the one and the most of the other.
    """
    if temperature == 0:
        return bool(scores.max() - scores[token] <= tie)
    scaled, slack = scores.astype(np.float64) / temperature, tie / temperature
    part = np.sort(scaled)[::-1][: top_k if top_k > 0 else None]
    if scaled[token] < part[-1] - slack:
        return False
    shares = np.exp(part - part[0])
    ahead, behind = (float(shares[which].sum() / shares.sum()) for which in (part > scaled[token] + slack, part < scaled[token] - slack))
    return moved(ahead, -slack) <= number <= 1 - moved(behind, -slack)


def moved(share: float, nats: float) -> float:
    """A share whose odds change by so many nats."""
    return share / (share + (1 - share) * float(np.exp(-nats)))


def in_turn(operation: np.ufunc, numbers: np.ndarray) -> np.ndarray:
    """The results of an operation on the first so many numbers, in double precision."""
    return operation.accumulate(numbers.astype(np.float64))
