"""The two HTML files and the web app manifest as they are published, and the check that nothing the site refers to is missing."""

import json
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

from mlweb.contract.schema import Contract
from mlweb.errors import UserError
from mlweb.site import pictures
from mlweb.site.join import FIRST
from mlweb.site.project import Project
from mlweb.site.references import leads_to, references
from mlweb.site.theme import readable, tokens

PLAIN_404 = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="robots" content="noindex">
<title data-language="en">Page not found</title>
<title data-language="fr">Page introuvable</title>
<p data-language="en">There is no page at this address. <a href="./">To the start page</a></p>
<p data-language="fr">Il n’y a pas de page à cette adresse. <a href="./">Vers la page d’accueil</a></p>
</html>
"""  # for a project without web/404.html
APP = re.compile(r"app-[0-9a-f]{12}/")
CONNECTIONS = re.compile(r"(\bconnect-src 'self'[^;\"]*)")


def index(source: str, app: str, project: Project, contract: Contract, link: pictures.Link | None = None, origins: Iterable[str] = ()) -> str:
    """web/index.html as published: its references lead into the app folder, its head names the page and the picture of its link, and its policy lets it
    connect to these origins besides its own; raises UserError."""
    title, lang = re.compile(r"<title>.*?</title>", re.DOTALL), re.compile(r'(<html\b[^>]*\blang=")[^"]*')
    for pattern, what in ((title, "<title>…</title>"), (lang, '<html lang="…">')):
        if len(pattern.findall(source)) != 1:
            raise UserError(f"web/index.html must have exactly one {what}: the build fills it in.")
    page = re.sub(r'"\./(?!")', f'"./{app}/', source)
    languages = contract.page.language
    page = in_one(lang.sub(lambda found: f'{found[1]}{languages[0]}" data-languages="{" ".join(languages)}', page), languages[0])
    page = headed(page, project, contract)
    for origin in origins:
        page, count = CONNECTIONS.subn(rf"\1 {origin}", page)
        if count != 1:
            raise UserError("web/index.html must have one policy with connect-src 'self', which the build lets connect to the hub of the model.")
    return title.sub(lambda _: f"{head(project, contract, link)}\n  {early(app)}", page)


def headed(html: str, project: Project, contract: Contract) -> str:
    """A page with its heading filled in, which stands there before any script: what follows is not moved by it."""
    name = contract.first(contract.name)
    texts = {"brand": "" if project.title == name else project.title, "name": name, "lead": contract.first(contract.description)}
    for id_, text in texts.items():
        if text:
            empty = re.compile(rf'(<(\w+) id="{id_}"[^>]*?)( hidden)?></\2>')
            html = empty.sub(lambda found, text=text: f"{found[1]}>{escape(text)}</{found[2]}>", html)
    return html


def early(app: str) -> str:
    """What the first view needs and would ask for only once its script runs."""
    return f'<link rel="modulepreload" href="./{app}/{FIRST}">\n  <link rel="preload" href="./{app}/manifest.json" as="fetch" crossorigin>'


def in_one(html: str, language: str) -> str:
    """A page without the elements whose data-language is another one."""
    marked = re.compile(r'\s*<(\w+)\b[^>]*\bdata-language="(\w+)".*?</\1>', re.DOTALL)
    return marked.sub(lambda found: found[0] if found[2] == language else "", html)


def not_found(source: str, app: str, project: Project, contract: Contract) -> str:
    """web/404.html as published: hosts show it at any depth, so its references begin at the site's root."""
    language = contract.page.language[0]
    source = in_one(re.sub(r'(<html\b[^>]*\blang=")[^"]*', lambda found: found[1] + language, source), language)
    return source.replace('"./"', f'"{escape(project.base)}"').replace('"./', f'"{escape(project.base)}{app}/')


def head(project: Project, contract: Contract, link: pictures.Link | None = None) -> str:
    """Title, description and what a shared link shows, as lines of HTML."""
    name, description = contract.first(contract.name), described(project, contract)
    title = name if project.title in ("", name) else f"{name} · {project.title}"
    tags = [f"<title>{escape(title)}</title>"]
    if description:
        tags.append(f'<meta name="description" content="{escape(description)}">')
    if project.url:
        tags.append(f'<link rel="canonical" href="{escape(project.url)}">')
    social = {"title": name, "description": description, "type": "website", "url": project.url, "site_name": project.title or name}
    if link:
        social |= {"image": project.url + link.file, "image:width": pictures.WIDTH, "image:height": pictures.HEIGHT, "image:alt": name}
    tags += [f'<meta property="og:{key}" content="{escape(str(text))}">' for key, text in social.items() if text]
    tags.append(f'<meta name="twitter:card" content="{"summary_large_image" if link else "summary"}">')
    tags.append(f'<meta name="theme-color" content="{contract.page.accent}">')
    return "\n  ".join(tags)


def described(project: Project, contract: Contract) -> str:
    """What the page is, in one line."""
    return " ".join((contract.first(contract.description) or project.description).split())


def shared(project: Project, contract: Contract, icon: bytes, css: str) -> pictures.Link | None:
    """What a link to the page shows; None where nobody knows its address yet, which the address of a picture begins with."""
    if not project.url:
        return None
    name, colours = contract.first(contract.name), tokens(css)
    page, ink, soft = (colours.get(key, (default,))[0] for key, default in (("page", "#fff"), ("ink", "#000"), ("soft", "#444")))
    title, address = "" if project.title == name else project.title, project.url.partition("//")[2].rstrip("/")
    return pictures.Link(name, title, described(project, contract), address, icon, readable(contract.page.accent, css)[0], page, ink, soft)


def webmanifest(project: Project, contract: Contract, css: str) -> bytes:
    """What a browser reads to install the page as an app. It lies in the app folder, so its addresses lead out of that."""
    name = contract.first(contract.name)
    about = {
        "name": name,
        "short_name": min(name, project.title or name, key=len),
        "description": described(project, contract),
        "lang": contract.page.language[0],
        "start_url": "../",
        "scope": "../",
        "display": "standalone",
        "theme_color": contract.page.accent,
        "background_color": tokens(css).get("page", ("#fff",))[0],
        "icons": [
            {"src": "icon.svg", "type": "image/svg+xml", "sizes": "any"},
            {"src": "icon.png", "type": "image/png", "sizes": f"{pictures.ICON_SIZE}x{pictures.ICON_SIZE}"},
        ],
    }
    return (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode()


def broken_links(site: Path, base: str, written: dict[str, bytes] | None = None) -> list[str]:
    """One sentence for each reference in the built site to a file that is not there. `written`: the files that the build joined, as they were.

    The exact spelling counts, as on the hosts: "Main.js" is not "main.js". The runtime's minified bundle is left out:
    it names files of its other variants, which it never loads.
    """
    written = written or {}
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()} | written.keys()
    problems = []
    for name in sorted(files):
        if not name.endswith((".html", ".js", ".css")) or name.startswith("runtime/"):
            continue
        data = written[name] if name in written else (site / name).read_bytes()
        source = APP.sub("", name)  # the folder of the app has another name in each build: what its files refer to is remembered without
        for number, reference in references(source, data.decode(errors="replace")):
            if leads_to(reference, name, base) not in files | {None}:
                origin = f"web/{source}" + (f":{number}" if not name.endswith(".html") else "")  # a built page has more lines
                problems.append(f"{origin} refers to {APP.sub('', reference)}, which is not there: correct the name or add the file.")
    return problems
