"""The table of faults in docs/faults.md: every row has a test that makes it happen."""

import re

from mutants import guards
from paths import ROOT

TABLES = (ROOT / "docs/faults.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (?!what happens)(.+?) \| (.+?) \| ((?:\w+/)+test_\w+\.py)::(test_\w+) \|$", TABLES, re.MULTILINE)


def test_every_row_names_a_test_that_is_there():
    assert len(ROWS) >= 60
    missing = [test for _, _, file, test in ROWS if f"def {test}(" not in (ROOT / "tests" / file).read_text(encoding="utf-8")]
    assert not missing


def test_no_row_is_written_another_way():
    lines = [line for line in TABLES.splitlines() if line.startswith("| ") and "what happens" not in line]
    assert len(lines) == len(ROWS)


def test_every_test_of_faults_has_its_row():
    named = {test for _, _, _, test in ROWS}
    for file in ("page/test_page_faults.py", "page/test_page_faults_runs.py"):
        tests = set(re.findall(r"^def (test_\w+)", (ROOT / "tests" / file).read_text(encoding="utf-8"), re.MULTILINE))
        assert tests - named <= {"test_a_layout_that_takes_one_more_frame_is_no_fault", "test_another_value_typed_meanwhile_is_computed_after_a_stop"}


def test_every_row_has_a_guard_without_which_its_test_was_red():
    assert {f"{file}::{test}" for _, _, file, test in ROWS} == {guard["test"] for guard in guards()}


def test_every_guard_is_still_in_its_file():
    for guard in guards():
        assert (ROOT / guard["file"]).read_text(encoding="utf-8").count(guard["old"]) == 1, guard
        assert guard["old"] != guard["new"], guard
