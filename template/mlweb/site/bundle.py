"""Pack a page's modules, and all that they need, into one text: for a page that may load nothing, as it is one file.

web/single-file.js unpacks it in the browser and gives each file an address (blob: or data:). Nobody knows these addresses
before, so a reference such as './dom.js' is written here as 'site:app-…/dom.js', and a file comes after all it refers to. What a module
imports only when it is needed may come later: it becomes import(mlwebAddress('app-…/dom.js')), which is asked then.

The text is base64 of zlib of: a line of JSON that lists the files in their order, {"name", "type", "bytes", "refers": whether it
names others, "worker": whether a worker may need it}; then their bytes.
"""

import base64
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from mlweb.errors import UserError
from mlweb.site import page
from mlweb.site.references import COMMENT, SCRIPT, STYLE, leads_to
from mlweb.site.serve import OTHER, TYPES

LIMIT = 500_000_000  # characters: browsers keep no longer text
REFERENCE = re.compile(rf"/\*\*.*?\*/|{SCRIPT.pattern}")  # a comment within a line may name a module, only for its types
PLACE = re.compile(r",\s*import\.meta\.url$")


@dataclass
class File:
    """A file with its references marked: what it leads to, which of that it starts as a worker, and what it leads to only later."""

    content: bytes = b""
    leads: list[str] = field(default_factory=list)
    workers: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)


def bundle(site: Path, main: str, base: str) -> str:
    """The module `main` of a built site, which is served under `base`, with all it needs, as one text; raises UserError."""
    marker = Marker(site, f"{main.split('/')[0]}/manifest.json", base)
    files = follow([main], marker.marked)
    started = [name for file in files.values() for name in file.workers]
    files |= follow(started, lambda name: marker.marked(name, in_worker=True))
    try:
        order = list(TopologicalSorter({name: file.leads for name, file in files.items()}).static_order())
    except CycleError as error:
        ring = " → ".join(f"web/{page.APP.sub('', name)}" for name in reversed(error.args[1]))
        raise UserError(f"{ring}: a single file can't hold modules that import each other in a circle. Move what they share to a module of its own.") from None
    order.append(order.pop(order.index(main)))  # the loader starts the last one
    workers = follow(started + [name for name in files if vendored(name)], files.__getitem__)
    entries = [
        {"name": name, "type": type_of(name), "bytes": len(file.content), "refers": bool(file.leads), "worker": name in workers}
        for name, file in ((name, files[name]) for name in order)
    ]
    content = json.dumps(entries).encode() + b"\n" + b"".join(files[name].content for name in order)
    text = base64.b64encode(zlib.compress(content, 9)).decode()
    if len(text) > LIMIT:
        raise UserError("This is too much for a page in a single file: browsers could not read it. Make the model smaller, or publish the site in dist/.")
    return text


def follow(names: list[str], read: Callable[[str], File]) -> dict[str, File]:
    """What `read` gives for the names and all that these lead to."""
    files, todo = {}, list(names)
    while todo:
        name = todo.pop()
        if name not in files:
            files[name] = read(name)
            todo += files[name].leads + files[name].later
    return files


def vendored(name: str) -> bool:
    """Whether this is a script that came with a package. It is left as it is: minified, and checked by its checksum."""
    return name.startswith("runtime/") and name.endswith(".js")


class Marker:
    """Reads files of a site and marks what they refer to, as far as this page needs it: modules of other panels are left out."""

    def __init__(self, site: Path, manifest: str, base: str):
        self.site, self.manifest, self.base = site, manifest, base
        self.about = json.loads((site / manifest).read_bytes())
        self.about |= {"runtime": "wasm", "webgpu": None}  # one runtime of two is enough in one file
        urls = [*self.about.pop("keep"), *(file["url"] for file in self.about["files"].values())]
        urls += [self.about[name]["url"] for name in ("rest", "cases") if name in self.about]
        self.needed = {manifest, *(leads_to(url, manifest, base) for url in urls)}

    def marked(self, name: str, in_worker: bool = False) -> File:
        """A file of the site; one of a worker, which can't ask the page for an address."""
        path, file = self.site / name, File()
        if name == self.manifest:
            file.content = json.dumps(self.mark_addresses(self.about, file), ensure_ascii=False).encode()
        elif path.suffix == ".css":
            file.content = style(self.site, name, self.base).encode()
        elif path.suffix == ".js" and not vendored(name):
            file.content = self.mark_script(name, path.read_text(encoding="utf-8"), file, in_worker).encode()
        else:
            file.content = path.read_bytes()
        return file

    def mark(self, reference: str, origin: str, file: File) -> str:
        target = leads_to(reference, origin, self.base)
        if target is None or target not in self.needed:
            return reference
        file.leads.append(target)
        return f"site:{target}"

    def mark_script(self, name: str, text: str, file: File, in_worker: bool) -> str:
        def replaced(match: re.Match) -> str:
            reference = match[match.lastindex] if match.lastindex else ""  # none in a comment
            if match[1] and not in_worker and (target := leads_to(reference, name, self.base)) in self.needed:
                file.later.append(str(target))
                return f"import(mlwebAddress('{target}')"
            marked = reference and self.mark(reference, name, file)
            if marked == reference:  # it is not needed
                return match[0]
            text = PLACE.sub("", match[0].replace(reference, marked))
            if text.startswith("new") and reference.endswith(".js"):
                file.workers.append(file.leads[-1])
            return text

        lines = text.splitlines()
        return "\n".join(line if line.lstrip().startswith(COMMENT) else REFERENCE.sub(replaced, line) for line in lines)

    def mark_addresses(self, node, file: File):
        """Of the manifest: the url of what has a checksum, and any text that leads out of the app folder to a file."""
        if isinstance(node, dict):
            entry = {"url": f"./{node['url']}"} if {"url", "sha256"} <= node.keys() else {}
            return {key: self.mark_addresses(value, file) for key, value in (node | entry).items()}
        if isinstance(node, list):
            return [self.mark_addresses(value, file) for value in node]
        return self.mark(node, self.manifest, file) if isinstance(node, str) and node.startswith(("./", "../")) else node


def style(site: Path, name: str, base: str) -> str:
    """A style sheet with the files that it refers to in itself."""

    def inline(match: re.Match) -> str:
        target = leads_to(match[1], name, base)
        return match[0] if target is None else match[0].replace(match[1], data_url(site / target))

    return STYLE.sub(inline, (site / name).read_text(encoding="utf-8"))


def data_url(path: Path) -> str:
    """A small file as an address that holds it."""
    return f"data:{type_of(path.name)};base64,{base64.b64encode(path.read_bytes()).decode()}"


def type_of(name: str) -> str:
    """The media type of a file, without its encoding."""
    return TYPES.get(Path(name).suffix.lower(), OTHER)[0].split(";")[0]
