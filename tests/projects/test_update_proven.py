"""A trained, lived-in project of an old version, updated in one command: its own suite passes again, after what the messages ask for."""

import re

import pytest

import old_projects
from commands import poe
from vendored import lend

pytestmark = pytest.mark.slow

OLD = ["first", *old_projects.RELEASES[-1:]]


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


def by_hand(folder) -> None:
    """What CHANGELOG.md asks of owners of unreleased versions: their own code imports from mlweb itself."""
    for path in (folder / "export_onnx.py", folder / "notebooks/train.ipynb"):
        text = re.sub(r"\bfrom mlweb\.\w+ import\b", "from mlweb import", path.read_text(encoding="utf-8"))
        path.write_text(re.sub(r"\bProblems\b", "UserError", text), encoding="utf-8")


@pytest.fixture(scope="module", params=OLD)
def project(request, clone, tmp_path_factory):
    """Trained and exported as the old version does it, lived in, then updated; on another machine, without the estimator."""
    folder = old_projects.project(clone, tmp_path_factory.mktemp("old") / "project", request.param)
    poe(folder, "train")
    poe(folder, "export")
    owned = old_projects.live_in(folder)
    old_projects.update(folder)
    assert {path: (folder / path).read_bytes() for path in owned} == owned
    by_hand(folder)
    (folder / "model/trained.joblib").unlink()
    lend(folder)
    return folder


def test_its_own_suite_passes(project):
    assert "agree" in poe(project, "check")
    called = obey(project, "test", "--browser", "chromium")
    print(called)
    assert called[-1] == "test"
