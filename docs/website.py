"""The documentation as a site, in FOLDER: PYTHONPATH=template python docs/website.py [FOLDER, which is site/ otherwise]

Each page is written as GitHub shows it, so its links may lead to any file of the repository. On the site such a link leads to GitHub, and
CHANGELOG.md and CONTRIBUTING.md are pages too. What docs/gallery.py has put into FOLDER/gallery is shown on the page of that name, and linked from the first.
"""

import html
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from mlweb.errors import run
from mlweb.site import vendor

ROOT = Path(__file__).resolve().parents[1]
BESIDE = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}  # pages that do not lie in docs/
ASSETS = (".png", ".svg", ".jpg", ".js", ".css", ".onnx", ".html")
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


def examples(folder: Path) -> dict[str, dict]:
    """Recipe -> manifest of its page, of those in the gallery."""
    found = {}
    for path in sorted((folder / "gallery").glob("*/model.json")):
        app = json.loads(path.read_text(encoding="utf-8"))["app"]
        found[path.parent.name] = json.loads((path.parent / app / "manifest.json").read_text(encoding="utf-8"))
    return found


def figures(manifest: dict) -> list[str]:
    """What is known of a model: what training measured, how large it is, and how far the proof found it off."""
    lines = [
        f"{each['name']}: {each['model']:.3g} {each.get('unit', '')}".strip() + f" (baseline {each['baseline']:.3g})"
        for each in (manifest["facts"] or {}).get("metrics", [])
    ]
    lines.append(f"Model: {manifest['files']['model']['bytes'] / 1000:,.0f} kB")
    for level in (manifest.get("parity") or {}).get("levels", []):
        lines.append(f"Level {level['level']}, {level['engine']}: {level['cases']} cases, {level['max_abs']:.1g} off at most")
    return lines


def tried(folder: Path) -> str:
    """What the first page invites to, above its picture: the smallest page as a file; nothing where there are no examples."""
    files = sorted((folder / f"gallery/{name}.html" for name in examples(folder)), key=lambda file: file.stat().st_size)
    if not files:
        return ""
    link = f'<a href="gallery/{files[0].name}" download>Save this one</a> ({files[0].stat().st_size / 1e6:.1f} MB)'
    return (
        f'**As a single file, a page opens with a double click**, without a server or a network. {link}, or look at <a href="gallery.html">the gallery</a>.\n'
    )


def live(folder: Path) -> str:
    """The examples by name, at the end of the first page; nothing where there are none."""
    links = " · ".join(f'<a href="gallery/{name}/">{name}</a>' for name in examples(folder))
    return f"\nLive: {links}\n" if links else ""


def gallery(folder: Path) -> str:
    """A section for each example; nothing where there are none."""
    parts = []
    for name, manifest in examples(folder).items():
        title, about = (html.escape(manifest["page"][key]) for key in ("name", "description"))
        picture = f'<a href="gallery/{name}/"><img src="gallery/{name}.png" alt="The page of {name}" width="600" loading="lazy"></a>'
        megabytes = (folder / f"gallery/{name}.html").stat().st_size / 1e6
        single = f'<a href="gallery/{name}.html" download>as a single file</a> ({megabytes:.1f} MB)'
        known = "".join(f"- {html.escape(line)}\n" for line in figures(manifest))
        parts.append(f'\n## {name}\n\n{title}. {about}\n\n{picture}\n\nOpen <a href="gallery/{name}/">the page</a>, or take it {single}.\n\n{known}')
    return "".join(parts)


def whole(page: str, path: Path, folder: Path) -> str:
    """A page's Markdown, with what it shows of the examples."""
    text = markdown(page, path)
    if page == "index.md":
        before, picture, after = text.partition("![")
        return f"{before}{tried(folder)}\n{picture}{after}{live(folder)}"
    return text + gallery(folder) if page == "gallery.md" else text


def sized(page: Path) -> str:
    """A built page whose pictures say how large they are, so that nothing moves when they come."""

    def with_size(tag: re.Match) -> str:
        file = page.parent / tag[1]
        if not file.is_file() or " width=" in tag[0]:
            return tag[0]
        with Image.open(file) as picture:
            return f'{tag[0].rstrip("/>")} width="{picture.width}" height="{picture.height}">'

    return re.sub(r'<img\b[^>]*?\bsrc="?([^" >]+\.png)"?[^>]*>', with_size, page.read_text(encoding="utf-8"))


def in_its_language(html: str, page: str) -> str:
    """A page whose text says that it is French, where it is: the navigation around it is English."""
    return html.replace("<article", '<article lang="fr"', 1) if page.startswith("workshop/fr/") else html


def main(folder: Path) -> int:
    with tempfile.TemporaryDirectory() as home:
        stage = Path(home)
        shutil.copyfile(ROOT / "zensical.toml", stage / "zensical.toml")
        for page, path in pages().items():
            (stage / "docs" / page).parent.mkdir(parents=True, exist_ok=True)
            (stage / "docs" / page).write_text(whole(page, path, folder), encoding="utf-8")
        for path in (ROOT / "docs").rglob("*"):
            if path.suffix in ASSETS:
                (stage / "docs" / path.relative_to(ROOT / "docs")).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, stage / "docs" / path.relative_to(ROOT / "docs"))
        for brought in vendor.vendor(ROOT).values():  # what zensical.toml has pages load from assets/
            shutil.copytree(brought, stage / "docs/assets", ignore=shutil.ignore_patterns(vendor.TARBALL), dirs_exist_ok=True)
        extensions = os.pathsep.join([str(ROOT / "docs"), *filter(None, [os.environ.get("PYTHONPATH")])])
        done = subprocess.run([sys.executable, "-m", "zensical", "build", "--strict"], cwd=stage, env=os.environ | {"PYTHONPATH": extensions}, check=False)
        if done.returncode == 0:
            for path in (stage / "site").rglob("*.html"):
                path.write_text(in_its_language(sized(path), path.relative_to(stage / "site").as_posix()), encoding="utf-8")
            shutil.copytree(stage / "site", folder, dirs_exist_ok=True)
    return done.returncode


def command() -> None:
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "site"))


if __name__ == "__main__":
    sys.exit(run(command))
