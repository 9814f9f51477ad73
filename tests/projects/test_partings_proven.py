"""A language model with weights of few bits, fetched as a GGUF file: its own tests of the page (levels 0, 2 and 3), and the button on its card.

The page is made to round where it would not on every machine: it takes the runner-up wherever that is as likely but for some nats.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

import gguf_models
import models
from mlweb.proof import export_fetched
from paths import ROOT
from served_sites import PYPROJECT, serving
from vendored import vendored

pytestmark = pytest.mark.slow

METADATA = (
    gguf_models.METADATA
    + """examples:
  - {label: By chance, values: {prompt: what, temperature: 0.9, top_k: 20, seed: 7}}
page: {panels: [predict, card]}
"""
)
# Of a page: that it asks for the likeliest token alone, and takes it; and what makes it take the runner-up where that is behind by no more than some nats.
ASKED, TAKEN = "vocabulary) : 1;", "if (!temperature) return shares[0].token;"
ROUNDED = "if (!temperature) return shares[Number(Math.log(shares[0].p / shares[1].p) < {})].token;"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """project(data, nats) -> a project with a GGUF file whose page takes the runner-up where that is behind by no more."""

    def project(data: bytes, nats: float) -> Path:
        vendored()
        folder = models.project(tmp_path / "project", data, METADATA)
        (folder / "pyproject.toml").write_text(PYPROJECT)
        (folder / "model/source.json").write_text(json.dumps({"name": "nobody/words", "revision": "0" * 40}))
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / "template" / name, folder)
        (folder / ".vendor").symlink_to(ROOT / "template/.vendor")
        for name in ("web", "tests"):
            shutil.copytree(ROOT / "template" / name, folder / name)
        script = folder / "web/runtime/engines/llama.js"
        text = script.read_text(encoding="utf-8")
        assert text.count(ASKED) == text.count(TAKEN) == 1
        script.write_text(text.replace(ASKED, ASKED.replace("1", "2")).replace(TAKEN, ROUNDED.format(nats)), encoding="utf-8")
        monkeypatch.chdir(folder)
        export_fetched.export_fetched()
        return folder

    return project


def proven(folder: Path) -> tuple[str, dict[int, dict]]:
    """What the project's own tests say, and the levels that they proved."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "template")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--browser", "chromium", "tests"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    return done.stdout, {level["level"]: level for level in json.loads((folder / "model/parity.json").read_text())["levels"]}


def test_texts_that_part_at_a_tie_are_proven_and_told_of(project, page):
    folder = project(gguf_models.of_few_bits(), 0.2)
    said, levels = proven(folder)
    assert "passed" in said and "failed" not in said, said[-4000:]
    assert 0 < levels[2]["parted"] < levels[2]["cases"] and 0 < levels[3]["parted"] < levels[3]["cases"]
    with serving(folder / "dist") as url:
        page.goto(url)
        page.wait_for_selector("html[data-state=ready]", timeout=60_000)
        told = f"The same answer as Python on {levels[2]['cases']} prompts, {levels[2]['tokens']} tokens, but for {levels[2]['parted']} text"
        expect(page.locator(".proof li").nth(1)).to_contain_text(told)
        expect(page.locator(".proof li").nth(2)).to_contain_text(f"typed into the form, but for {levels[3]['parted']} text")
        expect(page.locator(".proven")).to_contain_text("in the rest two tokens were nearly as likely, and the text went another way")
        page.locator(".prove-here .chip").click()
        verdict = page.locator(".prove-here .verdict")
        expect(verdict).to_contain_text(re.compile("^Proven here: .* in the rest two tokens were nearly as likely"), timeout=60_000)


def test_texts_that_part_elsewhere_are_not(project):
    said, levels = proven(project(gguf_models.of_few_bits(), 2.5))
    assert "they lie further apart than rounding explains" in said and not {2, 3} & levels.keys(), said[-4000:]


def test_texts_of_weights_in_full_may_not_part(project):
    said, levels = proven(project(gguf_models.model(), 0.2))
    assert 'Output "tokens"' in said and 2 not in levels, said[-4000:]
