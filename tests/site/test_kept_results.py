"""What the projects of the tests keep of a build is computed anew for other arguments, and for other code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import kept_results
import mlweb

TEMPLATE = Path(mlweb.__file__).parents[1]
JOINED = """import sys; sys.path.append(sys.argv[1]); import kept_results; kept_results.start()
from mlweb.site import join
print(join.join({"a.js": b"1", "b.js": b"2"}, sys.argv[2], {("inputs", "text"), ("inputs", "number"), ("outputs", "number")}))"""


@pytest.fixture
def kept(tmp_path):
    """kept(*arguments) -> the how-manieth time something was computed when that was the result."""
    times = iter(range(99))
    return lambda *given, code="code": kept_results.Keeper(tmp_path).kept(lambda *_: next(times), lambda *parts: list(parts), code)(*given)


def test_the_same_is_computed_once(kept):
    assert [kept(b"a", b"b"), kept(b"a", b"b")] == [0, 0]


@pytest.mark.parametrize("other", [[b"ab", b""], [b"a", b"b", b""], [b"b", b"a"], [b"a"]])
def test_other_arguments_are_computed_anew(kept, other):
    assert [kept(b"a", b"b"), kept(*other)] == [0, 1]


def test_other_code_is_computed_anew(kept):
    assert [kept(b"a"), kept(b"a", code="other")] == [0, 1]


def test_another_process_finds_what_one_has_computed(tmp_path):
    for seed, page, count in (("1", "<p>", 1), ("2", "<p>", 1), ("3", "<b>", 2)):
        environment = os.environ | {kept_results.FOLDER: str(tmp_path), "PYTHONHASHSEED": seed, "PYTHONPATH": str(TEMPLATE)}
        subprocess.run([sys.executable, "-c", JOINED, Path(kept_results.__file__).parent, page], env=environment, check=True, stdout=subprocess.DEVNULL)
        assert len(list(tmp_path.iterdir())) == count


@pytest.mark.parametrize("module", kept_results.SAME)
def test_what_is_kept_is_there(module):
    assert callable(getattr(__import__(module, fromlist=["*"]), kept_results.SAME[module][0]))
