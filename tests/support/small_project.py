"""A project of three small files, its runtime fetched already: what the tests of the build work on."""

import io
import json
import tarfile
from pathlib import Path

from onnx import TensorProto, helper

from mlweb.site import vendor

PYPROJECT = """
[project]
name = "small"
description = "A project <for> tests"
authors = [{name = "Ada & Co", email = "ada@example.org"}]
license = "MIT"

[tool.mlweb]
title = "Small \\"things\\""
repository = "ada/small"
hosting = "github-pages"
url = "https://ada.example.org/small"
"""
METADATA = """
schema: 1
name: Double <it>
description: Twice the "number".
inputs:
  x: {kind: number, min: 0, default: 3}
outputs:
  y: {kind: value, label: Double}
examples:
  - {label: Four, values: {x: 4}}
"""
INDEX = """<!doctype html>
<html class="page" lang="tlh">
<head>
  <meta charset="utf-8">
  <title>filled in</title>
  <link rel="stylesheet" href="./style.css">
</head>
<body><a href="./">Home</a> <a href="#status">Status</a> <a href="https://example.org/a">Else</a>
<script type="module" src="./main.js"></script></body>
</html>
"""
WEB = {
    "index.html": INDEX,
    "404.html": '<!doctype html><html lang="en"><link rel="icon" href="./icon.svg"><a href="./">The page</a></html>\n',
    "main.js": (
        "import {draw} from './panels/card.js';\n"
        "/** @type {import('./nowhere.d.ts').Nothing} */\n"
        "const manifest = new URL('manifest.json', import.meta.url);\n"
        "new Worker(new URL(\"runtime/worker.js\", import.meta.url), {type: 'module'});\n"
    ),
    "panels/card.js": "export * from '../runtime/worker.js';\nimport('./card.js');\n",
    "runtime/worker.js": "// the worker\nexport const draw = () => {};\n",
    "sw.js": "// keeps the page for later\n",
    "embed.js": "// the model on a host page\n",
    "style.css": "a { background: url('icon.svg'); b: url(data:,x); }\n",
    "icon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n",
    ".editor": "hidden",
}


def write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def doubling(factor: float = 2.0) -> bytes:
    """y = factor * x on float32 [N, 1]."""
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 1]) for name in "xy")
    two = helper.make_tensor("two", TensorProto.FLOAT, [1], [factor])
    graph = helper.make_graph([helper.make_node("Mul", ["x", "two"], ["y"])], "double", [x], [y], [two])
    return helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString()


def make(root: Path) -> Path:
    """A small project whose runtime was fetched already: two fake files of version 9.9.9."""
    write(root / "pyproject.toml", PYPROJECT)
    write(root / "metadata.yml", METADATA)
    write(root / "model/model.onnx", doubling())
    for name, content in WEB.items():
        write(root / "web" / name, content)
    write(root / "package.json", json.dumps({"dependencies": {}, "vendor": {}}))
    write(root / "package-lock.json", json.dumps({"packages": {}}))
    return fetched(root, "onnxruntime-web", {"ort.js": b"new URL('ort.other.mjs', import.meta.url)\n", "ort.wasm": b"\0asm" + bytes(2000)})


def fetched(root: Path, name: str, files: dict[str, bytes]) -> Path:
    """Pin version 9.9.9 of one more package, as if its files had been fetched."""
    pins, lock = (json.loads((root / file).read_text()) for file in ("package.json", "package-lock.json"))
    pins["dependencies"][name] = "9.9.9"
    pins["vendor"][name] = {ours: f"dist/{ours}" for ours in files}
    folder = root / vendor.Package(name, "9.9.9", "", {}).folder
    for ours, data in files.items():
        write(folder / ours, data)
    packed(folder / vendor.TARBALL, {f"package/dist/{ours}": data for ours, data in files.items()})
    lock["packages"][f"node_modules/{name}"] = {"version": "9.9.9", "integrity": vendor.checksum(folder / vendor.TARBALL)}
    write(root / "package.json", json.dumps(pins))
    write(root / "package-lock.json", json.dumps(lock))
    return root


def packed(tarball: Path, files: dict[str, bytes]) -> None:
    """A package as npm packs it."""
    with tarfile.open(tarball, "w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
