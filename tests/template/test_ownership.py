"""One table says whose each file is: TEMPLATE.md of the project, docs/how-to/update.md and the lists of copier.yml agree, and no file is lost on the way."""

from functools import cache
from itertools import product
from pathlib import Path

import pytest
import yaml
from jinja2 import Environment, StrictUndefined, Template

from commands import git
from ownership_table import OWNERS, table, whose
from paths import ROOT
from template_copy import COPIER_YML, EXCLUDED, QUESTIONS, tracked, tree

SHAPING = ("license", "recipe", "hosting", "extras")  # the questions that decide which files there are
CLASSES = ["yours", "shared", "the template's", "retired"]


def named(path: str, **answers: str | list[str]) -> str:
    """What a path of template/ is called in a project with these answers; "" when it is left out."""
    return rendered_name(path, **{name: tuple(answer) if isinstance(answer, list) else answer for name, answer in answers.items()})


@cache
def rendered_name(path: str, **answers: str | tuple[str, ...]) -> str:
    parts = [template_of(part).render(_copier_conf={"answers_file": ".copier-answers.yml"}, **answers) for part in path.split("/")]
    return "/".join(part.removesuffix(".jinja") for part in parts if part != ".") if all(parts) else ""


@cache
def template_of(part: str) -> Template:
    return Environment().from_string(part)


def some_answers(questions: dict) -> list[dict]:
    """Answers that bring out every file: each answer of each shaping question, the others being the defaults."""
    asked = [name for name in SHAPING if name in questions]
    defaults = {name: questions[name]["default"] for name in asked}
    return [defaults | {name: answer} for name in asked for answer in answers_of(questions[name])]


def answers_of(question: dict) -> list:
    """Each choice; of a question with several answers each alone."""
    return [[choice] if question.get("multiselect") else choice for choice in question["choices"].values()]


def each_once() -> list[dict]:
    """Each recipe, and each licence and hosting beside one of them."""
    choices = {name: answers_of(QUESTIONS[name]) for name in SHAPING}
    assert len(choices["recipe"]) >= max(len(choices["license"]), len(choices["hosting"]))
    return [{name: values[index % len(values)] for name, values in choices.items()} for index in range(len(choices["recipe"]))]


def files_of(commit: str) -> list[tuple[dict, set[str]]]:
    """(answers, paths of a project with them) of the template at a commit."""
    config = yaml.safe_load(git(ROOT, "show", f"{commit}:copier.yml"))
    listed = git(ROOT, "ls-tree", "-r", "-z", "--name-only", commit, "template").split("\0")
    return written(config, [path.removeprefix("template/") for path in listed if path])


def written(config: dict, paths: list[str]) -> list[tuple[dict, set[str]]]:
    left_out = {entry.strip("/") for entry in config.get("_exclude", [])}
    return [(answers, {named(path, **answers) for path in paths} - {""} - left_out) for answers in some_answers(config)]


def sources() -> list[str]:
    """The paths in template/, as it lies here."""
    return [path.removeprefix("template/") for path in tracked(ROOT) if path.startswith("template/")]


@cache
def now() -> list[tuple[dict, set[str]]]:
    """(answers, paths of a project with them) of what lies here."""
    return written(COPIER_YML, sources())


def promised(repository: Path = ROOT) -> list[str]:
    """Every release, those on other branches included, and every commit after the first of them that changes questions or files.

    Until there is a release, files may be moved: nobody was promised an update of what came before it.
    """
    releases = git(repository, "tag", "--list", "v*", "--sort=version:refname").split()
    if not releases:
        return []
    later = git(repository, "rev-list", "HEAD", *releases, "--not", releases[0], "--", "copier.yml", "template")
    return [*releases, *later.split()]


def lost(before: list[tuple[dict, set[str]]], after: list[tuple[dict, set[str]]], retired: set[str]) -> set[str]:
    """Paths that a project had and an update would delete, whatever stands in them. What it was not asked yet is answered by the default, which comes first."""

    def now_with(answers: dict) -> set[str]:
        return next((paths for new, paths in after if all(new[name] == answer for name, answer in answers.items())), set())

    return {path for answers, paths in before for path in paths - now_with(answers) - retired}


def test_the_table_has_its_classes_and_no_path_twice():
    assert list(OWNERS) == CLASSES
    entries = [entry for paths in OWNERS.values() for entry in paths]
    assert len(entries) == len(set(entries))


def test_the_documentation_has_the_same_table():
    assert table("docs/how-to/update.md") == OWNERS


def test_what_is_yours_is_what_copier_skips():
    assert {f"/{path}" for path in OWNERS["yours"]} == set(COPIER_YML["_skip_if_exists"])


def test_no_answer_deletes_what_is_yours():
    """Every answer changed to every other. Copier deletes what it writes with the old ones, but for what is excluded there, and not with the new ones."""
    kept = {True: spared({"exclude": COPIER_YML["_exclude"]}), False: spared({"exclude": []})}
    assert kept[True] == {f"/{path}" for path in OWNERS["yours"]} and not kept[False], "an update alone leaves them out, and only of the old version"
    deleted = {path for _, old in now() for _, new in now() for path in old - new if not any(f"/{path}".startswith(entry) for entry in kept[True])}
    assert ".github/workflows/pages.yml" in deleted and [path for path in sorted(deleted) if whose(path) == "yours"] == []


def spared(conf: dict) -> set[str]:
    """What the entries of _exclude that are no plain paths leave out, with these settings of Copier."""
    [entry] = set(COPIER_YML["_exclude"]) - set(EXCLUDED)
    return set(Environment(undefined=StrictUndefined).from_string(entry).render(_copier_conf=conf).split())


def test_what_is_retired_is_what_copier_excludes():
    """Besides files that are never rendered: they lie in template/ for those that are."""
    here = {named(path, **answers) for path in sources() for answers in some_answers(QUESTIONS)}
    assert {f"/{path}" for path in OWNERS["retired"]} == {path for path in EXCLUDED if path.strip("/") not in here}


def test_every_file_is_in_exactly_one_class():
    paths = set().union(*(paths for _, paths in now()))
    assert [path for path in sorted(paths) if whose(path) is None] == [], "put these into the tables of TEMPLATE.md and docs/how-to/update.md"
    assert [path for path in sorted(paths) if whose(path) == "retired"] == []


def test_every_path_of_the_table_is_there():
    paths = set().union(*(paths for _, paths in now())) | {"model/"}  # training makes that one
    assert [entry for name in CLASSES[:3] for entry in OWNERS[name] if not any(path == entry or path.startswith(entry) for path in paths)] == []


@pytest.mark.parametrize("answers", each_once(), ids=lambda answers: "-".join(each if isinstance(each, str) else each[0] for each in answers.values()))
def test_the_names_are_what_copier_writes(rendered, answers):
    """The other tests here compute which files there are; this is what Copier says."""
    left_out = {path.strip("/") for path in EXCLUDED}
    assert set(tree(rendered(**answers))) == {named(path, **answers) for path in sources()} - {""} - left_out


def test_no_file_is_lost_in_an_update():
    """From the first release on, a file that is renamed or given up is put, literally, into _exclude: else an update deletes the user's."""
    if git(ROOT, "rev-parse", "--is-shallow-repository") == "true":
        pytest.skip("this clone has no history: git fetch --unshallow --tags")
    retired = {path.strip("/") for path in EXCLUDED}
    after = now()
    gone = {commit: sorted(paths) for commit in promised() if (paths := lost(files_of(commit), after, retired))}
    assert not gone, "list these in _exclude of copier.yml and as retired in TEMPLATE.md and docs/how-to/update.md"


def test_a_lost_file_is_noticed():
    before = [({"recipe": recipe, "hosting": hosting}, {"web/app/main.js", f"{recipe}.py"}) for recipe, hosting in product("ab", "xy")]
    after = [(answers, paths - {"web/app/main.js"} if answers == {"recipe": "a", "hosting": "y"} else paths) for answers, paths in before]
    assert lost(before, after, set()) == {"web/app/main.js"}
    assert lost(before, after, {"web/app/main.js"}) == set()
    assert lost(before, before[1:], set()) == {"web/app/main.js", "a.py"}, "an answer that is no longer there takes its files along"


def test_files_may_be_moved_until_the_first_release(tmp_path):
    def commit(path: str, *tag: str) -> str:
        (tmp_path / "template").mkdir(exist_ok=True)
        (tmp_path / path).write_text("")
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--quiet", "--message", path)
        for name in tag:
            git(tmp_path, "tag", "--annotate", name, "--message", name)
        return git(tmp_path, "rev-parse", "HEAD")

    git(tmp_path, "init", "--quiet")
    commit("copier.yml")
    commit("template/before")
    assert promised(tmp_path) == []
    commit("CHANGELOG.md", "v1.0.0")  # a release may change no file of a project
    assert promised(tmp_path) == ["v1.0.0"]
    after = commit("template/after")
    commit("README.md")
    git(tmp_path, "checkout", "--quiet", "-b", "aside", "v1.0.0")
    aside = commit("template/aside", "v1.0.1")
    git(tmp_path, "checkout", "--quiet", "-")
    found = promised(tmp_path)
    assert found[:2] == ["v1.0.0", "v1.0.1"] and set(found[2:]) == {after, aside}
