"""Copier's command line, in a hurry: run by path, as `commands.cli` does."""

import os
from functools import cache
from pathlib import Path

import yaml
from copier import _main, _vcs
from copier._cli import CopierApp
from plumbum.commands.base import BaseCommand


def hurry(patch=setattr) -> None:
    """Spare Copier what takes it half of its time, and changes nothing in a copy of this template."""
    if os.name == "posix":  # for each of a project's files it asks git, in 430 processes, what matters on Windows only
        patch(_main.Worker, "_sync_git_index_executable_bit", lambda *_: None)
    # Each part of each path is a template to it: some 1,700 times it gathers all answers, and nearly all of these names are plain.
    rendered = _main.Worker._render_string
    patch(_main.Worker, "_render_string", lambda worker, text, **more: rendered(worker, text, **more) if "{" in text else text)
    # For each part of a path it renders the name of the file of the answers, which here is no template.
    patch(_main.Worker, "answers_relpath", property(lambda worker: Path(worker.answers_file or worker.template.answers_relpath)))
    # An update clones the template five times, and each time looks for the submodules that it has not, in a script of 30 processes.
    git = _vcs.get_git
    patch(_vcs, "get_git", lambda *given: WithoutSubmodules(git(*given)))
    patch(_vcs, "get_git_version", cache(_vcs.get_git_version))
    # Of each folder it asks git, in a repository that it makes for the question, whether that is a bundle.
    is_bundle = _vcs.is_git_bundle
    patch(_vcs, "is_git_bundle", lambda path: not path.is_dir() and is_bundle(path))
    # It reads the questions at each copy again, with the slower of PyYAML's two parsers.
    patch(yaml, "SafeLoader", getattr(yaml, "CSafeLoader", yaml.SafeLoader))


class WithoutSubmodules:
    """A command `git` of Copier's that does nothing about submodules."""

    def __init__(self, git: BaseCommand):
        self._git = git

    def __call__(self, *given: str) -> str:
        return "" if given[0] == "submodule" else self._git(*given)

    def __getitem__(self, given):
        return self._git[given]

    def __getattr__(self, name: str):
        return getattr(self._git, name)


if __name__ == "__main__":
    hurry()
    CopierApp.run()
