"""The workshop and the tutorial, word by word: what is typed works, what is shown is what is said, and a stick is all that a class needs."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from commands import git, poe
from mlweb.contract import check
from mlweb.errors import UserError
from mlweb.proof import parity
from paths import ROOT
from scripts import script

pytestmark = pytest.mark.slow

DOCS = ROOT / "docs"


def blocks(page: str, language: str) -> list[str]:
    """What stands in a page in this language."""
    found = re.findall(rf"^[ ]*```{language}\n(.*?)^[ ]*```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for block in found]


@pytest.fixture(scope="module")
def home(project, rendered, tmp_path_factory) -> Path:
    """A project of the workshop after step 2; `project` was trained, exported and built by the commands of that step."""
    folder = Path(shutil.copytree(rendered(extras=["workshop"]), tmp_path_factory.mktemp("workshop") / "myproj"))
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Start")
    for name in ("model", "dist", ".vendor"):
        shutil.copytree(project / name, folder / name, symlinks=True)
    shutil.copy2(project / "notebooks/train.ipynb", folder / "notebooks")
    proof = json.loads((folder / parity.FILE).read_text(encoding="utf-8"))
    proof["levels"] = [each for each in proof["levels"] if each["level"] == 1]  # as the export left it: other tests prove that project in browsers
    (folder / parity.FILE).write_text(json.dumps(proof), encoding="utf-8")
    return folder


@pytest.fixture
def step(home, monkeypatch, capsys):
    """step(5, "fr") -> what `poe step 5 --lang fr` says."""
    monkeypatch.chdir(home)
    module = script(home / "workshop/step.py")

    def step(number: int, language: str = "en") -> str:
        monkeypatch.setattr(sys, "argv", ["step", str(number), "--lang", language])
        capsys.readouterr()
        try:
            module.main()
        except UserError as lacks:
            return str(lacks)
        return capsys.readouterr().out

    return step


def is_done(step, number: int) -> None:
    """It says so as the pages of both languages show."""
    assert step(number) in blocks(f"workshop/step-{number}.md", "text")
    assert step(number, "fr") in blocks(f"workshop/fr/step-{number}.md", "text")


def refused() -> str:
    """What check says of metadata.yml."""
    with pytest.raises(UserError) as refusal:
        check.check()
    return f"{refusal.value}\n"


def test_the_tutorial_shows_what_is_said(home, monkeypatch, capsys):
    monkeypatch.chdir(home)
    headings, table, agreed, mistake = blocks("tutorial/first-page.md", "text")
    cells = [cell.source for cell in nbformat.read("notebooks/train.ipynb", as_version=4).cells if cell.cell_type == "markdown"]
    assert headings.splitlines() == re.findall(r"^#+ (.*)$", "\n".join(cells), re.MULTILINE)
    [level] = [each for each in json.loads(Path("model/parity.json").read_text(encoding="utf-8"))["levels"] if each["level"] == 1]
    shown = dict(zip(("output", "cases", "max_abs", "max_rel", "beyond"), table.splitlines()[-1].split(), strict=True))
    assert shown == {
        "output": "progression",
        "cases": str(level["cases"]),
        "max_abs": f"{level['max_abs']:.1e}",
        "max_rel": f"{level['max_rel']:.1e}",
        "beyond": "0",
    }
    assert level["engine"].split()[1] in table and blocks("workshop/step-2.md", "text")[0] in table
    check.main()
    assert agreed in capsys.readouterr().out
    metadata = Path("metadata.yml")
    right = metadata.read_text(encoding="utf-8")
    assert "label: Body mass index," in right
    metadata.write_text(right.replace("label: Body mass index,", "label: BMI, hint: typo,"), encoding="utf-8")
    try:
        assert refused() == mistake
    finally:
        metadata.write_text(right, encoding="utf-8")


def test_steps_1_and_2(home, step, tmp_path, monkeypatch):
    is_done(step, 1)
    is_done(step, 2)
    trained = home / "model/trained.joblib"
    trained.rename(tmp_path / "trained.joblib")
    assert step(2) == "Step 2 lacks: a trained estimator: uv run poe train"
    shutil.move(tmp_path / "trained.joblib", trained)
    (home / ".git").rename(tmp_path / "git")
    assert step(1, "fr").startswith("À l’étape 1, il manque : un premier commit : git init")
    (tmp_path / "git").rename(home / ".git")


def test_step_3(home, step):
    assert step(3).splitlines() == [
        f"Step 3 lacks: {what} in metadata.yml" for what in ("an example of your own below examples", "your own words in limits below card")
    ]
    metadata = home / "metadata.yml"
    right = metadata.read_text(encoding="utf-8")
    for good, bad, said in (
        ("bmi: {kind: number", "bmi: {kind: numbr", "numbr"),
        ("max: 60, step: 0.1", "max: 30, step: 0.1", blocks("workshop/step-3.md", "text")[0]),
        ("values: {age: 36,", "values: {ages: 36,", 'there is no field "ages". Did you mean "age"?'),
    ):
        assert good in right
        metadata.write_text(right.replace(good, bad), encoding="utf-8")
        assert said in refused()
    [example] = blocks("workshop/step-3.md", "yaml")
    metadata.write_text(re.sub(r"  limits: >-\n(    .*\n)+", "  limits: Only for this class.\n", right.replace("examples:\n", example, 1)), encoding="utf-8")
    is_done(step, 3)


def test_steps_4_to_6(home, step, page):
    """One build serves all three; that the browsers prove it is written down as they do, for they do so elsewhere."""
    metadata, own, script = home / "metadata.yml", home / "web/own", home / "export_onnx.py"
    assert [line.split(": ")[1] for line in step(4).splitlines()] == ["another colour", "a panel of your own"]
    hello, table = blocks("workshop/step-4.md", "js")
    [views] = blocks("workshop/step-4.md", "yaml")
    (own / "hello.js").write_text(hello, encoding="utf-8")
    head, _, _ = (own / "index.js").read_text(encoding="utf-8").partition("export const OWN")
    (own / "index.js").write_text(head + table, encoding="utf-8")
    before = metadata.read_text(encoding="utf-8")
    assert len(re.findall(r"^page: .*\n(?! )", before, re.MULTILINE)) == 1, "the page says: in place of that line"
    metadata.write_text(re.sub(r"^page: .*\n", views, before, flags=re.MULTILINE), encoding="utf-8")
    assert step(4) == "Step 4 lacks: a build after your last change: uv run poe build"

    [tampering] = blocks("workshop/step-5.md", "python")
    right = script.read_text(encoding="utf-8")
    script.write_text(re.sub(r"(    model = to_onnx.*\n)", rf"\1{textwrap.indent(tampering, '    ')}", right), encoding="utf-8")
    said = poe(home, "export", check=False)
    assert blocks("workshop/step-5.md", "text")[0] in said, said
    script.write_text(right, encoding="utf-8")
    assert step(5) == "Step 5 lacks: a proof of this page in a browser: uv run poe build, then uv run poe test"
    built = json.loads(next(home.glob("dist/app-*/manifest.json")).read_text(encoding="utf-8"))
    for level in (2, 3):
        parity.record(
            parity.FILE, built["parity"]["model_sha256"], level, "one", "other", "A browser", [parity.Difference("progression", 133, 0, 0, 0)], "site"
        )
    assert step(6).splitlines()[0] == "Step 6 lacks: the page as one file, made after the last build: uv run poe single-file"

    poe(home, "single-file")
    is_done(step, 4)
    assert step(6, "fr").startswith("À l’étape 6, il manque : un commit")
    git(home, "add", "--all")
    git(home, "commit", "--quiet", "--message", "My page")
    is_done(step, 6)

    page.goto((home / "single/my-ml-model.html").as_uri())
    page.wait_for_selector("html[data-state=ready]", timeout=60_000)
    page.locator("[name=age]").fill("41")
    expect(page.locator("section", has=page.get_by_role("heading", name="Hello"))).to_contain_text("Age is 41 now.")


def test_a_stick_is_all_that_a_class_needs(clone, tmp_path):
    """The first lines of docs/workshop/without-a-network.md, where there is no network and nothing is cached. Asks PyPI before."""
    bundle = script("docs/workshop/bundle.py")
    stick, home = tmp_path / "stick", tmp_path / "home"
    home.mkdir()
    (stick / "wheels").mkdir(parents=True)
    git(clone, "bundle", "create", "--quiet", stick / "ml-web-template.bundle", "HEAD", "--tags")
    python = "{}.{}".format(*sys.version_info)
    bundle.download(bundle.packages([pin for pin in bundle.tools() if pin.startswith("copier")], bundle.HERE, python), stick / "wheels", bundle.HERE, python)
    shutil.copy(DOCS / "workshop/class.py", stick)
    copy, *_ = blocks("workshop/without-a-network.md", "sh")[1].replace("STICK", str(stick)).splitlines()
    without = ["unshare", "--net", "--map-root-user"]
    without = without if shutil.which("unshare") and subprocess.run([*without, "true"], capture_output=True, check=False).returncode == 0 else []
    words = [*without, "sh", "-c", copy.replace("copier copy", "copier copy --quiet --defaults")]
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "myproj/workshop/step.py").exists()
    lost = subprocess.run([sys.executable, stick / "class.py"], cwd=home, capture_output=True, text=True, check=False)
    assert lost.returncode == 1 and lost.stderr.startswith("There is no project in this folder")
