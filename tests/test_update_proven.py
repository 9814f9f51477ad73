"""A trained, lived-in project of an old version, updated in one command: its own suite passes again, after what the messages ask for."""

import re

import pytest

import updates
from conftest import poe

pytestmark = pytest.mark.slow

OLD = ["first", *updates.RELEASES[-1:]]


def obey(project, *command) -> list[str]:
    """Run a task; where it refuses and names another one, that first. The tasks in the order in which they were called."""
    called, waiting = [], [list(command)]
    while waiting:
        assert len(called) < 8, called
        called.append(waiting[-1][0])
        try:
            poe(project, *waiting[-1])
            waiting.pop()
        except AssertionError as refused:
            asked = re.search(r"\bwith: uv run poe (\w+)$", str(refused), re.MULTILINE)
            if not asked:
                raise
            waiting.append([asked[1]])
    return called


@pytest.fixture(scope="module", params=OLD)
def project(request, clone, tmp_path_factory):
    """Trained and exported as the old version does it, lived in, then updated; on another machine, without the estimator."""
    folder = updates.project(clone, tmp_path_factory.mktemp("old") / "project", request.param)
    poe(folder, "train")
    poe(folder, "export")
    owned = updates.live_in(folder)
    updates.update(folder)
    assert {path: (folder / path).read_bytes() for path in owned} == owned
    (folder / "model/trained.joblib").unlink()
    return folder


def test_its_own_suite_passes(project):
    assert "agree" in poe(project, "check")
    called = obey(project, "test", "--browser", "chromium")
    print(called)
    assert called[-1] == "test"
