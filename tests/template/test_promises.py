"""What the template promises about itself, whatever the answers."""

import importlib.util
import re
import tomllib

import pytest
import yaml

import full_sites
from commands import git
from mlweb.contract.views import STANDARD
from paths import ROOT
from template_copy import ASKED, COPIER_YML, EXCLUDED, QUESTIONS, tracked

FILES = tracked(ROOT)
NEEDS_TRUST = {"_tasks", "_migrations", "_jinja_extensions", "_external_data"}

# Spelt so that this file does not match itself.
REGISTRY = re.compile(r"\b(pypi|pythonhosted|npmjs|yarnpkg|anaconda)\.(org|com)")
THIS_MACHINE = re.compile(r"(?<![\w.:/-])/(home|root|Users|work|tmp)/\w")


def texts() -> dict[str, str]:
    """Every file of the repository that is text."""
    found = {}
    for path in FILES:
        try:
            found[path] = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def test_nothing_needs_trust():
    assert not NEEDS_TRUST & COPIER_YML.keys()


def test_nothing_ever_needed_trust():
    """An old release with a task would ask for --trust at every update away from it."""
    for commit in git(ROOT, "log", "--format=%H", "--", "copier.yml").split():
        then = yaml.safe_load(git(ROOT, "show", f"{commit}:copier.yml"))
        assert not NEEDS_TRUST & then.keys(), commit


def test_hooks_hold_nothing_that_runs():
    hooks = [path for path in FILES if path.startswith("hooks/")]
    assert hooks and not [path for path in hooks if not path.endswith((".jinja", ".md"))]
    assert (ROOT / "hooks/README.md").read_text().startswith("Nothing in this folder runs.")


def test_at_most_nine_questions_in_order():
    assert ASKED == ["project_name", "project_slug", "description", "author", "repository", "license", "recipe", "hosting", "extras"]


@pytest.mark.parametrize("name", ASKED)
def test_every_question_is_complete(name):
    about = QUESTIONS[name]
    assert about["type"] == "str" and "default" in about
    assert re.search(r"\w+ \w+ \w+.*[?.)]$", about["help"]), "help is a full sentence"
    assert "validator" in about or "choices" in about
    assert all(len(line) <= 76 for line in [about["help"], *about.get("choices", {})]), "fits into a terminal of 80 columns"


def test_every_recipe_has_its_overlay():
    for recipe in QUESTIONS["recipe"]["choices"].values():
        overlay = ROOT / "template" / f"{{% if recipe == '{recipe}' %}}.{{% endif %}}"
        assert (overlay / "requirements.txt").is_file() and (overlay / "metadata.yml").is_file()


@pytest.mark.parametrize("paths", [EXCLUDED, COPIER_YML["_skip_if_exists"]], ids=["_exclude", "_skip_if_exists"])
def test_path_lists_are_literal(paths):
    """Older releases render the newer release's _exclude with their own answers and files: text only, but for what Copier itself gives."""
    [entry] = set(COPIER_YML["_exclude"]) - set(EXCLUDED)
    assert entry.startswith("{%- if '/requirements.txt' in _copier_conf.exclude %}\n") and entry.count("{") == 2
    for path in paths:
        assert path.startswith("/") and not re.search(r"[{}*?!\n]", path), path


def test_names_are_valid_on_windows():
    for path in FILES:
        for part in path.split("/"):
            assert not re.search(r'[<>:"|?*\\\x00-\x1f]|[. ]$', part), path
            assert not re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", part, re.IGNORECASE), path
    assert len({path.lower() for path in FILES}) == len(FILES), "two names differ by case only"


@pytest.mark.parametrize("forbidden", [REGISTRY, THIS_MACHINE], ids=["package registry", "path of a machine"])
def test_no_file_names_a(forbidden):
    found = {path: match[0] for path, text in texts().items() if (match := forbidden.search(text))}
    assert not found


def test_every_answer_named_in_text_is_a_question():
    """Copier takes unknown names of --data in silence."""
    for path, text in texts().items():
        unknown = set(re.findall(r"(?:--data|-d)[ =]'?\"?(\w+)=", text)) - set(ASKED)
        assert not unknown, path


def test_locks_name_no_address():
    for path in ("package-lock.json", "template/package-lock.json"):
        assert '"resolved"' not in (ROOT / path).read_text(), path
    assert not (set(FILES) & {"uv.lock", "template/uv.lock"})


def test_actions_are_pinned_by_commit():
    uses = [line.strip() for path, text in texts().items() if ".github" in path for line in text.splitlines() if "uses:" in line and "$/" not in line]
    assert uses and not [line for line in uses if not re.search(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)]


def test_our_pins_are_the_projects_pins(rendered):
    """The tests import template/mlweb, so both must mean the same packages."""
    ours = dict(pin.split("==", 1) for pin in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"])
    project = tomllib.loads((rendered() / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    theirs = dict(pin.split("==", 1) for pin in project["project"]["dependencies"] + groups["dev"] + groups["train"] + groups["boosters"])
    assert {name: ours[name] for name in ours.keys() & theirs.keys()} == {name: theirs[name] for name in ours.keys() & theirs.keys()}
    assert {"onnx", "onnxruntime", "numpy", "pydantic", "playwright", "lightgbm", "xgboost-cpu", "catboost"} <= ours.keys() & theirs.keys()


@pytest.mark.parametrize("page", ["metadata", "commands", "python", "javascript", "sentences"])
def test_what_is_generated_of_the_reference_is_of_this_code(page):
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs/reference.py")
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    written = (ROOT / f"docs/reference/{page}.md").read_text(encoding="utf-8")
    assert reference.PAGES[page]() == written, "write it anew: uv run python docs/reference.py"


def names(text: str) -> set[str]:
    return set(re.findall(r"`([\w-]+)`", text))


def tables(text: str, columns: int) -> list[list[str]]:
    """The rows of the tables with so many columns, each a list of cells."""
    rows = [row.split(" | ") for row in re.findall(r"^\| (.+) \|$", text, re.MULTILINE)]
    return [row for row in rows if len(row) == columns]


def test_the_reference_of_the_page_has_each_panel_and_kind():
    text = (ROOT / "docs/reference/page.md").read_text(encoding="utf-8")
    panels, fields, results = re.split(r"^## ", text, flags=re.MULTILINE)[:3]
    views = {view.strip("`"): names(listed) for view, _, listed in tables(panels, 3)}
    assert {view: views.get(view) for view in STANDARD} == {view: {*listed} for view, listed in STANDARD.items()}
    assert {*full_sites.PANELS} <= {name for first, _ in tables(panels, 2) for name in names(first)}
    assert {*full_sites.kinds("inputs")} - {"tokens"} <= {name for first, *_ in tables(fields, 3) for name in names(first)}  # those are texts with a tokenizer
    assert {*full_sites.kinds("outputs")} <= {name for first, *_ in tables(results, 3) for name in names(first)}
