"""Fixtures: copies of this template as it lies here, projects made from it, and nothing of the developer's own settings.

`run_copy` is always called with unsafe=False: the template must never need --trust.
"""

import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import copier
import copier._jinja_ext as copier_jinja
import plumbum
import pytest

import copier_command
import kept_results
from commands import ENVIRONMENTS, git, poe
from engine_tabs import hosted  # noqa: F401  fixture
from node_tools import node_modules  # noqa: F401  fixture
from paths import ROOT
from running_engines import engine, pytest_runtest_teardown, running, tab  # noqa: F401  fixtures, and what ends them
from served_sites import (  # noqa: F401  fixtures
    address_of,
    browser_context_args,
    browser_type_launch_args,
    complaints,
    knowing,
    made,
    new_page,
    opened,
    page,
    page_with_devices,
    pytest_runtest_call,
    runtimes,
    served,
    shared_context,
    whole,
)
from template_copy import copy_into, given

# The tests of a module run in one process, where they share what its fixtures make. Modules of one name here stay together, for they share the
# trained project, or the engines that were started; None for one whose tests share nothing.
GROUPS = {
    **dict.fromkeys(["test_generated", "test_default_in_webkit", "test_outdated", "test_workshop"], "trained"),
    **dict.fromkeys(["test_soak", "test_threads", "test_kept_model", "test_proven_here", "test_split_runtime", "test_webgpu"], "started"),
    "test_recipes": None,
}
LONGEST = [
    "test_engines",
    "test_generated",
    "test_default_in_webkit",
    "test_page_accessible",
    "test_update_proven",
    "test_workflow",
    "test_soak",
    "test_recipes",
    "test_own_table",
    "test_onnx_backend",
    "test_update",
    "test_page_embed",
    "test_questions",
    "test_render",
    "test_workflow_own",
    "test_makefile",
]
# Where there is a file system in memory with that much room, what the tests write goes there: they make and remove folders by the ten thousand, with
# which a disk is busy for a tenth of their time. The environments stay on the disk, where uv links to files that it has already.
MEMORY, ROOM = "/dev/shm", 6 * 2**30
GIT_SETTINGS = """\
[user]
name = Test
email = test@example.org
[safe]
directory = *
[init]
defaultBranch = main
templateDir =
[maintenance]
auto = false
"""


@pytest.fixture(scope="session", autouse=True)
def isolated(tmp_path_factory):
    """Neither the developer's git settings nor a `trust:` in their Copier settings may hide a mistake."""
    folder = tmp_path_factory.mktemp("settings")
    (folder / "gitconfig").write_text(GIT_SETTINGS)
    (folder / "copier.yml").write_text("{}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", str(folder / "gitconfig"))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.setenv("COPIER_SETTINGS_PATH", str(folder / "copier.yml"))
        patch.setenv("COPIER_CACHE_DIR", str(folder / "cache"))
        for name in [name for name in os.environ if name.startswith(("GIT_DIR", "GIT_INDEX", "GIT_WORK_TREE"))]:
            patch.delenv(name)
        with plumbum.local.env():  # of which Copier runs git took its copy of the environment when it was imported
            plumbum.local.env.clear()
            plumbum.local.env.update(os.environ)
            yield folder


@pytest.fixture(scope="session", autouse=True)
def copier_in_a_hurry():
    """The same copies, of which the tests make some 250, in less time.

    For each copy Copier compiles 300 templates anew; and see copier_command.hurry.
    """
    anew, kept = copier_jinja.SandboxedEnvironment.compile, {}

    def compiled(self, source, name=None, filename=None, *more, **options):
        key = (source, name, filename, more, *options.items())
        if key not in kept:
            kept[key] = anew(self, source, name, filename, *more, **options)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(copier_jinja.SandboxedEnvironment, "compile", compiled)
        copier_command.hurry(patch.setattr)
        yield


@pytest.fixture(scope="session")
def source(tmp_path_factory) -> Path:
    """The template as a plain folder, uncommitted changes included: renders fastest, knows no versions."""
    folder = tmp_path_factory.mktemp("source")
    copy_into(folder)
    return folder


@pytest.fixture(scope="session")
def clone(tmp_path_factory) -> Path:
    """The template with its history; what lies here uncommitted is its newest commit, tagged above any release."""
    folder = tmp_path_factory.mktemp("clone") / "ml-web-template"
    git(ROOT, "clone", "--quiet", "--no-local", ROOT, folder)
    git(folder, "rm", "-r", "--quiet", "--ignore-unmatch", ".")
    copy_into(folder)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "as it lies here")
    git(folder, "tag", "--annotate", "v9999.0.0", "--message", "as it lies here")
    return folder


@pytest.fixture(scope="session")
def rendered(source, tmp_path_factory):
    """rendered(**answers) -> a project as Copier writes it, which nobody may change: the same answers are rendered once."""
    projects: dict[str, Path] = {}

    def rendered(**answers) -> Path:
        given(answers)
        key = json.dumps(answers, sort_keys=True)
        if key not in projects:
            project = tmp_path_factory.mktemp("rendered") / "project"
            copier.run_copy(str(source), project, data=answers, defaults=True, quiet=True, unsafe=False)
            projects[key] = project
        return projects[key]

    return rendered


@pytest.fixture
def render(rendered, tmp_path):
    """render(**answers) -> a new project's folder, the other answers being the defaults."""
    numbers = iter(range(1000))

    def render(**answers) -> Path:
        return Path(shutil.copytree(rendered(**answers), tmp_path / f"project-{next(numbers)}", symlinks=True))

    return render


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> Path:
    """The default project as a person has it after `uv run poe start`, but for the server."""
    folder = tmp_path_factory.mktemp("generated")
    template, home = folder / "template", folder / "my project"
    copy_into(template)
    copier.run_copy(str(template), home, defaults=True, quiet=True, unsafe=False)
    git(home, "init", "--quiet")
    for task in ("train", "export", "check", "build"):
        poe(home, task)
    return home


def pytest_configure(config: pytest.Config) -> None:
    """Room for the environments of the projects, which all processes share until the last test has ended; and for everything else that is temporary."""
    if not hasattr(config, "workerinput"):
        os.environ[ENVIRONMENTS] = tempfile.mkdtemp(prefix="environments-")
        os.environ[kept_results.FOLDER] = tempfile.mkdtemp(prefix="results-", dir=os.environ[ENVIRONMENTS])
        config.add_cleanup(lambda: remove_in_background(os.environ.pop(ENVIRONMENTS)))
        config.add_cleanup(lambda: os.environ.pop(kept_results.FOLDER))
        if "TMPDIR" not in os.environ and is_roomy(MEMORY):
            os.environ["TMPDIR"], tempfile.tempdir = MEMORY, None
            config.add_cleanup(lambda: os.environ.pop("TMPDIR"))


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """What is imported and collected stays: to look through it for garbage, meanwhile and ever again, takes a tenth of a process's time."""
    gc.disable()
    collected = yield
    gc.freeze()
    gc.enable()
    return collected


def remove_in_background(folder: str) -> None:
    """Remove a folder of several hundred thousand files, for which nobody has to wait."""
    remove = "import shutil, sys; shutil.rmtree(sys.argv[1])"
    subprocess.Popen([sys.executable, "-c", remove, folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def is_roomy(folder: str) -> bool:
    """Whether a folder takes all that the tests write, programs included."""
    if not os.path.isdir(folder):
        return False
    system = os.statvfs(folder)
    return system.f_bavail * system.f_frsize >= ROOM and not system.f_flag & os.ST_NOEXEC


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no process is left alone with it at the end."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Several processes share the tests by GROUPS. (pytest-xdist 3.8 has groups by a marker, which pytest 9 takes no notice of.)"""
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module = Path(nodeid.partition("::")[0]).stem
            return GROUPS.get(module, module) or nodeid

    return ByGroup(config, log)
