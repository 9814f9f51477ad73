"""A project whose results are named numbers, a label and a point: its export, and its own tests of the real page (levels 0, 2 and 3)."""

import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

import models
from mlweb import errors
from mlweb.proof import export
from models_of_each_kind import LABEL, NUMBERS, POINT, VALUES, numbers
from paths import ROOT
from served_sites import PYPROJECT
from vendored import vendored

pytestmark = pytest.mark.slow

METADATA = NUMBERS + "".join(each.removeprefix(NUMBERS) for each in (VALUES, LABEL.replace("0: quiet", "0: quiet, 1: busy"), POINT))
ROWS = [{"a": number / 4, "b": number % 3 - 1} for number in range(-10, 10)]


def computed() -> tuple[dict, dict]:
    """Feeds and expected outputs of all rows, by numpy."""
    a, b = np.float32([[row["a"]] for row in ROWS]), np.int64([[row["b"]] for row in ROWS])
    targets = np.hstack([a, b.astype(np.float32)]) @ np.float32([[1.5, -2.25, 0.3], [0.7, 0.11, 5.0]])
    plane = targets @ np.float32([[0.5, -0.2], [0.1, 0.4], [-0.3, 0.05]])
    counts = b + np.int64([[2**53, 3]])
    return {"a": a, "b": b}, {"targets": targets, "counts": counts, "cluster": targets.argmax(1), "plane": plane}


def test_named_results_are_exported_and_proven_on_the_page(tmp_path, monkeypatch):
    vendored()
    folder = models.project(tmp_path, numbers(), METADATA)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "template" / name, folder)
    for name in ("web", ".vendor"):
        (folder / name).symlink_to(ROOT / "template" / name)
    shutil.copytree(ROOT / "template/tests", folder / "tests")
    monkeypatch.chdir(folder)
    feeds, expected = computed()
    export.export(numbers(), feeds, expected, {}, ROWS, {}, (), reference="python")
    facts = json.loads((folder / "model/facts.json").read_text())
    np.testing.assert_allclose(facts["points"]["plane"], expected["plane"], rtol=1e-3)

    environment = os.environ | {"PYTHONPATH": str(ROOT / "template")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--browser", "chromium", "tests"]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    levels = {level["level"] for level in json.loads((folder / "model/parity.json").read_text())["levels"]}
    assert levels == {1, 2, 3}


def test_a_label_without_a_name_is_not_exported(tmp_path, monkeypatch):
    monkeypatch.chdir(models.project(tmp_path, numbers(), LABEL))
    feeds, expected = computed()
    with pytest.raises(errors.UserError) as refused:
        export.export(numbers(), feeds, {"cluster": expected["cluster"]}, {}, ROWS, {}, (), reference="python")
    assert refused.value.sentences == ["metadata.yml:7: outputs.cluster.names: the model gives 1, which has no name here: add it."]
