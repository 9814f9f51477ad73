"""What a class needs without a network, in FOLDER, for a stick: python docs/workshop/bundle.py FOLDER [--recipe NAME ...] [--for windows ...] [--python 3.13]

The template as a git bundle (what is committed), the wheels of a project of each recipe and of Copier and uv, the web runtime, this documentation, and
class.py, which puts them into a project. Run it where there is a network; docs/workshop/without-a-network.md explains the rest.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import tomllib
import warnings
from pathlib import Path

import copier
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "template"), str(ROOT / "docs")]

import website  # noqa: E402

from mlweb import UserError, run  # noqa: E402
from mlweb.console import say  # noqa: E402
from mlweb.site import vendor  # noqa: E402

RECIPES = list(yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))["recipe"]["choices"].values())
TAGS = {  # system, as uv calls it -> the wheels that pip may take for it
    "linux": [f"manylinux_2_{minor}_x86_64" for minor in range(28, 16, -1)] + ["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"],
    "windows": ["win_amd64"],
    "macos": ["macosx_14_0_arm64", "macosx_14_0_universal2"],
}
HERE = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
TORCH = "https://download.pytorch.org/whl/cpu"


def call(*command: str | Path, cwd: Path = ROOT) -> str:
    """What a command prints; raises UserError with its last line when it fails."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        why = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-1]
        raise UserError(f"{' '.join(map(str, command[:4]))} … failed: {why}")
    return done.stdout


def tools() -> list[str]:
    """The pins of Copier and uv, as this repository has them."""
    pins = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    [pinned] = [pin for pin in pins if pin.startswith("copier==")]
    return [pinned, f"uv=={call('uv', '--version').split()[1]}"]


def project(recipe: str, folder: Path) -> Path:
    """A project with all defaults, which says which packages it needs."""
    with warnings.catch_warnings(action="ignore"):
        copier.run_copy(str(ROOT), folder, data={"recipe": recipe}, defaults=True, quiet=True, unsafe=False, vcs_ref="HEAD")
    return folder


def packages(source: Path | list[str], system: str, python: str) -> list[str]:
    """Exact pins of all that a project, or some pins, bring along on a system."""
    choice = ["--python-platform", system, "--python-version", python, "--quiet", "--no-header", "--no-annotate"]
    if isinstance(source, Path):
        found = call("uv", "pip", "compile", "pyproject.toml", "--group", "dev", "--group", "train", *choice, cwd=source)
    else:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "pins.in").write_text("\n".join(source))
            found = call("uv", "pip", "compile", "pins.in", *choice, cwd=Path(folder))
    return [line for line in found.splitlines() if line and not line.startswith(("#", "-"))]


def download(pins: list[str], folder: Path, system: str, python: str) -> None:
    """The wheels of these pins, those that are there already left alone."""
    with tempfile.TemporaryDirectory() as home:
        listed = Path(home) / "pins.txt"
        listed.write_text("\n".join(pins))
        index = ["--extra-index-url", TORCH] if any(pin.startswith("torch") for pin in pins) and system != "macos" else []
        choice = ["--only-binary=:all:", "--no-deps", "--python-version", python, *(f"--platform={tag}" for tag in TAGS[system])]
        call("uv", "tool", "run", "pip", "download", "--quiet", *choice, *index, "--dest", folder, "--requirement", listed)


def bundle(folder: Path, recipes: list[str], systems: list[str], python: str) -> None:
    """Fill the folder. What is in it already and still wanted is kept."""
    (folder / "wheels").mkdir(parents=True, exist_ok=True)
    if call("git", "status", "--porcelain"):
        say("What is not committed here does not go along.")
    call("git", "bundle", "create", folder / "ml-web-template.bundle", "HEAD", "--tags")
    with tempfile.TemporaryDirectory() as home:
        projects = [project(recipe, Path(home) / recipe) for recipe in recipes]
        for system in systems:
            for name, source in [("Copier and uv", tools()), *zip(recipes, projects, strict=True)]:  # each by itself: they may pin different versions
                pins = packages(source, system, python)
                say(f"{system}: {len(pins)} packages of {name}, for Python {python} ...")
                download(pins, folder / "wheels", system, python)
        for each in projects:
            vendor.vendor(each)
            shutil.copytree(each / vendor.FOLDER, folder / "vendor", dirs_exist_ok=True)
    if website.main(folder / "docs"):
        raise UserError("The documentation has a dead link: see above.")
    shutil.copyfile(Path(__file__).with_name("class.py"), folder / "class.py")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    say(f"{folder}: {size / 1e6:,.0f} MB. Copy it to sticks; docs/workshop/without-a-network.html in it says what to type in class.")


def main() -> None:
    """Make what a class needs without a network."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recipe", action="append", choices=RECIPES, help=f"once for each that the class uses ({RECIPES[0]})")
    parser.add_argument("--for", dest="systems", action="append", choices=TAGS, help=f"once for each system of the class (this one: {HERE})")
    parser.add_argument("--python", default="{}.{}".format(*sys.version_info), help="Python of the class, such as 3.13 (that of this machine)")
    given = parser.parse_args()
    bundle(given.folder.resolve(), given.recipe or RECIPES[:1], given.systems or [HERE], given.python)


if __name__ == "__main__":
    sys.exit(run(main))
