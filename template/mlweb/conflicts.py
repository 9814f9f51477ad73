"""What an update left to be decided: lines that begin with <<<<<<< and >>>>>>>, in any file of the project that people or programs read."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

TEXTS = {".css", ".geojson", ".html", ".ipynb", ".js", ".json", ".md", ".py", ".svg", ".toml", ".txt", ".yaml", ".yml"}
MADE = {"__pycache__", "build", "dist", "node_modules", "single", "test-results"}  # folders that commands make again
OURS = {".github", ".gitlab-ci.yml"}  # hidden, and still read
MOST_BYTES = 5_000_000
BEGIN, END = re.compile(rb"^<{7} ", re.MULTILINE), re.compile(rb"^>{7} ", re.MULTILINE)
DECIDE = "an update left both sides of a conflict here: keep one of them, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>."


def found(root: Path) -> Iterator[str]:
    """A sentence for each file of the project that holds a conflict, with the line where its first one begins."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in MADE and (not name.startswith(".") or name in OURS))
        for name in sorted(names):
            path = Path(folder, name)
            if path.suffix in TEXTS and (not name.startswith(".") or name in OURS) and path.is_file() and path.stat().st_size <= MOST_BYTES:
                content = path.read_bytes()
                if (conflict := BEGIN.search(content)) and END.search(content, conflict.end()):
                    line = content.count(b"\n", 0, conflict.start()) + 1
                    yield f"{path.relative_to(root)}:{line}: {DECIDE}"
