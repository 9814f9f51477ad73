"""Compare what two sides computed, with one rule a level, and keep the proof in model/parity.json."""

import json
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import NotRequired, cast

import numpy as np
from typing_extensions import TypedDict

from mlweb.errors import UserError, read_shaped

FILE = Path("model/parity.json")

# Browser against native onnxruntime. The worst seen over 1,541 models was 2.3e-5 of the output's largest value.
BROWSER_RTOL = 1e-4
BROWSER_ATOL = 1e-5
BOUNDED_ATOL = 1e-6  # at least, of outputs in 0..1: where all rows happen to lie near 0, they tell nothing of the output's scale


@dataclass(frozen=True)
class Difference:
    """How far one output is apart on `rows` rows.

    max_rel is max_abs over the output's largest value, so that values near zero don't inflate it; `beyond` counts the rows
    outside the tolerance.
    """

    output: str
    rows: int
    max_abs: float
    max_rel: float
    beyond: int


class Level(TypedDict):
    """One comparison of two sides that compute the same, as model/parity.json keeps it; web/runtime/types.js has the same."""

    level: int
    left: str
    right: str
    engine: str
    cases: int
    max_abs: float
    max_rel: float
    passed: bool
    tokens: NotRequired[int]  # of a language model: how many are equal in these cases
    parted: NotRequired[int]  # cases whose text goes another way where two tokens are nearly as likely, see partings.py
    site: NotRequired[str]  # of levels 2 and 3, see build.Built


class Proof(TypedDict, total=False):
    """model/parity.json."""

    model_sha256: str
    levels: list[Level]


def scale(array: np.ndarray) -> float:
    """The largest finite magnitude; 1 when there is none."""
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max()) or 1.0 if finite.size else 1.0


def browser_tolerance(expected: np.ndarray, is_classes: bool = False, is_bounded: bool = False) -> tuple[float, np.ndarray]:
    """(rtol, atol) of levels 2 and 3: atol scales with the largest value of the output, of each column where these are separate numbers.

    is_bounded: whether the values lie in 0..1 by nature, see claims.bounded. Its twin is web/codec/parity.js, which judges by scales that it is given.
    """
    atol = BROWSER_ATOL * scales(expected, is_classes)
    return BROWSER_RTOL, np.maximum(atol, BOUNDED_ATOL) if is_bounded else atol


def scales(expected: np.ndarray, is_classes: bool = False) -> np.ndarray:
    """The largest finite magnitude of all rows, of each column where these are separate numbers."""
    flat = expected.reshape(len(expected), -1)
    return np.array([scale(column) for column in ([flat] if is_classes else flat.T)])


def compare(
    name: str, expected: np.ndarray, actual: np.ndarray, rtol: float, atol: float | np.ndarray, ties: np.ndarray | None = None, varies: bool = True
) -> Difference:
    """Floats within atol + rtol * |expected| (atol may be one a column), everything else equal. `ties` marks rows whose label may differ.

    Raises UserError when the shapes differ or, unless `varies` is False, the expected values are all the same (constants prove nothing).
    """
    if expected.shape != actual.shape:
        raise UserError(f'Output "{name}" has shape {list(actual.shape)}, expected {list(expected.shape)}.')
    if varies and is_constant(expected):
        raise UserError(f'Output "{name}" is the same on all {len(expected)} rows, which proves nothing: hold out rows that differ.')
    rows = len(expected)
    if expected.dtype.kind != "f":
        apart = (expected.reshape(rows, -1) != actual.reshape(rows, -1)).any(1)
        if ties is not None:
            apart &= ~ties
        return Difference(name, rows, float(apart.any()), float(apart.any()), int(apart.sum()))
    left, right = expected.reshape(rows, -1).astype(np.float64), actual.reshape(rows, -1).astype(np.float64)
    alike = (left == right) | (np.isnan(left) & np.isnan(right))  # infinities and NaNs must be in the same places
    gap = np.abs(np.subtract(left, right, out=np.zeros_like(left), where=~alike))
    gap[np.isnan(gap)] = np.inf
    beyond = (gap > atol + rtol * np.abs(np.where(np.isfinite(left), left, 0.0))).any(1)
    largest = float(gap.max(initial=0))  # of nothing, where no picture has a box, say
    return Difference(name, rows, largest, largest / scale(left), int(beyond.sum()))


def is_constant(values: np.ndarray) -> bool:
    """Whether all rows are the same, so that they prove nothing; a single one always is."""
    return len(values) < 2 or all(np.array_equal(row, values[0], equal_nan=values.dtype.kind == "f") for row in values)


def stack_runs(runs: list[np.ndarray]) -> np.ndarray:
    """One output of several runs as rows: runs of one row each side by side; else each run a row, flattened and filled up.

    So that runs of any size compare: boxes of one picture are a row, and where another has more, NaN (0, "") stands for them.
    """
    if len(runs) == 1 or all(run.shape == runs[0].shape and run.shape[:1] == (1,) for run in runs):
        return np.concatenate(runs) if len(runs) > 1 else runs[0]
    filler = {"f": np.nan, "O": ""}.get(runs[0].dtype.kind, 0)
    rows = np.full((len(runs), max(run.size for run in runs)), filler, runs[0].dtype)
    for row, run in zip(rows, runs, strict=True):
        row[: run.size] = run.reshape(-1)
    return rows


def ties(expected: dict[str, np.ndarray], classes: Set[str], rtol: float, atol: float) -> np.ndarray | None:
    """Rows in which the two likeliest classes lie within the tolerance, so that either label is right; None without classes."""
    for name in sorted(classes & expected.keys()):
        second, first = np.sort(expected[name], axis=1)[:, -2:].T
        return first - second <= atol + rtol * np.abs(first)
    return None


def estimator(
    expected: dict[str, np.ndarray],
    actual: dict[str, np.ndarray],
    rtol: float,
    atol: float,
    rows_beyond: float,
    classes: Set[str] = frozenset(),
    varies: bool = True,
) -> tuple[list[Difference], list[str]]:
    """Level 1: what the estimator computed against native onnxruntime. Differences, and a sentence for each output that fails.

    classes: the outputs that are rows of a number for each class, [N, classes]; varies: whether each must differ between rows, see `compare`.
    """
    tied = ties(expected, classes, rtol, atol)
    found = [compare(name, values, actual[name], rtol, atol, tied, varies) for name, values in expected.items()]
    failed = [
        f'Level 1 failed: output "{it.output}" of the ONNX model is off in {it.beyond} of {it.rows} held-out rows, '
        f"by {it.max_abs:.3g} at most; the contract's parity allows rtol {rtol:g}, atol {atol:g} and {rows_beyond:.2%} of the rows beyond."
        for it in found
        if it.beyond > rows_beyond * it.rows
    ]
    return found, failed


def browser(
    expected: dict[str, np.ndarray],
    actual: dict[str, np.ndarray],
    classes: Set[str] = frozenset(),
    bounded: Set[str] = frozenset(),
    varies: bool = True,
) -> tuple[list[Difference], list[str]]:
    """Level 2: native onnxruntime against onnxruntime-web, every row within the fixed tolerance.

    classes and varies: as in `estimator`; bounded: see claims.bounded.
    """
    tied = ties(expected, classes, BROWSER_RTOL, BROWSER_ATOL)
    found = []
    for name, values in expected.items():
        tolerance = browser_tolerance(values, name in classes, name in bounded) if values.dtype.kind == "f" else (0.0, 0.0)
        found.append(compare(name, values, actual[name], *tolerance, tied, varies))
    failed = [f'Output "{it.output}": {it.beyond} of {it.rows} rows differ, by {it.max_abs:.3g} at most.' for it in found if it.beyond]
    return found, failed


def table(differences: list[Difference]) -> str:
    """The differences as a small text table."""
    width = max(len("output"), *(len(it.output) for it in differences))
    lines = [f"{'output':<{width}}  rows   max abs   max rel  beyond"]
    lines += [f"{it.output:<{width}}  {it.rows:>4}  {it.max_abs:>8.1e}  {it.max_rel:>8.1e}  {it.beyond:>6}" for it in differences]
    return "\n".join(lines)


def record(
    file: Path,
    model_sha256: str,
    level: int,
    left: str,
    right: str,
    engine: str,
    differences: list[Difference],
    site: str = "",
    tokens: int = 0,
    parted: int = 0,
) -> None:
    """Put one passed level into the proof; levels of another model or site, and an older run of the same level and engine, go.

    site: the digest of the site that was proven (levels 2 and 3), see build.Built; tokens and parted: see Level.
    """
    levels = proven(file, model_sha256, site) if site else []
    entry: Level = {
        "level": level,
        "left": left,
        "right": right,
        "engine": engine,
        "cases": max(it.rows for it in differences),
        "max_abs": max(it.max_abs for it in differences),
        "max_rel": max(it.max_rel for it in differences),
        "passed": True,
    }
    if tokens:
        entry["tokens"] = tokens
    if parted:
        entry["parted"] = parted
    if site:
        entry["site"] = site
    family = engine.split()[0]
    others = [old for old in levels if (old["level"], old["engine"].split()[0]) != (level, family)]
    found = sorted([*others, entry], key=lambda it: (it["level"], it["engine"]))
    proof = {"model_sha256": model_sha256, "levels": found}
    file.write_text(json.dumps(proof, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def proven(file: Path, model_sha256: str, site: str) -> list[Level]:
    """The levels that were proven for this very model and, from level 2 on, for this very site; raises UserError."""
    if not file.is_file():
        return []
    proof = cast("Proof", read_shaped(file, Proof, "write it again with: uv run poe export"))
    levels = proof.get("levels", []) if proof.get("model_sha256") == model_sha256 else []
    return [level for level in levels if level.get("site", site) == site]
