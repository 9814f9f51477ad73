"""The two HTML files as they are published, and the check that nothing the site refers to is missing."""

import posixpath
import re
from html import escape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from mlweb.contract import Contract
from mlweb.problems import Problems
from mlweb.project import Project

# What refers to another file, by kind of file.
HTML = re.compile(r"""\b(?:href|src)\s*=\s*["']([^"']+)["']""")
SCRIPT = re.compile(r"""(?:\bfrom|\bimport\s*\(?)\s*["'](\.[^"']+)["']|\bnew\s+URL\(\s*["']([^"']+)["']\s*,\s*import\.meta\.url""")
STYLE = re.compile(r"""url\(\s*["']?([^"')]+)""")
REFERENCES = {".html": HTML, ".js": SCRIPT, ".css": STYLE}
APP = re.compile(r"app-[0-9a-f]{12}/")
COMMENT = ("//", "/*", "*")  # how a line of a comment begins: a type may be imported there from anywhere


def index(source: str, app: str, project: Project, contract: Contract) -> str:
    """web/index.html as published: its references lead into the app folder, its head names the page; raises Problems."""
    title, lang = re.compile(r"<title>.*?</title>", re.DOTALL), re.compile(r'(<html\b[^>]*\blang=")[^"]*')
    for pattern, what in ((title, "<title>…</title>"), (lang, '<html lang="…">')):
        if len(pattern.findall(source)) != 1:
            raise Problems(f"web/index.html must have exactly one {what}: the build fills it in.")
    page = re.sub(r'"\./(?!")', f'"./{app}/', source)
    page = lang.sub(lambda found: found[1] + escape(contract.page.language), page)
    return title.sub(lambda _: head(project, contract), page)


def not_found(source: str, app: str, project: Project) -> str:
    """web/404.html as published: hosts show it at any depth, so its references begin at the site's root."""
    return source.replace('"./"', f'"{escape(project.base)}"').replace('"./', f'"{escape(project.base)}{app}/')


def head(project: Project, contract: Contract) -> str:
    """Title, description and what a shared link shows, as lines of HTML."""
    title = contract.name if contract.name == project.title else f"{contract.name} · {project.title}"
    description = " ".join((contract.description or project.description).split())
    tags = [f"<title>{escape(title)}</title>"]
    if description:
        tags.append(f'<meta name="description" content="{escape(description)}">')
    if project.url:
        tags.append(f'<link rel="canonical" href="{escape(project.url)}">')
    social = {"title": contract.name, "description": description, "type": "website", "url": project.url, "site_name": project.title}
    tags += [f'<meta property="og:{key}" content="{escape(text)}">' for key, text in social.items() if text]
    tags.append('<meta name="twitter:card" content="summary">')
    return "\n  ".join(tags)


def lost(site: Path, base: str) -> list[str]:
    """One sentence for each reference in the built site to a file that is not there.

    The exact spelling counts, as on the hosts: "Main.js" is not "main.js". The runtime's minified bundle is left out:
    it names files of its other variants, which it never loads.
    """
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    problems = []
    for name in sorted(files):
        pattern = REFERENCES.get(posixpath.splitext(name)[1])
        if pattern is None or name.startswith("runtime/"):
            continue
        for number, line in enumerate((site / name).read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if line.lstrip().startswith(COMMENT):
                continue
            for found in pattern.finditer(line):
                reference = next(group for group in found.groups() if group)
                if leads_to(reference, name, base) not in files | {None}:
                    origin = f"web/{APP.sub('', name)}" + (f":{number}" if pattern is not HTML else "")  # a built page has more lines
                    problems.append(f"{origin} refers to {APP.sub('', reference)}, which is not there: correct the name or add the file.")
    return problems


def leads_to(reference: str, name: str, base: str) -> str | None:
    """The file of the site that a reference in the file `name` means; None when it leaves the site or stays on the page."""
    parts = urlsplit(reference)
    if parts.scheme or parts.netloc or not parts.path:
        return None
    target = posixpath.join(posixpath.dirname(name), unquote(parts.path)).removeprefix(base)
    return posixpath.normpath(f"{target}index.html" if target.endswith("/") or not target else target)
