"""Limits, step and decimals of a number, from the values that training saw of it."""

import math

import numpy as np

MOST_DECIMALS = 6
SLACK = 3e-7  # the last digit or two of a float32
ROOM = 0.1  # of the spread of all but the extremes, on either side
GRID = 20  # limits are round numbers: multiples of the range divided by about this
STEPS = 500  # so many fit into the range, about


def decimals(values: np.ndarray) -> int | None:
    """Digits behind the point with which all the values can be written: 26.4 and 31 need 1; None when more than six are needed.

    Digits beyond those of a float32, which is what the page computes in, do not count: what a table computed as 0.1 + 0.2 has one, too.
    """
    exact = values.astype(np.float64)
    for digits in range(MOST_DECIMALS + 1):
        if np.allclose(np.round(exact, digits), exact, rtol=SLACK, atol=0):
            return digits
    return None


def limits(values: np.ndarray) -> tuple[float, float] | None:
    """Round numbers around all the values, with some room; None when all are the same, which says nothing about a range.

    What is never negative stays so, and whole numbers that are never 0. Always low <= the smallest value and high >= the largest.
    """
    least, most = float(values.min()), float(values.max())
    if least == most or not math.isfinite(most - least):
        return None
    usual = np.quantile(values.astype(np.float64), (0.01, 0.99))
    room = float(usual[1] - usual[0]) * ROOM
    low, high = min(least, float(usual[0]) - room), max(most, float(usual[1]) + room)
    low, high = max(low, 0) if least >= 0 else low, min(high, 0) if most <= 0 else high
    grid = round_number((most - least) / GRID)
    if is_whole := decimals(values) == 0:
        grid = max(grid, 1)
    low, high = tidy(math.floor(low / grid) * grid), tidy(math.ceil(high / grid) * grid)
    if is_whole and least >= 1:
        low = max(low, 1)  # a count that was never 0
    return min(low, least), max(high, most)  # far from zero, a float may have no such round number


def step(low: float, high: float, digits: int | None) -> float:
    """Of the slider and the arrow keys: as fine as the data, but no finer than is of use between these limits."""
    useful = round_number((high - low) / STEPS)
    return useful if digits is None else max(useful, tidy(10.0**-digits))


def result_decimals(values: np.ndarray) -> int:
    """Digits to show of a result: three in which results differ."""
    spread = float(np.std(values.astype(np.float64)))
    return min(max(2 - math.floor(math.log10(spread)), 0), 15) if spread > 0 and math.isfinite(spread) else 2


def round_number(size: float) -> float:
    """The largest of 1, 5, 10, 50, … (or 0.5, 0.1, …) that is not larger; size > 0."""
    power = math.floor(math.log10(size))
    return tidy(max(factor * 10.0 ** (power + shift) for factor in (1, 5) for shift in (-1, 0) if factor * 10.0 ** (power + shift) <= size * (1 + 1e-9)))


def tidy(value: float) -> float:
    """Without the digits that binary fractions add: 3 * 0.1 is 0.3."""
    return float(f"{value:.12g}")


def plain_number(value: float) -> int | float:
    """As people write it: 12.0 is 12."""
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else float(value)
