"""Estimators x tables: each is converted and computes the same, or is refused in a sentence that says what to use instead."""

import warnings

import pytest

import estimator_cases
from estimator_cases import GROUPS, Case
from paths import ROOT

CASES = [pytest.param(group, case, id=f"{group.split()[0]}-{case.name}") for group, cases in GROUPS.items() for case in cases]
PAGE = (ROOT / "docs/reference/estimators.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def quiet():
    """Estimators of few rows and few rounds warn; that is not what is tested here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize(("group", "case"), CASES)
def test_it_computes_the_same_or_says_what_to_use_instead(group: str, case: Case):
    line = estimator_cases.row(case)
    assert line in PAGE.partition(f"## {group}\n")[2].partition("\n## ")[0].splitlines(), "write the page anew: uv run python docs/estimators.py"
    assert ("refused" in line) == bool(case.instead) and ("equal" in line) != bool(case.instead)
    assert case.instead in line, "the sentence names what to use"


def test_the_page_has_a_line_for_each_and_no_other():
    lines = [line for line in PAGE.partition("\n## ")[2].splitlines() if line.startswith("| ") and not line.startswith("| estimator")]
    assert len(lines) == len(CASES) >= 40
