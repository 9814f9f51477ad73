"""The documentation as a site, in FOLDER: PYTHONPATH=template python docs/website.py [FOLDER, which is site/ otherwise]

Each page is written as GitHub shows it, so its links may lead to any file of the repository. On the site such a link leads to GitHub, and
CHANGELOG.md and CONTRIBUTING.md are pages too. Each folder of FOLDER that holds a page already is a live example: the first page links it.
"""

import os
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from mlweb.errors import run
from mlweb.site import vendor

ROOT = Path(__file__).resolve().parents[1]
BESIDE = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}  # pages that do not lie in docs/
ASSETS = (".png", ".svg", ".jpg", ".js", ".onnx", ".html")
REPOSITORY = "https://github.com/org/ml-web-template/blob/main/"
LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)(?=(?:#[^)\s]*)?\))")


def pages() -> dict[str, Path]:
    """Name of each page on the site -> its file."""
    docs = {path.relative_to(ROOT / "docs").as_posix(): path for path in sorted((ROOT / "docs").rglob("*.md"))}
    return docs | {page: ROOT / source for source, page in BESIDE.items()}


def target(path: str, source: str, page: str) -> str:
    """Where a link in a file of the repository leads on its page: to another page, else to the file on GitHub."""
    there = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
    within = BESIDE.get(there, there.removeprefix("docs/") if there.startswith("docs/") and there.endswith((".md", *ASSETS)) else None)
    return REPOSITORY + there if within is None else posixpath.relpath(within, posixpath.dirname(page) or ".")


def markdown(page: str, path: Path) -> str:
    source = path.relative_to(ROOT).as_posix()
    return LINK.sub(lambda link: target(link[1], source, page), path.read_text(encoding="utf-8"))


def gallery(folder: Path) -> str:
    """The live examples beside the documentation, as a section; nothing where there are none."""
    found = sorted(path.parent.name for path in folder.glob("*/index.html") if (path.parent / "404.html").exists())
    return "\n## Examples, live\n\n" + "".join(f'- <a href="{name}/">{name}</a>\n' for name in found) if found else ""


def main(folder: Path) -> int:
    with tempfile.TemporaryDirectory() as home:
        stage = Path(home)
        shutil.copyfile(ROOT / "zensical.toml", stage / "zensical.toml")
        for page, path in pages().items():
            (stage / "docs" / page).parent.mkdir(parents=True, exist_ok=True)
            (stage / "docs" / page).write_text(markdown(page, path) + (gallery(folder) if page == "index.md" else ""), encoding="utf-8")
        for path in (ROOT / "docs").rglob("*"):
            if path.suffix in ASSETS:
                (stage / "docs" / path.relative_to(ROOT / "docs")).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, stage / "docs" / path.relative_to(ROOT / "docs"))
        for brought in vendor.vendor(ROOT).values():  # what zensical.toml has pages load from assets/
            shutil.copytree(brought, stage / "docs/assets", ignore=shutil.ignore_patterns(vendor.TARBALL), dirs_exist_ok=True)
        extensions = os.pathsep.join([str(ROOT / "docs"), *filter(None, [os.environ.get("PYTHONPATH")])])
        done = subprocess.run([sys.executable, "-m", "zensical", "build", "--strict"], cwd=stage, env=os.environ | {"PYTHONPATH": extensions}, check=False)
        if done.returncode == 0:
            shutil.copytree(stage / "site", folder, dirs_exist_ok=True)
    return done.returncode


def command() -> None:
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "site"))


if __name__ == "__main__":
    sys.exit(run(command))
