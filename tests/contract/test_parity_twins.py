"""Both judges of level 2 say the same of the same numbers: parity.py, where a page is built, and parity.js, on a visitor's device."""

import json
import subprocess

import numpy as np

from mlweb.proof import golden, parity
from node_tools import NODE
from paths import ROOT

ROWS = 6
ODD = [np.nan, np.inf, -np.inf, 0.0]


def outputs(generator: np.random.Generator) -> tuple[dict[str, np.ndarray], set[str], set[str]]:
    """Outputs of one model on some rows, those that are rows of classes, and those that lie in 0..1."""
    logits = generator.normal(0, 3, (ROWS, 3))
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    shares[generator.integers(ROWS)] = [0.5, 0.5, 0]  # either label is right
    found = {
        "number": generator.normal(0, 10.0 ** generator.integers(-8, 8), (ROWS, 1)),
        "columns": generator.normal(0, 1, (ROWS, 3)) * [1e-3, 1, 1e6],
        "tiny": generator.uniform(0, 1e-9, (ROWS, 1)),
        "shares": shares,
        "label": shares.argmax(1).astype(np.int64),
        "words": np.array(generator.choice(["yes", "no", "東京"], (ROWS, 1)), object),
    }
    if generator.integers(3) == 0:
        found["columns"][generator.integers(ROWS), 1] = generator.choice(ODD)
    wide = "float32" if generator.integers(2) else "float64"
    return {name: each.astype(wide) if each.dtype.kind == "f" else each for name, each in found.items()}, {"shares"}, {"shares", "tiny"}


def disturbed(expected: dict[str, np.ndarray], generator: np.random.Generator) -> dict[str, np.ndarray]:
    """The same numbers, some a little off, some more, some odd."""
    actual = {name: each.copy() for name, each in expected.items()}
    for each in actual.values():
        row = generator.integers(ROWS)
        if each.dtype.kind == "f":
            each *= 1 + generator.normal(0, 10.0 ** generator.integers(-8, -3), each.shape).astype(each.dtype)
            each[row] += each.dtype.type(10.0 ** generator.integers(-12, 1)) * generator.integers(2)
            if generator.integers(4) == 0:
                each[row] = generator.choice(ODD)
        elif generator.integers(2):
            each[row] = each[(row + 1) % ROWS]
    return actual


def judged(expected, actual, classes, bounded) -> list[tuple]:
    found, _ = parity.browser(expected, actual, classes, bounded, varies=False)
    return [(it.output, it.rows, it.max_abs, it.max_rel, it.beyond) for it in found]


def rows(arrays: dict[str, np.ndarray]) -> list[dict]:
    return [{name: golden.pack(each[at : at + 1]) for name, each in arrays.items()} for at in range(ROWS)]


def in_node(asked: list[dict]) -> list[dict]:
    """What parity.js says of each."""
    command = [NODE, "--no-warnings", ROOT / "tests/support/parity_in_node.mjs"]
    return json.loads(subprocess.run(command, input=json.dumps(asked).encode(), stdout=subprocess.PIPE, check=True).stdout)


def test_both_judges_agree_on_generated_numbers():
    generator, asked, python = np.random.default_rng(3), [], []
    for _ in range(150):
        expected, classes, bounded = outputs(generator)
        actual = disturbed(expected, generator)
        python.append(judged(expected, actual, classes, bounded))
        scales = {name: parity.scales(each, name in classes).tolist() if each.dtype.kind == "f" else [] for name, each in expected.items()}
        rules = {name: {"scale": scale, "classes": name in classes, "bounded": name in bounded} for name, scale in scales.items()}
        constants = {"rtol": parity.BROWSER_RTOL, "atol": parity.BROWSER_ATOL, "bounded_atol": parity.BOUNDED_ATOL}
        asked.append({"rules": {**constants, "outputs": rules}, "expected": rows(expected), "actual": rows(actual)})
    for mine, theirs in zip(python, in_node(asked), strict=True):
        answer = [
            (it["output"], it["rows"], float(it["max_abs"].replace("Infinity", "inf")), float(it["max_rel"].replace("Infinity", "inf")), it["beyond"])
            for it in theirs["differences"]
        ]
        assert answer == mine
        assert bool(theirs["wrong"]) == any(beyond for *_, beyond in mine)
    verdicts = [beyond for each in python for *_, beyond in each]
    assert 0 < np.mean(np.array(verdicts) > 0) < 1, "some are told apart, some are not"
    assert any(np.isinf(largest) for each in python for _, _, largest, _, _ in each)
