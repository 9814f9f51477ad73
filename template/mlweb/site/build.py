"""Build the site: web/ + model/ + the web runtime + metadata.yml -> dist/.

The same sources give the same bytes. The page's code lies in one folder named by its content, the runtime and the model carry
their checksum in their name: so a host that caches every file on its own can never mix two versions of the page.
"""

import hashlib
import json
import posixpath
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import onnx

from mlweb.contract import check, maps
from mlweb.contract.form import form_in_languages
from mlweb.errors import UserError, run
from mlweb.files import MODEL, inside, read_text
from mlweb.graph import drawing, webgpu
from mlweb.proof import parity
from mlweb.site import host_files, page, project, theme, vendor
from mlweb.site.atomic_dir import atomic_dir
from mlweb.site.compression import compressed
from mlweb.site.host_limits import HOSTS, exceeded, size
from mlweb.site.references import needed
from mlweb.site.samples import publish_samples

OUT = Path("dist")
PAGES = ("index.html", "404.html", "sw.js", "embed.js")  # at the root of the site; all else of web/ goes into the app folder
LOADER = "single-file.js"  # but this, which only the page in one file needs
RUNTIME = "onnxruntime-web"


@dataclass(frozen=True)
class Built:
    """A site on disk: its folder, bytes by path, what a first visit transfers (bytes, gzip as the hosts do), and a digest.

    The digest is of all that the page computes with: its code, the manifest without the proof, and so model and runtime too.
    """

    out: Path
    sizes: dict[str, int]
    first_visit: int
    digest: str


def build(root: Path, out: Path) -> Built:
    """Build the project in `root` into the folder `out`; raises UserError and leaves `out` as it was when anything is wrong."""
    about = project.load(root / project.FILE)
    agreed, model, signature, facts = check.check(root)
    inside(root, agreed.model.file, MODEL)
    digest = hashlib.sha256(model).hexdigest()
    if facts and facts.get("model", {}).get("sha256") != digest:
        fix = "export again with: uv run poe export (or delete it, if the model came from elsewhere)"
        raise UserError(f"{check.FACTS} describes a different model than {agreed.model.file}: {fix}")
    runtime = vendor.vendor(root)[RUNTIME]

    with atomic_dir(out) as site:
        samples = partial(publish_file, root, site, "samples")
        form, examples, sampled = publish_samples(form_in_languages(agreed, signature, facts), [example.model_dump() for example in agreed.examples], samples)
        libraries = publish_libraries(root, site)
        on_webgpu = publish_webgpu(model, runtime, site) if agreed.model.runtime == "webgpu" else None
        web = root / "web"
        index, style = text(web, "index.html"), text(web, "style.css")
        manifest = {
            "files": publish_runtime(runtime, site, "ort") | {"model": publish(model, site, "model/model", ".onnx")},
            "runtime": agreed.model.runtime,
            "webgpu": on_webgpu,
            "threads": agreed.model.threads,
            "libraries": libraries,
            "project": {key: value for key, value in asdict(about).items() if key not in ("slug", "hosting")} | {"repository": about.source},
            "page": agreed.model_dump(include={"name", "description", "task"})
            | agreed.page.model_dump(exclude={"map"})
            | {"accent": theme.accent(agreed.page.accent, style)}
            | maps.manifest_entry(agreed, root),
            "card": agreed.card.model_dump(exclude_none=True),
            "form": form,
            "examples": examples,
            "facts": facts,
            "versions": {package.name: package.version for package in vendor.pinned(root)},
        }
        drawn, entry = drawing.files(model) if "graph" in agreed.page.panels else ({}, {})
        manifest |= entry
        app_files = web_files(web) | drawn | {"app.webmanifest": page.webmanifest(about, agreed, style)}
        names, used = needed(app_files, index, agreed.modules())
        manifest["keep"] = [*names, *(libraries[name]["url"] for name in sorted(used & libraries.keys())), *sampled]
        content = digest_of(app_files | described(manifest))
        if levels := parity.proven(root / parity.FILE, digest, content):
            manifest["parity"] = {"model_sha256": digest, "levels": levels}
        app = publish_app(app_files | described(manifest), site)
        write(site / "index.html", page.index(index, app, about, agreed).encode())
        write(site / "sw.js", text(web, "sw.js").encode())
        write(site / "embed.js", text(web, "embed.js").encode())
        write(site / "model.json", json.dumps({"app": app, "languages": agreed.page.language}).encode())  # how embed.js, on a host page, finds this deploy
        write(site / "404.html", page.not_found(text(web, "404.html"), app, about, agreed).encode())
        for name, data in host_files.files(root, app, about, agreed.model.threads).items():
            write(site / name, data)
        sizes = {path.relative_to(site).as_posix(): path.stat().st_size for path in sorted(site.rglob("*")) if path.is_file()}
        if problems := page.broken_links(site, about.base) + exceeded(HOSTS[about.hosting], sizes):
            raise UserError(*problems)
        visited = ["index.html", "sw.js", f"{app}/manifest.json", *(f"{app}/{name}" for name in names)]
        visited += [posixpath.normpath(f"{app}/{file['url']}") for file in (manifest["files"] | (on_webgpu["files"] if on_webgpu else {})).values()]
        first_visit = sum(len(compressed((site / path).read_bytes())) for path in visited)
    return Built(out, sizes, first_visit, content)


def publish(data: bytes, site: Path, stem: str, suffix: str) -> dict:
    """Write data to a name that holds its hash, such as model/model-<12 digits>.onnx; its entry in the manifest."""
    sha256 = hashlib.sha256(data).hexdigest()
    name = f"{stem}-{sha256[:12]}{suffix}"
    write(site / name, data)
    return {"url": f"../{name}", "bytes": len(data), "sha256": sha256}


def publish_runtime(folder: Path, site: Path, name: str) -> dict[str, dict]:
    """Publish a build of the runtime, its script and its WebAssembly: their entries in the manifest."""
    return {key: publish((folder / f"{name}{suffix}").read_bytes(), site, f"runtime/{name}", suffix) for key, suffix in (("ort", ".js"), ("wasm", ".wasm"))}


def publish_webgpu(model: bytes, runtime: Path, site: Path) -> dict | None:
    """Publish the WebGPU runtime; its entry in the manifest, None where it can't compute this model."""
    parsed = onnx.load_from_string(model)
    if webgpu.beyond(parsed):
        return None
    return {"files": publish_runtime(runtime, site, "ort-webgpu"), "processor": webgpu.processor(parsed)}


def publish_file(root: Path, site: Path, folder: str, named: str) -> dict:
    """Publish a file of the project under its own name; its entry in the manifest."""
    path = inside(root, named)
    return publish(path.read_bytes(), site, f"{folder}/{path.stem}", path.suffix)


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
            files[name.as_posix()] = inside(web, name).read_bytes()
    return files


def described(manifest: dict) -> dict[str, bytes]:
    """The manifest as the file that lies beside those of web/; raises UserError."""
    try:
        text = json.dumps(manifest, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    except ValueError:
        raise UserError("A number in metadata.yml or model/facts.json is NaN or infinite, which a page can't read: replace it.") from None
    return {"manifest.json": text.encode()}


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
    return "\n".join([*lines, f"A first visit transfers {size(built.first_visit)} (gzip)."])


def main() -> None:
    """Build dist/ from the project in the current folder."""
    print(summary(build(Path(), OUT)))


if __name__ == "__main__":
    sys.exit(run(main))
