"""Build the site: web/ + model/ + the web runtime + metadata.yml -> dist/.

The same sources give the same bytes. The page's code lies in one folder named by its content, the runtime and the model carry
their checksum in their name: so a host that caches every file on its own can never mix two versions of the page.
"""

import hashlib
import json
import posixpath
import re
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import onnx

from mlweb import runtimes
from mlweb.codec.types import Form
from mlweb.console import say_text
from mlweb.contract import check, maps, recipe_texts
from mlweb.contract.form import form_in_languages, make_form
from mlweb.engines import fetched
from mlweb.engines.table import ENGINES, Runtime
from mlweb.errors import UserError, run
from mlweb.files import MODEL, inside, read_text
from mlweb.graph import drawing, webgpu
from mlweb.proof import device, golden, parity
from mlweb.site import host_files, page, pictures, project, runtime_profile, theme, vendor
from mlweb.site.atomic_dir import atomic_dir
from mlweb.site.compression import LARGE, transferred
from mlweb.site.host_limits import HOSTS, exceeded, size
from mlweb.site.join import join
from mlweb.site.references import needed
from mlweb.site.samples import publish_lists, publish_samples, publish_tokenizers

OUT = Path("dist")
PAGES = ("index.html", "404.html", "sw.js", "embed.js")  # at the root of the site; all else of web/ goes into the app folder
LOADER = "single-file.js"  # but this, which only the page in one file needs
RUNTIME = "onnxruntime-web"
ON_WEBGPU: Runtime = {"ort": (RUNTIME, "ort-webgpu.js"), "wasm": (RUNTIME, "ort-webgpu.wasm")}
LINKED = {"transformers"}  # scripts that import the runtime
SPLITTER = "tokenizers"  # the library of the page for texts with a tokenizer
ICON = "icon.svg"
APART = 50_000_000  # bytes from which the page itself keeps a file of the model, in parts, and not its service worker, with all else or nothing
IMPORTED = re.compile(rb'from"onnxruntime-(web/webgpu|common)"')


@dataclass(frozen=True)
class Built:
    """A site on disk: its folder, bytes by path, what a first visit transfers (bytes, gzip as the hosts do), a digest, how many cases it carries, and
    how many bytes more a first visit gets from a hub.

    The digest is of all that the page computes with: its code, the manifest without proof and cases, and so model and runtime too.
    """

    out: Path
    sizes: dict[str, int]
    first_visit: int
    digest: str
    cases: int = 0
    of_hub: int = 0


def build(root: Path, out: Path) -> Built:
    """Build the project in `root` into the folder `out`; raises UserError and leaves `out` as it was when anything is wrong."""
    about = project.load(root / project.FILE)
    agreed, model, signature, facts = check.check(root)
    inside(root, agreed.model.file, MODEL)
    digest = sha256(model)
    if facts and facts.get("model", {}).get("sha256") != digest:
        fix = "export again with: uv run poe export (or delete it, if the model came from elsewhere)"
        raise UserError(f"{check.FACTS} describes a different model than {agreed.model.file}: {fix}")
    engine = ENGINES[agreed.model.engine]
    folders = vendor.vendor(root, agreed.model.engine)

    with atomic_dir(out) as site:
        samples = partial(publish_file, root, site, "samples")
        models = partial(publish_file, root, site, "model")
        form, tokenizers = publish_tokenizers(agreed, form_in_languages(agreed, signature, facts), models)
        form, lists = publish_lists(agreed, form, models)
        form, examples, sampled = publish_samples(form, [example.model_dump() for example in agreed.examples], samples)
        libraries = publish_libraries(root, site)
        on_webgpu = publish_webgpu(model, folders, site) if agreed.model.runtime == "webgpu" else None
        brought = runtime_files(folders, engine.runtime)
        brought["wasm"], rest = runtime_profile.parted(brought["wasm"], agreed.model, folders[engine.web], root)
        files = publish_runtime(brought, site, engine.runtime)
        for licence in licences(folders, engine.runtime):
            publish(licence.read_bytes(), site, f"runtime/{licence.stem}", licence.suffix)
        hub = fetched.read_hub(root) if agreed.model.source == "hub" else None
        if hub and not hub.url(digest):
            raise UserError(f"{agreed.model.file} is not the file that the hub has, so visitors would load another one: {fetched.AGAIN}")
        files["model"] = offer(model, hub, site, "model/model", engine.suffix)
        for name, data in engine.beside(root, agreed.model.file).items():
            files[name] = offer(data, hub, site, f"model/{Path(name).stem}", Path(name).suffix)
        origins = hub.origins if hub else ()
        web = root / "web"
        index, style = text(web, "index.html"), text(web, "style.css")
        manifest = {
            "engine": agreed.model.engine,
            "files": files,
            "runtime": agreed.model.runtime,
            "webgpu": on_webgpu,
            "threads": agreed.model.threads,
            "libraries": libraries,
            "project": {key: value for key, value in asdict(about).items() if key not in ("slug", "hosting")} | {"repository": about.source},
            "page": agreed.model_dump(include={"name", "description", "task"})
            | agreed.page.model_dump(exclude={"map", "start"})
            | {"views": [view.model_dump(exclude_none=True) for view in agreed.views()], "panels": agreed.panels()}
            | {"accent": theme.accent(agreed.page.accent, style)}
            | maps.manifest_entry(agreed, root),
            "card": agreed.card.model_dump(exclude_none=True) | ({"unedited": unedited} if (unedited := list(recipe_texts.unedited(agreed))) else {}),
            "form": form,
            "examples": examples,
            "facts": facts,
        }
        if hub:
            manifest["hub"] = {"name": hub.name, "revision": hub.revision, "origins": origins}
        if rest:
            manifest["rest"] = publish(rest, site, "runtime/rest", ".wasm")
        drawn, entry = drawing.files(model) if "graph" in agreed.panels() else ({}, {})
        manifest |= entry
        sources = web_files(web)
        added = drawn | {"app.webmanifest": page.webmanifest(about, agreed, style)}
        link = None
        if ICON in sources:
            icon = added[ICON] = theme.icon(sources[ICON], agreed.page.accent)
            if "icon.png" not in sources:
                added["icon.png"] = pictures.app_icon(icon, agreed.page.accent)
            link = page.shared(about, agreed, icon, style)
        app_files = sources | added
        if tokenizers and SPLITTER not in libraries:
            raise UserError("package.json lacks @huggingface/tokenizers, which splits texts in the page: take it over from a new project of the template.")
        splits = [entry["url"] for entry in (*tokenizers, *([libraries[SPLITTER]] if tokenizers else []))]  # what comes before the form
        names, used = needed(app_files, index, agreed.modules())
        parts = join(sources, index, agreed.first_modules(), agreed.modules())
        joined_files = parts.files | added
        manifest["versions"] = versions(root, used, agreed.model.engine)
        brought = [*(libraries[name]["url"] for name in sorted(used & libraries.keys())), *sampled, *(entry["url"] for entry in (*tokenizers, *lists))]
        manifest["keep"] = {name: sha256(joined_files[name]) for name in parts.where(names)}
        manifest["keep"] |= {url: sha256((site / url.removeprefix("../")).read_bytes()) for url in brought}
        published = page.index(index, "app", about, agreed, link, origins).encode()  # its own name is not known yet
        manifest["index"] = sha256(published)
        content = digest_of(joined_files | described(manifest))
        if levels := parity.proven(root / parity.FILE, digest, content):
            manifest["parity"] = {"model_sha256": digest, "levels": levels}
        cases, count = carried_cases(root, digest, make_form(agreed, signature, facts))
        if count:
            manifest["cases"] = publish(cases, site, "model/cases", ".json") | {"count": count}
        app = publish_app(joined_files | described(manifest) | {"index.txt": published}, site)  # the copy is for sw.js, where a host rewrites pages
        write(site / "index.html", page.index(index, app, about, agreed, link, origins).encode())
        if link:
            write(site / link.file, pictures.draw(link))
        write(site / "sw.js", text(web, "sw.js").encode())
        write(site / "embed.js", text(web, "embed.js").encode())
        write(site / "model.json", json.dumps({"app": app, "languages": agreed.page.language}).encode())  # how embed.js, on a host page, finds this deploy
        write(site / "404.html", page.not_found(text(web, "404.html") if (web / "404.html").exists() else page.PLAIN_404, app, about, agreed).encode())
        for name, data in host_files.files(root, app, about, agreed.model.threads).items():
            write(site / name, data)
        sizes = {path.relative_to(site).as_posix(): path.stat().st_size for path in sorted(site.rglob("*")) if path.is_file()}
        written = {f"{app}/{name}": app_files.get(name, b"") for name in app_files | joined_files}
        if problems := page.broken_links(site, about.base, written) + exceeded(HOSTS[about.hosting], sizes):
            raise UserError(*problems)
        first, _ = needed(app_files, index, agreed.first_modules())
        visited = ["index.html", f"{app}/manifest.json", *(f"{app}/{name}" for name in parts.where(first))]
        downloaded = (manifest["files"] | (on_webgpu["files"] if on_webgpu else {})).values()
        visited += [posixpath.normpath(f"{app}/{file['url']}") for file in downloaded if not is_of_hub(file)]
        if rest and agreed.model.threads > 1:  # web/runtime/client.js
            visited.append(posixpath.normpath(f"{app}/{manifest['rest']['url']}"))
        visited += [posixpath.normpath(f"{app}/{url}") for url in (*splits, *(entry["url"] for entry in lists))]
        first_visit = sum(transferred((site / path).read_bytes()) for path in visited)
        of_hub = sum(file["bytes"] for file in downloaded if is_of_hub(file))
    return Built(out, sizes, first_visit, content, count, of_hub)


def publish(data: bytes, site: Path, stem: str, suffix: str) -> dict:
    """Write data to a name that holds its hash, such as model/model-<12 digits>.onnx; its entry in the manifest."""
    digest = sha256(data)
    name = f"{stem}-{digest[:12]}{suffix}"
    write(site / name, data)
    return {"url": f"../{name}", "bytes": len(data), "sha256": digest}


def offer(data: bytes, hub: fetched.Hub | None, site: Path, stem: str, suffix: str) -> dict:
    """A file of the model: its entry in the manifest, at the hub where that has it, else published."""
    digest = sha256(data)
    url = hub.url(digest) if hub else None
    entry = {"url": url, "bytes": len(data), "sha256": digest} if url else publish(data, site, stem, suffix)
    return entry | ({"apart": True} if url or len(data) >= APART else {})


def is_of_hub(file: dict) -> bool:
    """Whether an entry of the manifest is no file of the site."""
    return not file["url"].startswith("../")


def carried_cases(root: Path, model_sha256: str, form: Form) -> tuple[bytes, int]:
    """What a visitor's device is proven by, and of how many cases; none where the export left none for this model. Raises UserError."""
    file = root / golden.FILE
    return device.published(golden.read(file), model_sha256, form) if file.is_file() else (b"", 0)


def runtime_files(folders: dict[str, Path], runtime: Runtime) -> dict[str, bytes]:
    """What an engine needs of npm, by its name in the manifest. Raises UserError when package.json does not bring it."""
    found = {name: folders.get(package, Path()) / file for name, (package, file) in runtime.items()}
    if lacking := [name for name, path in found.items() if not path.is_file()]:
        package = runtime[lacking[0]][0]
        files = ", ".join(found[name].name for name in lacking if runtime[name][0] == package)
        raise UserError(f'package.json: "vendor" of {package} lacks {files}: take package.json back from git with: git checkout package.json')
    return {name: path.read_bytes() for name, path in found.items()}


def publish_runtime(brought: dict[str, bytes], site: Path, runtime: Runtime) -> dict[str, dict]:
    """Publish what `runtime_files` gives: its entries in the manifest."""
    entries: dict[str, dict] = {}
    for name, data in brought.items():
        path = Path(runtime[name][1])
        script = linked(data, entries["ort"]["url"]) if name in LINKED else data
        entries[name] = publish(script, site, f"runtime/{path.stem}", path.suffix)
    return entries


def licences(folders: dict[str, Path], runtime: Runtime) -> list[Path]:
    """The texts of licences that go along with them."""
    return [path for package in dict.fromkeys(package for package, _ in runtime.values()) for path in sorted(folders[package].glob("*-license.txt"))]


def linked(script: bytes, runtime: str) -> bytes:
    """A library that names the runtime as npm does, with the published file in its place, beside which it lies: so there is one runtime, and ours."""
    address = f'from"./{posixpath.basename(runtime)}"'.encode()
    found, count = IMPORTED.subn(address, script)
    if not count:
        raise UserError("The script of the engine does not import onnxruntime-web as it did: take over package.json from a new project of the template.")
    return found


def publish_webgpu(model: bytes, folders: dict[str, Path], site: Path) -> dict | None:
    """Publish the WebGPU runtime; its entry in the manifest, None where it can't compute this model."""
    parsed = onnx.load_from_string(model)
    if webgpu.beyond(parsed):
        return None
    return {"files": publish_runtime(runtime_files(folders, ON_WEBGPU), site, ON_WEBGPU), "processor": webgpu.processor(parsed)}


def publish_file(root: Path, site: Path, folder: str, named: str) -> dict:
    """Publish a file of the project under its own name; its entry in the manifest."""
    path = inside(root, named)
    return publish(path.read_bytes(), site, f"{folder}/{path.stem}", path.suffix)


def versions(root: Path, used: set[str], engine: str) -> dict[str, str]:
    """Package -> version of what the engine and the page use."""
    brought = {package for package, _ in ENGINES[engine].runtime.values()}
    return {each.name: each.version for each in vendor.pinned(root, engine) if each.name in brought or used & {Path(file).stem for file in each.files}}


def publish_libraries(root: Path, site: Path) -> dict[str, dict]:
    """Publish what the packages beside the runtime bring: a panel loads it when it first needs it. Name -> entry in the manifest."""
    brought = [root / package.folder / ours for package in vendor.pinned(root) if package.name != RUNTIME for ours in package.files]
    return {path.stem: publish(path.read_bytes(), site, f"runtime/{path.stem}", path.suffix) for path in brought}


def web_files(web: Path) -> dict[str, bytes]:
    """What goes into the app folder of web/: all but the site's own pages and hidden files. Name -> bytes."""
    files = {}
    for path in sorted(web.rglob("*")):
        name = path.relative_to(web)
        if path.is_file() and name.as_posix() not in (*PAGES, LOADER, host_files.HEADERS) and not any(part.startswith(".") for part in name.parts):
            if path.suffix in (".css", ".html", ".js"):
                read_text(web, name)  # refuses what is no text
            files[name.as_posix()] = inside(web, name).read_bytes()
    return files


def described(manifest: dict) -> dict[str, bytes]:
    """The manifest as the file that lies beside those of web/; raises UserError."""
    try:
        text = json.dumps(manifest, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    except ValueError:
        raise UserError("A number in metadata.yml or model/facts.json is NaN or infinite, which a page can't read: replace it.") from None
    return {"manifest.json": text.encode()}


def sha256(data: bytes) -> str:
    """The checksum of a file in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest_of(files: dict[str, bytes]) -> str:
    """Twelve hexadecimal digits that tell these files, names and all."""
    digest = hashlib.sha256()
    for name, data in sorted(files.items()):
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()[:12]


def publish_app(files: dict[str, bytes], site: Path) -> str:
    """Write the app's files into a folder named by their content; that folder's name."""
    app = f"app-{digest_of(files)}"
    for name, data in files.items():
        write(site / app / name, data)
    return app


def text(web: Path, name: str) -> str:
    """A text file of web/; raises UserError."""
    return read_text(web, name, f"{web / name} is missing: take it back from git with: git checkout {web / name}")


def write(path: Path, data: bytes) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def summary(built: Built) -> str:
    """A short table: what the site is made of and what a first visit costs."""
    files, total = Counter(), Counter()
    for path, count in built.sizes.items():
        part = path.split("/")[0] if path.startswith(("runtime/", "model/")) else "page"
        files[part] += 1
        total[part] += count
    rows = [(part, files[part], total[part]) for part in ("page", "runtime", "model")]
    rows.append((f"{built.out}/", len(built.sizes), sum(built.sizes.values())))
    lines = [f"{part:<10}{number:>4} {'file ' if number == 1 else 'files'}{size(count):>12}" for part, number, count in rows]
    none = "It carries no cases to be proven by on a visitor's device, without which no page uses WebGPU: export again with: uv run poe export"
    lines.append(f"It carries {built.cases} cases to be proven by on a visitor's device." if built.cases else none)
    about = "about " if max(built.sizes.values()) > LARGE else ""  # an estimate
    beyond = f", and {size(built.of_hub)} from the hub" if built.of_hub else ""
    return "\n".join([*lines, f"A first visit transfers {about}{size(built.first_visit)} (gzip){beyond}."])


def main() -> None:
    """Build dist/ from the project in the current folder."""
    runtimes.agree(Path())
    say_text(summary(build(Path(), OUT)))


if __name__ == "__main__":
    sys.exit(run(main))
