"""Changelog, pyproject.toml and tags mean the same versions, and the commands of a release work as CONTRIBUTING.md has them."""

import os
import re
import subprocess
import textwrap
import tomllib
from datetime import date
from pathlib import Path

import copier
import pytest
import yaml
from packaging.version import InvalidVersion, Version

from commands import git
from paths import ROOT

HEADING = re.compile(r"## (\d+\.\d+\.\d+) \((unreleased|\d{4}-\d\d-\d\d)\)")


def faults(root: Path) -> list[str]:
    """Where the changelog, pyproject.toml and the tags of a repository contradict each other."""
    headings = [line for line in (root / "CHANGELOG.md").read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    sections = [match.groups() for heading in headings if (match := HEADING.fullmatch(heading))]
    if len(sections) != len(headings) or not sections:
        return [f"CHANGELOG.md: every section is called ## X.Y.Z (unreleased) or ## X.Y.Z (2027-01-31): {headings}"]
    versions, days = [Version(number) for number, _ in sections], [day for _, day in sections]
    found = []
    if sorted(set(versions), reverse=True) != versions:
        found.append("CHANGELOG.md: newer sections come first")
    if "unreleased" in days[1:] or any(date.fromisoformat(day) > date.today() for day in days if day != "unreleased"):
        found.append("CHANGELOG.md: only the first section may be unreleased, and no day lies ahead")
    if tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"] != sections[0][0]:
        found.append("pyproject.toml and the first section of CHANGELOG.md have other versions")
    return found + tag_faults(root, {f"v{number}" for number, day in sections if day != "unreleased"})


def tag_faults(root: Path, dated: set[str]) -> list[str]:
    """Tags that are no annotated vX.Y.Z with a dated section, and dated sections, but for the newest, without a tag."""
    tags = dict(line.split() for line in git(root, "tag", "--list", "--format=%(refname:short) %(objecttype)").splitlines())
    tags = {name: kind for name, kind in tags.items() if means_a_version(name)}
    newest = max(dated, key=Version, default="")
    checked_out = os.environ.get("GITHUB_REF_NAME")  # the tag that a workflow runs for is fetched without its annotation
    found = [f"tag {name}: releases are annotated tags vX.Y.Z" for name, kind in tags.items() if kind != "tag" and name != checked_out]
    found += [f"tag {name}: CHANGELOG.md has no dated section for it" for name in tags if name not in dated]
    return found + [f"CHANGELOG.md: {name} is dated, but there is no such tag" for name in dated - tags.keys() - {newest}]


def means_a_version(tag: str) -> bool:
    """Whether Copier takes a tag for a version."""
    try:
        return bool(Version(tag))
    except InvalidVersion:
        return False


@pytest.fixture
def clone_at_work(clone, tmp_path) -> Path:
    """What lies here on a branch main of its own, with an empty place to push to, and only the real tags."""
    work = tmp_path / "work"
    git(tmp_path, "init", "--quiet", "--bare", tmp_path / "origin.git")
    git(tmp_path, "clone", "--quiet", clone, work)
    git(work, "tag", "--delete", "v9999.0.0")
    git(work, "checkout", "--quiet", "-B", "main")
    git(work, "remote", "set-url", "origin", tmp_path / "origin.git")
    return work


def test_versions_agree():
    assert faults(ROOT) == []


def test_the_commands_of_a_release_work(clone_at_work, tmp_path):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## A release")[1]
    [commands] = re.findall(r"^ *```\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    if git(ROOT, "tag", "--list", f"v{version}"):
        pytest.skip(f"v{version} is released, and the next one not begun")
    done = subprocess.run(["bash", "-euc", textwrap.dedent(commands)], cwd=clone_at_work, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert faults(clone_at_work) == [] and not git(clone_at_work, "status", "--porcelain")
    assert f"## {version} ({date.today()})" in (clone_at_work / "CHANGELOG.md").read_text(encoding="utf-8")
    copier.run_copy(str(clone_at_work), tmp_path / "project", defaults=True, quiet=True, unsafe=False)
    assert yaml.safe_load((tmp_path / "project/.copier-answers.yml").read_text())["_commit"] == f"v{version}"
    assert git(tmp_path / "origin.git", "cat-file", "-t", f"v{version}") == "tag"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda root: git(root, "tag", "v0.9.0"), "tag v0.9.0: releases are annotated tags vX.Y.Z"),
        (lambda root: git(root, "tag", "-a", "2026.11", "-m", "workshop"), "tag 2026.11: CHANGELOG.md has no dated section for it"),
        (lambda root: replace(root / "pyproject.toml", r'version = "[^"]+"', 'version = "0.0.1"'), "have other versions"),
        (lambda root: replace(root / "CHANGELOG.md", r"(?m)^## ", "## 9.0.0\n\n## "), "every section is called"),
        (lambda root: replace(root / "CHANGELOG.md", r"(?m)^## ", "## 0.0.1 (2026-01-01)\n\n## "), "newer sections come first"),
        (lambda root: replace(root / "CHANGELOG.md", r"\Z", "\n## 0.0.2 (2026-01-01)\n\n## 0.0.1 (2026-01-01)\n"), "v0.0.1 is dated, but there is no such tag"),
        (lambda root: replace(root / "CHANGELOG.md", r"\Z", "\n## 0.0.1 (unreleased)\n"), "only the first section may be unreleased"),
    ],
)
def test_what_disagrees_is_found(clone_at_work, wrong, said):
    wrong(clone_at_work)
    assert any(said in fault for fault in faults(clone_at_work)), faults(clone_at_work)


def replace(path: Path, pattern: str, text: str) -> None:
    path.write_text(re.sub(pattern, text, path.read_text(encoding="utf-8"), count=1), encoding="utf-8")
