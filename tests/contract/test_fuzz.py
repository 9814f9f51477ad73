"""A small share of what benchmarks/fuzz.py tries: files that somebody changed end in a result or in a sentence, whichever command reads them."""

import json
import subprocess
import sys

import pytest

from paths import ROOT

SHARE = {"contract": 80, "model": 40, "file": 80}  # cases of each kind, a few seconds together


@pytest.mark.parametrize("kind", SHARE)
def test_a_changed_file_ends_in_a_result_or_a_sentence(kind):
    command = [sys.executable, ROOT / "tests/support/fuzzing.py", kind, "0", str(SHARE[kind])]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300, check=False)
    *cases, memory = [json.loads(line) for line in done.stdout.splitlines()] or [{}]
    assert done.returncode == 0, done.stderr
    assert len(cases) == SHARE[kind] and {case["outcome"] for case in cases} == {"taken", "refused"}
    assert max(case["seconds"] for case in cases) < 10 and memory["megabytes"] < 2000


UNCHANGED = """
import sys, fuzzing
fuzzing.changed_text = fuzzing.changed_tree = fuzzing.changed_bytes = lambda whole, chance: whole
fuzzing.changed_message = lambda message, chance: None
for kind in sys.argv[1:]:
    fuzzing.main(kind, 0, 24)
"""


def test_what_is_changed_was_taken_before():
    """Else each case would end at the same sentence, and nothing behind it were ever tried."""
    command = [sys.executable, "-c", UNCHANGED, *SHARE]
    done = subprocess.run(command, cwd=ROOT / "tests/support", capture_output=True, encoding="utf-8", timeout=300, check=False)
    cases = [case for case in map(json.loads, done.stdout.splitlines()) if "megabytes" not in case]
    assert done.returncode == 0, done.stderr
    assert [case for case in cases if case["outcome"] != "taken"] == [] and len(cases) == 24 * len(SHARE)
