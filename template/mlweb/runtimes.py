"""A model computes in onnxruntime here and in onnxruntime-web on the page: each proves the other, so they have the same version."""

import json
from importlib.metadata import version
from pathlib import Path

from mlweb.errors import UserError

RELOCK = "update the lock with: uv run poe lock-web"


def agree(root: Path) -> None:
    """Raises UserError when package.json or its lock has another version of onnxruntime-web than onnxruntime has here."""
    ours, pinned = version("onnxruntime"), entry(root / "package.json", "dependencies", "onnxruntime-web")
    locked = entry(root / "package-lock.json", "packages", "node_modules/onnxruntime-web", "version")
    if pinned and pinned != ours:
        raise UserError(
            f"package.json pins onnxruntime-web {pinned}, but onnxruntime has version {ours} here, and each proves the other: either run "
            f"uv add onnxruntime=={pinned}, or write {ours} into package.json; then {RELOCK}"
        )
    if pinned and locked and pinned != locked:
        raise UserError(f"package.json pins onnxruntime-web {pinned}, but package-lock.json has {locked}: {RELOCK}")


def entry(path: Path, *keys: str) -> str | None:
    """A text in a JSON file; None when it is not there, which fetching the runtime says in words."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        for key in keys:
            found = found[key]
    except (LookupError, OSError, RecursionError, TypeError, ValueError):
        return None
    return found if isinstance(found, str) else None
