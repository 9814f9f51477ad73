"""A suite of a project that has passed builds dist/ again: the card of the page shows what was just proven."""

import importlib.util
from pathlib import Path

import pytest

from mlweb.site import build
from paths import ROOT


@pytest.mark.parametrize(
    ("status", "built"), [(pytest.ExitCode.OK, [(Path(), build.OUT)]), (pytest.ExitCode.TESTS_FAILED, []), (pytest.ExitCode.INTERRUPTED, [])]
)
def test_dist_shows_the_proof_of_a_suite_that_passed(monkeypatch, status, built):
    spec = importlib.util.spec_from_file_location("conftest_of_a_project", ROOT / "template/tests/conftest.py")
    suite, calls = importlib.util.module_from_spec(spec), []
    spec.loader.exec_module(suite)
    monkeypatch.setattr(build, "build", lambda *given: calls.append(given))
    suite.pytest_sessionfinish(None, status)
    assert calls == built
