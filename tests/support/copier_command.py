"""Copier's command line, in a hurry: run by path, as `commands.cli` does."""

import os
from pathlib import Path

from copier import _main
from copier._cli import CopierApp


def hurry(patch=setattr) -> None:
    """Spare Copier what takes it half of its time, and changes nothing in a copy of this template."""
    if os.name == "posix":  # for each of a project's files it asks git, in 430 processes, what matters on Windows only
        patch(_main.Worker, "_sync_git_index_executable_bit", lambda *_: None)
    # Each part of each path is a template to it: some 1,700 times it gathers all answers, and nearly all of these names are plain.
    rendered = _main.Worker._render_string
    patch(_main.Worker, "_render_string", lambda worker, text, **more: rendered(worker, text, **more) if "{" in text else text)
    # For each part of a path it renders the name of the file of the answers, which here is no template.
    patch(_main.Worker, "answers_relpath", property(lambda worker: Path(worker.answers_file or worker.template.answers_relpath)))


if __name__ == "__main__":
    hurry()
    CopierApp.run()
