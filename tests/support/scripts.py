"""A script that lies in no package, such as those of docs/, as a module."""

import importlib.util
from pathlib import Path
from types import ModuleType

from paths import ROOT


def script(path: str | Path) -> ModuleType:
    """The script at a path below the root, run as a module of its own."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    assert spec is not None and spec.loader is not None, path
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
