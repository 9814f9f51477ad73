"""Write the site of dist/ as one HTML file that runs by a double click: page, runtime and model inside, no server, no network.

From the disk a page may load nothing that lies beside it. So what index.html refers to is put into it, what the modules need is
packed behind it (pack.py), and its policy allows exactly these scripts and styles, and nothing of the network.
"""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path

from mlweb.console import say
from mlweb.errors import UserError, run
from mlweb.site import build, project, references
from mlweb.site.bundle import bundle, data_url, style
from mlweb.site.host_limits import size

OUT = Path("single")
REFERRING = re.compile(r"""<script\b[^>]*></script>|<[a-z]+\b[^>]*\b(?:href|src)\s*=\s*["'][^>]*>""")
LOCAL = ("blob:", "data:")  # where the parts of the page are once it is unpacked
POLICY = re.compile(r'(http-equiv="Content-Security-Policy" content=")([^"]*)')


def single_file(site: Path, base: str, loader: str) -> str:
    """The page of a built site, which is served under `base`, as one file that `loader` starts; raises UserError."""
    inlined: dict[str, list[str]] = {"script": [], "style": []}
    modules = []

    def inline(tag: str, content: str, attributes: str = "") -> str:
        content = content.replace("\r\n", "\n")  # as browsers read it
        if f"</{tag}" in content.lower():
            raise UserError(f'web/ has "</{tag}" in what goes into a <{tag}> of the page: write it as "<\\/{tag}".')
        inlined[tag].append(content)
        return f"<{tag}{attributes}>{content}</{tag}>"

    def put_in(found: re.Match) -> str:
        tag = found[0]
        reference = references.HTML.search(tag)
        name = references.leads_to(reference[1], "index.html", base) if reference else None
        if reference is None or name is None or name == "index.html":
            return tag
        if 'rel="manifest"' in tag or "touch-icon" in tag or "preload" in tag:  # only a site can be installed, and here all is there
            return ""
        if 'type="module"' in tag:
            modules.append(name)
            return inline("script", loader, ' type="module"')
        if tag.startswith("<script"):
            return inline("script", (site / name).read_text(encoding="utf-8"))
        if 'rel="stylesheet"' in tag:
            return inline("style", style(site, name, base))
        return tag.replace(reference[1], data_url(site / name))

    html = REFERRING.sub(put_in, (site / "index.html").read_text(encoding="utf-8"))
    if len(modules) != 1:
        raise UserError('web/index.html must have exactly one <script type="module" src="…">: the page in one file begins there.')
    html = POLICY.sub(lambda found: found[1] + policy(found[2], inlined), html)
    html = html.replace("<html", "<html data-single-file", 1)  # support.js and others do without a server then
    packed = f'<script type="text/plain" id="site">{bundle(site, modules[0], base)}</script>\n'
    return re.sub(r"</body>|\Z", lambda found: packed + found[0], html, count=1)


def policy(published: str, inlined: dict[str, list[str]]) -> str:
    """The page's policy, for one file: what came from the site comes from the page itself, inlined or unpacked."""
    directives = []
    for directive in published.split(";"):
        name, *sources = directive.split()
        if "'self'" in sources:
            sources = [source for source in sources if source not in ("'self'", *LOCAL)] + list(LOCAL)
        sources += [f"'sha256-{digest(content)}'" for content in inlined.get(name.removesuffix("-src"), [])]
        directives.append(" ".join([name, *sources]))
    return "; ".join(directives)


def digest(content: str) -> str:
    """The checksum by which a policy knows a script or style."""
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def main() -> None:
    """Write single/<name>.html from dist/."""
    about = project.load()
    if not (build.OUT / "index.html").is_file():
        raise UserError(f"{build.OUT}/ has no page to write as a single file: build it first with: uv run poe build")
    [file] = build.OUT.glob("app-*/manifest.json")
    manifest = json.loads(file.read_bytes())
    if "hub" in manifest:
        raise UserError("A page in one file has its model inside: take source: hub out of metadata.yml and build it again for this.")
    if manifest["engine"] == "llama":
        raise UserError("A page with a GGUF file can't be one file yet: publish the site in place of a single file.")
    html = single_file(build.OUT, about.base, build.text(Path("web"), build.LOADER)).encode()
    out = OUT / f"{about.slug}.html"
    build.write(out, html)
    site = sum(path.stat().st_size for path in build.OUT.rglob("*") if path.is_file())
    say(f"{out}: {size(len(html))} (the site in {build.OUT}/ has {size(site)} unpacked). Double-click to open it; it needs no server.")


if __name__ == "__main__":
    sys.exit(run(main))
