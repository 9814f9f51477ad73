"""`poe doctor`: a published page is proven from the command line, in a browser of this machine; any other address gets a sentence."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import mlweb
import models
from carried_cases import carrying
from mlweb import doctor
from mlweb.errors import UserError

SPOILING = """const post = self.postMessage.bind(self);
self.postMessage = (said, ...rest) => { if (said.type === 'ran') for (const { data } of Object.values(said.outputs)) data[0] += 1; post(said, ...rest); };
"""


@pytest.fixture
def page(served):
    return served(files=carrying(models.linear, models.LINEAR))


def told(url: str, folder: Path) -> subprocess.CompletedProcess:
    """The command, of a folder where no project is, in a process of its own: pytest's own may run Playwright."""
    environment = os.environ | {"PYTHONPATH": str(Path(mlweb.__file__).parents[1])}
    command = [sys.executable, "-m", "mlweb.doctor", url, "--browser", "chromium"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=300)


@pytest.mark.slow
def test_a_page_that_computes_right_is_proven(page, tmp_path):
    url, _ = page
    done = told(f"{url}index.html?view=about#1", tmp_path)
    assert done.returncode == 0, done.stderr
    address, head, row = done.stdout.splitlines()
    assert address == url and head.split("  ")[0] == "browser"
    cells = [cell.strip() for cell in row.split("  ") if cell.strip()]
    assert cells[0].startswith("Chromium ") and cells[1:3] == ["WebAssembly, 1 thread", "20"] and cells[-1] == "proven", cells


@pytest.mark.slow
def test_a_page_that_computes_wrong_is_said_and_fails(page, tmp_path):
    url, folder = page
    [worker] = folder.glob("app-*/runtime/engines/onnx.js")
    worker.write_text(SPOILING + worker.read_text(encoding="utf-8"), encoding="utf-8")
    done = told(url, tmp_path)
    assert done.returncode == 1 and "1.0e+00" in done.stdout and "WRONG in 20: the form as it starts, " in done.stdout
    assert done.stderr.startswith(f"{url} gives other answers in Chromium ")


def test_a_page_that_is_none_or_carries_no_cases_is_refused_in_a_sentence(served):
    with pytest.raises(UserError, match="is not the address of a page"):
        doctor.find("example.org/model")
    url, folder = served()
    with pytest.raises(UserError, match="carries no cases to be proven by"):
        doctor.find(url)
    (folder / "model.json").write_text(json.dumps({"app": "../elsewhere"}))
    with pytest.raises(UserError, match=r"There is no page of this template at http://\S+: its model.json was not written by the build"):
        doctor.find(url)
    (folder / "model.json").write_text("<!doctype html>")
    with pytest.raises(UserError, match="is not a JSON object"):
        doctor.find(url)
    (folder / "model.json").unlink()
    with pytest.raises(UserError, match="gives HTTP 404. Check the address"):
        doctor.find(url)
    with pytest.raises(UserError, match="can't be reached"):
        doctor.find("http://127.0.0.1:9/")


def test_texts_that_went_another_way_are_told_of():
    report = doctor.Report(passed=True, cases=20, wrong=[], parted=3, max_abs=0.0, max_rel=0.0, device={"backend": "wasm", "threads": 1}, ms=900.0)
    assert doctor.line("Chromium 1", report, False)[-1] == "proven, but for 3 that went another way where two tokens were nearly as likely"
