"""The notebook in the browser: JupyterLite in dist/notebook/, whose Python asks this site's model. `uv run poe build` makes it after the page.

The site itself serves all of it. JupyterLite and its kernel come from PyPI, Python for the browser (Pyodide) from npm, and the packages that the kernel
needs are those of this environment, packed again. No package index is asked, neither now nor by the notebook.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from mlweb import UserError, run
from mlweb.console import say
from mlweb.site import build, project, vendor
from mlweb.site.atomic_dir import atomic_dir
from mlweb.site.host_limits import HOSTS, exceeded, size

HERE = Path(__file__).parent
FOLDER = "notebook"  # of the site
NOTEBOOK = "model.ipynb"
LISTING = "all.json"
EPOCH = "1980-01-01T00:00:00Z"  # so that the same sources give the same bytes
EXTENSION = Path("share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension")
# What the kernel imports, all of it plain Python.
INSTALLED = (
    *("asttokens", "comm", "executing", "ipython", "ipython-pygments-lexers", "jedi", "matplotlib-inline", "parso", "prompt-toolkit", "pure-eval"),
    *("pygments", "stack-data", "traitlets", "typing-extensions", "wcwidth"),
)
COMPILED = (".pyc", ".so", ".pyd")  # for this machine, and a browser is another: each of these packages does without
BROUGHT = ("ipykernel", "pyodide_kernel")  # by the kernel's own extension
OURS = {
    "page-model": {"page_model.py": "page_model.py"},
    "micropip": {"micropip.py": "no_index.py"},
    "piplite": {"piplite/__init__.py": "no_index.py", "piplite/piplite.py": "no_index.py"},
}


def wheels() -> dict[str, tuple[str, bytes]]:
    """Package -> (name of its wheel, its bytes); raises UserError when one is not installed."""
    found = {}
    for name in INSTALLED:
        installed = distribution(name)
        files = [path for path in installed.files or [] if path.parts[0] != ".." and path.suffix not in COMPILED]
        packed = {path.as_posix(): Path(str(path.locate())).read_bytes() for path in files}
        found[name] = (f"{name.replace('-', '_')}-{installed.version}-py3-none-any.whl", zipped(packed))
    for name in BROUGHT:
        [path] = (Path(sys.prefix) / EXTENSION / "static/pypi").glob(f"{name}-*.whl")
        found[name.replace("_", "-")] = (path.name, path.read_bytes())
    for name, files in OURS.items():
        stem = f"{name.replace('-', '_')}-1.0"
        about = {f"{stem}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode()}
        found[name] = (f"{stem}-py3-none-any.whl", zipped({ours: (HERE / theirs).read_bytes() for ours, theirs in files.items()} | about))
    return found


def zipped(files: dict[str, bytes]) -> bytes:
    """The same files give the same bytes."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, data in sorted(files.items()):
            archive.writestr(ZipInfo(name), data, ZIP_DEFLATED)
    return buffer.getvalue()


def publish_pyodide(folder: Path) -> list[str]:
    """Put Python and the kernel's packages into a folder: the names of these packages. Raises UserError."""
    brought = vendor.vendor(HERE)["pyodide"]
    shutil.copytree(brought, folder, ignore=shutil.ignore_patterns(vendor.TARBALL))
    packages = {}
    for name, (file, data) in wheels().items():
        (folder / file).write_bytes(data)
        packages[name] = {
            "name": name,
            "version": file.split("-")[1],
            "file_name": file,
            "install_dir": "site",
            "package_type": "package",
            "sha256": hashlib.sha256(data).hexdigest(),
            "imports": [],
            "depends": [],
        }
    lock = folder / "pyodide-lock.json"
    lock.write_text(json.dumps(json.loads(lock.read_text(encoding="utf-8")) | {"packages": packages}), encoding="utf-8")
    return sorted(packages)


def first_values(site: Path) -> dict:
    """What the notebook asks first: the page's first example; nothing, which is every default, where it has none. Raises UserError."""
    try:
        app = json.loads((site / "model.json").read_text(encoding="utf-8"))["app"]
        examples = json.loads((site / app / "manifest.json").read_text(encoding="utf-8"))["examples"]
    except (OSError, ValueError, KeyError):
        raise UserError(f"There is no page in {site}/ to put a notebook beside: build it first with: uv run poe build") from None
    return examples[0]["values"] if examples else {}


def publish_notebook(values: dict, folder: Path) -> None:
    """Put the notebook, which asks for these values first, where JupyterLite looks for files, and into its list of them."""
    made = json.loads((HERE / NOTEBOOK).read_text(encoding="utf-8"))
    for cell in made["cells"]:
        cell["source"] = [line.replace("predict({})", f"predict({values!r})") for line in cell["source"]]
    data = json.dumps(made, indent=1, ensure_ascii=False).encode()
    build.write(folder / "files" / NOTEBOOK, data)
    kept = {"created": EPOCH, "last_modified": EPOCH, "writable": True, "content": None, "mimetype": None, "format": None, "size": None}
    file = kept | {"name": NOTEBOOK, "path": NOTEBOOK, "type": "notebook", "size": len(data)}
    listing = kept | {"name": "", "path": "", "type": "directory", "format": "json", "content": [file]}
    build.write(folder / "api/contents" / LISTING, json.dumps(listing).encode())


def make(site: Path) -> None:
    """Put the notebook beside the page in `site`, whole or not at all; raises UserError."""
    values = first_values(site)
    with tempfile.TemporaryDirectory() as temporary, atomic_dir(site / FOLDER) as new:
        stage = Path(temporary)
        packages = publish_pyodide(stage / "static/pyodide")
        kernel = {"disablePyPIFallback": True, "loadPyodideOptions": {"packages": packages}}
        page = {"litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel}, "contentsAllJsonFile": LISTING}
        (stage / "jupyter-lite.json").write_text(json.dumps({"jupyter-lite-schema-version": 0, "jupyter-config-data": page}), encoding="utf-8")
        wished = {"federated_extensions": [str(Path(sys.prefix) / EXTENSION)], "ignore_sys_prefix": ["federated_extensions"], "apps": ["lab"]}
        wished |= {"no_sourcemaps": True, "no_unused_shared_packages": True, "no_libarchive": True}
        (stage / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": wished}), encoding="utf-8")
        command = [sys.executable, "-m", "jupyterlite_core", "build", "--output-dir", str(new.resolve())]
        done = subprocess.run(command, cwd=stage, capture_output=True, encoding="utf-8", errors="replace", check=False)
        if done.returncode:
            why = [line for line in (done.stdout + done.stderr).splitlines() if "Error: " in line] or ["it does not say why."]
            raise UserError(f"JupyterLite could not be built: {why[-1]}")
        publish_notebook(values, new)
    sizes = {path.relative_to(site).as_posix(): path.stat().st_size for path in site.rglob("*") if path.is_file()}
    if problems := exceeded(HOSTS[project.load(Path(project.FILE)).hosting], sizes):
        shutil.rmtree(site / FOLDER)
        raise UserError(*problems)
    ours = [count for path, count in sizes.items() if path.startswith(f"{FOLDER}/")]
    say(f"{site}/{FOLDER}/ has a notebook that asks the model: {len(ours)} files, {size(sum(ours))}. Open {FOLDER}/lab/index.html?path={NOTEBOOK}")


def main() -> None:
    """Make the notebook of the page in dist/."""
    try:
        make(build.OUT)
    except PackageNotFoundError as error:
        raise UserError(f"The package {error.name} is not installed: run uv sync, which installs it.") from None


if __name__ == "__main__":
    sys.exit(run(main))
