"""Copier's command line, which asks git nothing: run by path, as `commands.cli` does."""

import os

from copier import _main
from copier._cli import CopierApp


def ask_git_nothing(patch=setattr) -> None:
    """For each of a project's files Copier asks git what matters on Windows only: 430 processes, a third of the time that a copy takes."""
    if os.name == "posix":
        patch(_main.Worker, "_sync_git_index_executable_bit", lambda *_: None)


if __name__ == "__main__":
    ask_git_nothing()
    CopierApp.run()
