"""The engines that were started run for all tests of a folder, and no longer."""

import os
import sys

from commands import SUPPORT, run
from paths import ROOT

# A file stands for the process of an engine.
FILES = {
    "conftest.py": """
from pathlib import Path

import pytest

from running_engines import pytest_runtest_teardown

@pytest.fixture
def file():
    return Path(__file__).with_name("engine")
""",
    "one/test_one.py": """
from running_engines import STARTED

def test_starts(file):
    file.touch()
    STARTED.callback(file.unlink)

def test_has_it_still(file):
    assert file.exists()
""",
    "one/test_two.py": """
def test_has_it_in_another_module(file):
    assert file.exists()
""",
    "two/test_three.py": """
def test_has_it_no_more(file):
    assert not file.exists()
""",
}


def test_the_engines_end_with_the_tests_of_a_folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    settings = os.environ | {"PYTHONPATH": os.pathsep.join([str(SUPPORT), str(ROOT / "template")]), "PYTEST_ADDOPTS": ""}
    done = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", cwd=tmp_path, env=settings)
    assert "4 passed" in done.stdout, done.stdout
