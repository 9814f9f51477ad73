"""The memory of all processes that came from this one, as Linux tells it in /proc."""

import os
from collections.abc import Iterator
from pathlib import Path

# What drives a browser and is not part of it.
DRIVERS = {"node", "WebKitWebDriver", "Xvfb", "dbus-daemon"}


def memory() -> int:
    """Bytes of the browser: of every process that came from this one, but those that drive the browser."""
    return sum(proportional(process) for process in children(os.getpid()))


def children(parent: int) -> Iterator[int]:
    """All processes below one."""
    try:
        lists = [Path(task, "children").read_text() for task in Path(f"/proc/{parent}/task").iterdir()]
    except OSError:
        return  # it is gone
    for child in map(int, " ".join(lists).split()):
        yield child
        yield from children(child)


def proportional(process: int) -> int:
    """Bytes of a process, none for a driver: not those of mapped files, and of shared ones its part."""
    try:
        if Path(f"/proc/{process}/exe").readlink().name in DRIVERS:
            return 0
        told = dict(row.split(":") for row in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:])
    except OSError:
        return 0  # it is gone
    return sum(int(told[name].split()[0]) * 1024 for name in ("Pss_Anon", "Pss_Shmem"))
