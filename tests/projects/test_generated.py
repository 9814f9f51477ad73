"""The default project, for real: trained, exported, checked, built, and proven by its own suite; and each proof seen failing."""

import gzip
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import first_screen
import kept_results
from commands import git, poe, uv_run
from drafts import assert_same_but_for_wording
from mlweb.contract import schema
from mlweb.site import build
from served_sites import serving
from template_copy import QUESTIONS

pytestmark = pytest.mark.slow

FIRST_VISIT = 1_750_000  # bytes, gzip, of what a first visit transfers
KEPT = 1_900_000  # with what the service worker fetches for the next one
ENGINES = os.environ.get("ENGINES", "chromium firefox").split()


def fails(project: Path, *selected) -> str:
    """What the project's own suite prints when exactly one of the selected tests fails."""
    said = poe(project, "test", "--browser", "chromium", *selected, check=False)
    assert re.search(r"\b1 failed\b", said), said
    return said


def pairs() -> list[dict]:
    """Every licence and every hosting, each at least once."""
    licenses, hostings = (list(QUESTIONS[name]["choices"].values()) for name in ("license", "hosting"))
    return [{"license": license, "hosting": hosting} for license, hosting in zip(itertools.cycle(licenses), hostings, strict=False)]


@pytest.fixture
def lent(project):
    """The project, with every file that a test breaks put back as it was."""
    git(project, "add", "--all", "--force", "model")
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--allow-empty", "--message", "sound")
    yield project
    git(project, "checkout", "--quiet", "--", ".")


@pytest.fixture(scope="module")
def proof(project) -> Path:
    """The file that the project's own suite leaves."""
    said = poe(project, "test", *[f"--browser={engine}" for engine in ENGINES])
    assert re.search(r"\d+ passed", said) and "skipped" not in said, said
    return project / "model/parity.json"


def test_its_own_suite_passes_in_every_engine(proof):
    levels = json.loads(proof.read_text(encoding="utf-8"))["levels"]
    proven = {(level["level"], level["engine"].split()[0].lower()) for level in levels}
    assert proven == {(1, "onnxruntime")} | {(level, engine) for level in (2, 3) for engine in ENGINES}
    print(json.dumps(levels, indent=1))


def test_a_second_proof_of_the_same_site_is_the_same_bytes(project, proof, monkeypatch):
    """Export begins a proof anew; then the engines come the other way round. All of the build is computed again."""
    monkeypatch.delenv(kept_results.FOLDER)
    first = proof.read_bytes()
    poe(project, "export")
    assert proof.read_bytes() != first
    poe(project, "test", *[f"--browser={engine}" for engine in reversed(ENGINES)], "-k", "level_2 or level_3")
    assert proof.read_bytes() == first
    facts = {"level", "left", "right", "engine", "cases", "max_abs", "max_rel", "passed", "site"}
    assert all(level.keys() <= facts for level in json.loads(first)["levels"]), "nothing else belongs there, least of all when it was"


def test_the_proof_is_on_the_card_at_once(project, proof):
    [manifest] = project.glob("dist/app-*/manifest.json")
    assert {level["level"] for level in json.loads(manifest.read_text(encoding="utf-8"))["parity"]["levels"]} == {1, 2, 3}


@pytest.fixture
def visited(project, page):
    """(paths that a first visit asks for, paths that it may ask for: now, when something is used, or for the next visit)."""
    poe(project, "build")
    dist, requests = project / "dist", []
    with serving(dist, "/") as url:
        page.on("request", lambda request: requests.append(request.url))
        first_screen.look(page, url)
    asked = {urlsplit(url).path.removeprefix("/") or "index.html" for url in requests if not url.startswith("blob:")}  # which the page has already
    [manifest] = dist.glob("app-*/manifest.json")
    content = json.loads(manifest.read_text(encoding="utf-8"))
    urls = ["../index.html", "../sw.js", "../model.json", "manifest.json", *content["keep"], *(file["url"] for file in content["files"].values())]
    return asked, {(manifest.parent / url).resolve().relative_to(dist.resolve()).as_posix() for url in urls}


def test_a_first_visit_is_whole_and_downloads_only_what_its_page_needs_within_its_budget(project, visited):
    asked, allowed = visited
    assert asked and asked <= allowed, asked - allowed
    unused = re.compile(
        r"inputs/(text\.js|image/|drawing/|audio/|tensor/)|outputs/(classes\.js|audio\.js|boxes/|image/|text/|tensor/)|strings/fr\.js|/embedded\.js"
    )
    assert not [path for path in asked | allowed if unused.search(path)]
    sizes = {path: len(gzip.compress((project / "dist" / path).read_bytes(), 6)) for path in allowed}
    print(f"first visit: {sum(sizes[path] for path in asked):,} bytes at once, {sum(sizes.values()):,} with what is kept for the next one")
    assert 1_000_000 < sum(sizes[path] for path in asked) <= FIRST_VISIT
    assert sum(sizes.values()) <= KEPT


def test_every_task_has_a_line(project):
    said = poe(project, check=False)
    for task in ("start", "train", "export", "check", "build", "single-file", "serve", "test", "describe"):
        assert re.search(rf"^\s+{task}\s+\S", said, re.M), said


def test_describe_drafts_a_contract_that_check_accepts(lent):
    drafted = poe(lent, "describe", "model/model.onnx")
    (lent / "metadata.yml").write_text(drafted.strip() + "\n", encoding="utf-8")
    assert "agree" in poe(lent, "check")


def test_what_training_left_drafts_the_contract_that_a_person_wrote(lent):
    path = lent / "metadata.yml"
    by_hand = schema.load(path)
    assert "A hint" not in poe(lent, "check"), "the recipe's own limits"
    poe(lent, "describe", "--output", "metadata.yml", "--replace")
    poe(lent, "export")
    assert poe(lent, "check").splitlines() == ["metadata.yml and model/model.onnx agree: 10 inputs, 1 output shown."]
    drafted = schema.load(path)
    facts = json.loads((lent / "model/facts.json").read_text(encoding="utf-8"))["fields"]
    assert list(drafted.inputs) == list(by_hand.inputs)
    assert_same_but_for_wording(drafted, by_hand, facts)


def test_an_update_leaves_what_fits_alone(lent):
    before = (lent / "metadata.yml").read_bytes()
    assert "nothing came or went" in poe(lent, "describe", "--update")
    assert (lent / "metadata.yml").read_bytes() == before


def test_lint_is_clean(project):
    done = subprocess.run([sys.executable, "-m", "ruff", "check", "."], cwd=project, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("answers", pairs(), ids=lambda answers: "-".join(answers.values()))
def test_every_licence_and_hosting_passes_check_and_build(project, render, answers):
    other = render(**answers)
    shutil.copytree(project / "model", other / "model")
    (other / ".vendor").symlink_to(project / ".vendor")
    assert build.build(other, other / build.OUT).sizes["index.html"]  # which checks it first


def test_pip_takes_it_without_uv(render, tmp_path):
    """`pip install -e .` brings what the commands need: several folders of code side by side are no package of their own."""
    command = ["uv", "pip", "install", "--no-deps", "--target", tmp_path / "there", "."]
    done = subprocess.run(command, cwd=render(), capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr


def test_before_training_the_suite_says_what_to_do(render):
    done = uv_run(render(), "pytest")
    said = done.stdout + done.stderr
    assert done.returncode == 1 and "nothing to prove yet" in said and "uv run poe train" in said and "Traceback" not in said, said


# Each proof, seen failing: what is broken, and the test that must say so.


def test_one_changed_threshold_fails_level_1(lent):
    import onnx

    path = lent / "model/model.onnx"
    model = onnx.load(path)
    [trees] = [node for node in model.graph.node if node.op_type.startswith("TreeEnsemble")]
    [values] = [attribute for attribute in trees.attribute if attribute.name == "nodes_values"]
    root = next(index for index, value in enumerate(values.floats) if value)
    values.floats[root] *= 1.05
    onnx.save(model, path)
    assert "Level 1 failed" in fails(lent, "tests/test_export.py", "-k", "level_1")


def test_one_changed_weight_fails_level_1(lent):
    import onnx

    path = lent / "model/model.onnx"
    model = onnx.load(path)
    [trees] = [node for node in model.graph.node if node.op_type.startswith("TreeEnsemble")]
    [weights] = [attribute for attribute in trees.attribute if attribute.name == "target_weights"]
    weights.floats[0] += 0.5
    onnx.save(model, path)
    assert "Level 1 failed" in fails(lent, "tests/test_export.py", "-k", "level_1")


def edit(path: Path, before: str, after: str) -> None:
    """Change one place of a file, which must be there."""
    source = path.read_text(encoding="utf-8")
    assert before in source
    path.write_text(source.replace(before, after), encoding="utf-8")


def test_one_changed_constant_in_encode_js_fails_level_0(lent):
    edit(lent / "web/codec/scalars.js", ".replace(',', '.')) : NaN", ".replace(',', '')) : NaN")
    assert "test_level_0" in fails(lent, "-k", "level_0")


def test_a_changed_number_on_its_way_back_fails_level_2(lent):
    changed = "dims: [...dims], data: data.map((x, i) => (i === 3 ? x * 1.001 : x)) }"
    edit(lent / "web/runtime/engines/onnx.js", "dims: [...dims], data }", changed)
    assert "rows differ" in fails(lent, "-k", "level_2")


def test_a_result_shown_wrongly_fails_level_3(lent):
    edit(
        lent / "web/outputs/value/value.js",
        "data.textContent = formatResult(output, result.value, ",
        "data.textContent = formatResult(output, result.value + 0.1, ",
    )
    assert "is not" in fails(lent, "-k", "level_3")
