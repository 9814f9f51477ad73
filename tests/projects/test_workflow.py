"""The project's workflow: every command of it, in order, in a fresh clone of a committed project, with the variables that a runner sets."""

import json
import os
import shutil
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import copier
import pytest

from commands import git
from fake_advisories import Advisories
from workflow_runner import PROJECT, PULL, PUSH, WEEK, Machine, holds, load, shims, steps

pytestmark = pytest.mark.slow

WORKFLOW = load(PROJECT / "workflows/pages.yml")
PAGES = next(step for _, step in steps(WORKFLOW) if step.get("id") == "pages")
LOCKED = "Hold the Python packages to uv.lock, where it is committed"
TRAIN = next(step for _, step in steps(WORKFLOW) if step["name"].startswith("Train, because"))


@pytest.fixture(scope="module")
def service():
    with Advisories() as advisories:
        yield advisories
        advisories.shutdown()


@pytest.fixture(scope="module")
def committed(source, tmp_path_factory):
    """A project as it is pushed first: no model, no lock. Of the recipe that trains fastest."""
    folder = tmp_path_factory.mktemp("workflow") / "project"
    copier.run_copy(str(source), folder, data={"recipe": "custom-graph", "repository": "ada/prices"}, defaults=True, quiet=True, unsafe=False)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "first")
    return folder


def clone(project, name):
    git(project.parent, "clone", "--quiet", project, name)
    return project.parent / name


@pytest.fixture(scope="module")
def proven(committed, service):
    """The machine on which the job `prove` ran for a pull request, and the levels that the page showed after each build."""
    shown = []

    def after(name):
        if name.startswith("Build"):
            [manifest] = (machine.root / "dist").glob("app-*/manifest.json")
            content = json.loads(manifest.read_text(encoding="utf-8"))
            shown.append({level["level"] for level in content.get("parity", {}).get("levels", [])})

    machine = Machine(clone(committed, "clone"), PULL, shims(committed.parent / "shims", service.url), after)
    machine.run(WORKFLOW["jobs"]["prove"])
    return machine, shown


def test_every_command_ran(proven):
    machine, _ = proven
    asked = [step["name"] for step in WORKFLOW["jobs"]["prove"]["steps"] if "run" in step]
    assert list(machine.done) == [name for name in asked if name not in (PAGES["name"], LOCKED)], "of a pull request without a lock"
    assert "skipped" not in machine.done["Prove"] and " passed" in machine.done["Prove"]


def test_it_is_built_twice_and_the_second_page_shows_the_proof(proven):
    machine, shown = proven
    assert shown == [{1}, {1, 2, 3}]
    assert (machine.root / "dist/.nojekyll").is_file() and "/prices/" in (machine.root / "dist/404.html").read_text(encoding="utf-8")


def test_the_summary_is_a_table_of_the_proof(proven):
    machine, _ = proven
    head, blank, names, rule, *rows = machine.summary.splitlines()
    assert (head, blank) == ("### What was proven", "") and names.count("|") == rule.count("|") == 8
    levels = json.loads((machine.root / "model/parity.json").read_text(encoding="utf-8"))["levels"]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert [(cell[0], cell[3], cell[5]) for cell in cells] == [(str(it["level"]), it["engine"], f"{it['max_abs']:.1e}") for it in levels]
    assert {(cell[0], cell[3].split()[0]) for cell in cells} == {("1", "onnxruntime"), *((level, name) for level in "23" for name in ("Chromium", "Firefox"))}


def test_the_browsers_are_kept_by_their_version(proven):
    machine, _ = proven
    pins = (machine.root / "pyproject.toml").read_text(encoding="utf-8")
    assert f'"playwright=={machine.outputs["version"]}"' in pins


def test_it_trains_only_where_no_model_is_committed(proven, committed):
    machine, _ = proven
    condition = TRAIN["if"]
    assert holds(condition, PUSH, committed)
    with_model = clone(committed, "with model")
    shutil.copytree(machine.root / "model", with_model / "model")
    git(with_model, "add", "--all")
    git(with_model, "commit", "--quiet", "--message", "the model, too")
    assert not holds(condition, PUSH, clone(with_model, "fresh"))


def test_what_a_run_makes_but_the_model_stays_out_of_git(proven):
    machine, _ = proven
    changed = set(git(machine.root, "ls-files", "--modified", "--others", "--directory", "--exclude-standard").splitlines())
    assert changed <= {"model/", "notebooks/train.ipynb", "uv.lock"}, changed


def test_the_audit_is_silent_until_something_is_known(proven, service):
    machine, _ = proven
    python, web = [step for step in WORKFLOW["jobs"]["audit"]["steps"] if "run" in step]
    service.known, service.asked = set(), set()
    machine.run(WORKFLOW["jobs"]["audit"])
    assert {"onnxruntime", "onnxruntime-web", "papaparse", "matplotlib"} <= service.asked
    service.known = {"onnxruntime"}
    assert machine.step(python, check=False).returncode != 0 and machine.step(web, check=False).returncode == 0
    service.known = {"papaparse"}
    assert machine.step(python, check=False).returncode == 0 and machine.step(web, check=False).returncode != 0


FORK = PUSH["event"] | {"repository": PUSH["event"]["repository"] | {"fork": True}}
EVENTS = {  # the event, whether Pages is switched on where it happens, and the jobs
    "a push": (PUSH, True, {"prove", "publish"}),
    "a push elsewhere": (PUSH | {"ref": "refs/heads/try", "ref_name": "try"}, True, set()),
    "a push in a fork, where GitHub leaves Pages off": (PUSH | {"event": FORK}, False, {"prove"}),
    "a pull request": (PULL, True, {"prove"}),
    "a pull request of a fork": (PULL | {"event": PULL["event"] | {"pull_request": {"head": {"repo": {"fork": True}}}}}, True, {"prove"}),
    "the weekly run": (WEEK, True, {"prove", "audit", "doctor"}),
    "by hand": (PUSH | {"event_name": "workflow_dispatch"}, True, {"prove", "audit", "publish"}),
}


@pytest.mark.parametrize("event", EVENTS)
def test_which_jobs_an_event_runs(event, tmp_path):
    github, pages, expected = EVENTS[event]
    is_on = {"publish": "yes" if pages and holds(PAGES["if"], github, tmp_path) else ""}
    assert {name for name, job in WORKFLOW["jobs"].items() if holds(job.get("if", "True"), github, tmp_path, prove=is_on)} == expected


@pytest.mark.skipif(shutil.which("jq") is None, reason="a runner has jq; this machine has not")
@pytest.mark.parametrize(("answer", "asked"), [({"public": True}, True), ({"public": False}, False), (None, False)])
def test_the_published_page_is_proven_where_visitors_can_reach_it(answer, asked, tmp_path):
    content = None if answer is None else json.dumps({"html_url": "https://ada.example.org/prices/", **answer}, indent=2).encode()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(404 if content is None else 200)
            self.end_headers()
            self.wfile.write(content or b"{}")

        def log_message(self, *_):
            pass

    (tmp_path / "uv").write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/called\n')
    (tmp_path / "uv").chmod(0o755)
    (tmp_path / "checkout").mkdir()
    where, prove = (
        step for _, step in steps(WORKFLOW) if step["name"] in ("See where the page is published", "Prove the page as its visitors have it, where it is public")
    )
    with HTTPServer(("127.0.0.1", 0), Answer) as service:
        threading.Thread(target=service.serve_forever, daemon=True).start()
        extra = {"GITHUB_API_URL": f"http://127.0.0.1:{service.server_port}", "GITHUB_REPOSITORY": "ada/prices", "TOKEN": "secret"}
        machine = Machine(tmp_path / "checkout", WEEK, extra | {"PATH": f"{tmp_path}:{os.environ['PATH']}"})
        machine.step(where)
        machine.extra["PAGE"] = machine.outputs["url"]
        machine.step(prove)
        service.shutdown()
    called = tmp_path / "called"
    assert (called.read_text() if called.exists() else "") == ("run poe doctor https://ada.example.org/prices/\n" if asked else "")


@pytest.mark.parametrize(("status", "publishes"), [(200, True), (404, False), (403, False)])
def test_where_pages_is_not_switched_on_it_is_said_at_once_and_nothing_fails(status, publishes, tmp_path):
    asked = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["Authorization"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as service:
        threading.Thread(target=service.serve_forever, daemon=True).start()
        (tmp_path / "checkout").mkdir()
        where = {"GITHUB_API_URL": f"http://127.0.0.1:{service.server_port}", "GITHUB_SERVER_URL": "https://example.org", "GITHUB_REPOSITORY": "ada/prices"}
        machine = Machine(tmp_path / "checkout", PUSH, where | {"TOKEN": "secret"})
        said = machine.step(PAGES).stdout
        service.shutdown()
    assert asked[0] == ("/repos/ada/prices/pages", "Bearer secret")
    assert machine.outputs == ({"publish": "yes"} if publishes else {})
    assert ("https://example.org/ada/prices/settings/pages" in said) is not publishes and "secret" not in said
