"""List which of the pinned packages have a newer release, of PyPI and of npm in one table. It changes nothing.

The tools that install them are asked, so the machine's own index, proxy and certificates count. Neither takes yanked releases or
pre-releases, and uv takes only what this Python can run.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from mlweb.console import say, say_text
from mlweb.errors import UserError, read_object, run
from mlweb.site.vendor import npm, reason

PIN = re.compile(r"([A-Za-z0-9._-]+)==([\w.!+-]+)")
COMMENT = re.compile(r'"([A-Za-z0-9._-]+)==[^"]+",?[ \t]*#[ \t]*(.+)')
TWINS = ("onnxruntime", "onnxruntime-web")  # each proves the other, so they have the same version
ADVICE = "check the network, then try again."


@dataclass(frozen=True)
class Pin:
    """A package, the version that a file names, and why it is that one, where the file says so."""

    name: str
    version: str
    file: str
    why: str = ""


def pinned(root: Path) -> list[Pin]:
    """The direct dependencies of the project in `root`."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    toml, why = tomllib.loads(text), {normal(name): comment for name, comment in COMMENT.findall(text)}
    lines = toml["project"].get("dependencies", []) + sum(toml.get("dependency-groups", {}).values(), [])
    found = [PIN.fullmatch(line.partition(";")[0].strip()) for line in lines if isinstance(line, str)]
    return [Pin(normal(it[1]), it[2], "pyproject.toml", why.get(normal(it[1]), "")) for it in found if it] + web(root)


def web(root: Path) -> list[Pin]:
    """What the page runs."""
    manifest = read_object(root / "package.json", "take it back from git with: git checkout package.json")
    return [Pin(name, version, "package.json") for name, version in manifest.get("dependencies", {}).items()]


def normal(name: str) -> str:
    """A package's name as PyPI compares it: ruamel.yaml is ruamel-yaml."""
    return re.sub(r"[-_.]+", "-", name).lower()


def newest_python(names: list[str]) -> dict[str, str]:
    """The newest release of each package that this Python can run; raises UserError."""
    uv = shutil.which("uv")
    if uv is None:
        raise UserError("uv, which asks PyPI, is not installed: install it, then try again.")
    command = [uv, "pip", "compile", "--no-deps", "--no-header", "--no-annotate", "--quiet", "--python", sys.executable, "-"]
    with tempfile.TemporaryDirectory() as elsewhere:  # where no project's constraints hold anything back
        settings = {**os.environ, "UV_HTTP_RETRIES": "1"}
        asked = "\n".join(names)
        done = subprocess.run(command, cwd=elsewhere, env=settings, input=asked, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        said = [line.partition("cause:")[2].strip() or line for line in done.stderr.splitlines() if line.strip().startswith(("error:", "cause:"))]
        raise UserError(f"PyPI could not be asked ({said[-1] if said else f'uv ended with code {done.returncode}'}): {ADVICE}")
    return {normal(name): version for name, version in PIN.findall(done.stdout)}


def newest_web(root: Path) -> dict[str, str]:
    """The newest release of each package of package.json that is behind; raises UserError."""
    command = [*npm(), "outdated", "--json", "--loglevel=silent", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"]
    done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", errors="replace", check=False)
    try:
        said = json.loads(done.stdout or "{}")
    except ValueError:
        said = {"error": {}}
    if "error" in said or (done.returncode and not said):  # with packages behind npm ends with code 1, too
        raise UserError(f"npm could not be asked ({reason(done).rstrip('.')}): {ADVICE}")
    return {name: found["latest"] for name, found in said.items()}


def behind(pins: list[Pin], newest: dict[str, str]) -> list[tuple[str, str, str, str, str]]:
    """(package, pinned, newest, file, what to know) of each pin that is older than the newest release."""
    rows = []
    for pin in pins:
        latest = newest.get(pin.name, pin.version)
        if order(latest) > order(pin.version):
            known = together(pin, {it.name: newest.get(it.name, it.version) for it in pins}) if pin.name in TWINS else pin.why
            rows.append((pin.name, pin.version, latest, pin.file, known))
    return rows


def together(pin: Pin, newest: dict[str, str]) -> str:
    """What to know about one of the twins: it goes no further than the other can."""
    other = next(name for name in TWINS if name != pin.name)
    reach = newest.get(other, newest[pin.name])
    if order(reach) >= order(newest[pin.name]):
        return f"change {other} with it"
    return f"wait: {other} is still at {reach}" if order(reach) <= order(pin.version) else f"change {other} with it, both to {reach}"


def order(version: str) -> tuple[int, ...]:
    """The numbers of a release, to compare it by: 1.30.0 is after 1.4."""
    return tuple(int(number) for number in re.findall(r"\d+", version.partition("+")[0]))


def table(rows: list[tuple[str, str, str, str, str]]) -> str:
    """The rows as a text table."""
    head = ("package", "pinned", "newest", "in", "")
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(4)]
    return "\n".join("  ".join([*(cell.ljust(width) for cell, width in zip(row[:4], widths, strict=True)), row[4]]).rstrip() for row in [head, *rows])


def report(pins: list[Pin], root: Path) -> None:
    """Print what is behind; `root` has the package.json of the pins."""
    newest = newest_python(sorted({pin.name for pin in pins if pin.file == "pyproject.toml"})) | newest_web(root)
    if rows := behind(pins, newest):
        say_text(table(rows))
    else:
        say(f"Every pin is at its newest release ({len(pins)} packages).")


def main() -> None:
    report(pinned(Path()), Path())


if __name__ == "__main__":
    sys.exit(run(main))
