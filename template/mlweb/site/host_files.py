"""What hosts look for at the root of a site, and the page itself never reads."""

import json
from pathlib import Path

from mlweb.files import inside
from mlweb.site.project import Project
from mlweb.site.serve import ISOLATED

HEADERS = "_headers"  # of web/


def files(root: Path, app: str, project: Project, threads: int) -> dict[str, bytes]:
    """Such files of this project's host and their content.

    `app` is the folder of the page's code in this build. To compute on several threads takes a page that its host isolates.
    """
    isolated = ISOLATED if threads > 1 else {}
    found = {}
    if (root / "web" / HEADERS).exists():
        headers = inside(root / "web", HEADERS)
        everywhere = "".join(f"  {name}: {value}\n" for name, value in isolated.items())
        found[HEADERS] = headers.read_bytes().replace(b"\n/app/", f"\n/{app}/".encode()).replace(b"\n/*\n", f"\n/*\n{everywhere}".encode())
    if project.hosting == "github-pages":
        found[".nojekyll"] = b""
    if project.hosting == "huggingface":
        found["README.md"] = space(project, isolated).encode()
    return found


def space(project: Project, headers: dict[str, str]) -> str:
    """The README.md that makes a Space of Hugging Face a static site: its settings, then what it is. JSON is YAML too."""
    settings: dict[str, object] = {"title": project.title or project.slug, "sdk": "static", "app_file": "index.html"}
    if headers:
        settings["custom_headers"] = {name.lower(): value for name, value in headers.items()}
    header = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in settings.items()]
    made = "The built page, uploaded as a whole: changes made here are lost with the next upload."
    return "\n".join(["---", *header, "---", "", "\n\n".join(filter(None, [project.description, made])), ""])
