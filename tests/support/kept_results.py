"""Keeps on disk what a build computes of the runtime and of web/, which do not change between two projects of the tests, each built in processes of its own.

The environments of the projects start this as they start (`commands.share_work`), where the variable FOLDER names a folder. What a result was computed
of tells it apart: the arguments, and the code of mlweb/site as it lies in that project.
"""

import hashlib
import importlib.machinery
import os
import pickle
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

FOLDER = "KEPT_RESULTS"
# Module -> a function of it, and the arguments as bytes.
SAME: dict[str, tuple[str, Callable[..., Iterable[bytes]]]] = {
    "mlweb.site.vendor": ("digests", lambda tarball, integrity, names, _: [tarball.read_bytes(), repr((integrity, names)).encode()]),
    "mlweb.site.split": ("split", lambda module, called: [module, repr(sorted(called)).encode()]),
    "mlweb.site.join": ("join", lambda web, *rest: [part for name in sorted(web) for part in (name.encode(), web[name])] + [plain(each) for each in rest]),
    "mlweb.site.compression": ("compressed", lambda content: [content]),
}


def plain(argument: str | set[tuple[str, str]]) -> bytes:
    """Text or a set, as bytes that are the same in every process."""
    return repr(sorted(argument) if isinstance(argument, set) else argument).encode()


class Keeper:
    """Finds the modules of SAME as Python does, and has their functions kept in a folder."""

    def __init__(self, folder: Path):
        self.folder = folder

    def find_spec(self, name, path, target=None):
        """As importlib asks it."""
        if name not in SAME or not (spec := importlib.machinery.PathFinder.find_spec(name, path, target)):
            return None
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            function, told = SAME[name]
            setattr(module, function, self.kept(getattr(module, function), told, code_of(Path(module.__file__).parent)))

        spec.loader.exec_module = exec_module
        return spec

    def kept(self, function: Callable, told: Callable[..., Iterable[bytes]], code: str) -> Callable:
        """The same function, which computes the same thing once for all processes."""

        def kept(*given):
            file = self.folder / digest([function.__qualname__.encode(), code.encode(), *told(*given)])
            if file.exists():
                return pickle.loads(file.read_bytes())
            result = function(*given)
            new = file.with_suffix(f".{os.getpid()}")
            new.write_bytes(pickle.dumps(result))
            new.replace(file)
            return result

        return kept


@cache
def code_of(folder: Path) -> str:
    """What tells the code of a folder apart."""
    return digest(file.read_bytes() for file in sorted(folder.glob("*.py")))


def digest(parts: Iterable[bytes]) -> str:
    """A name for a sequence of bytes, which tells where one ends and the next begins."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def start() -> None:
    """Have this process keep its results, and use those that are kept."""
    if folder := os.environ.get(FOLDER):
        sys.meta_path.insert(0, Keeper(Path(folder)))
