"""mlweb.site.vendor: fetch once, check, keep only what is listed. A stand-in for npm hands out a package made here."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import mlweb
from mlweb.errors import UserError
from mlweb.site import build, vendor
from small_project import packed

TEMPLATE = Path(mlweb.__file__).parents[1]
PACKED = {"package/dist/a.mjs": b"export {}\n", "package/dist/a.wasm": b"\0asm", "package/dist/huge.wasm": bytes(9999)}
NPM = """#!{python}
import shutil, sys
from pathlib import Path
with Path(r"{calls}").open("a") as calls:
    print(*sys.argv[1:], file=calls)
target = sys.argv[-1].removeprefix("--pack-destination=")
for wanted in sys.argv[2 : sys.argv.index("--json") - 1]:
    shutil.copy(r"{tarball}", f"{{target}}/{{wanted.replace('@', '-')}}.tgz")
{body}
"""


@pytest.fixture
def root(tmp_path) -> Path:
    """A project that pins runtime-web 1.2.3, and that package's tarball beside it."""
    packed(tmp_path / "package.tgz", PACKED)
    root = tmp_path / "project"
    root.mkdir()
    listed = {"web.js": "dist/a.mjs", "web.wasm": "dist/a.wasm"}
    save(root / "package.json", {"dependencies": {"runtime-web": "1.2.3"}, "vendor": {"runtime-web": listed}})
    entry = {"version": "1.2.3", "integrity": f"sha1-old {vendor.checksum(tmp_path / 'package.tgz')}"}
    save(root / "package-lock.json", {"packages": {"node_modules/runtime-web": entry}})
    return root


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """npm(body) puts an npm first on PATH that packs, then runs these lines of Python. Returns the file of its calls."""

    def install(body: str = "") -> Path:
        calls = tmp_path / "calls"
        calls.touch()
        script = tmp_path / "bin/npm"
        script.parent.mkdir(exist_ok=True)
        script.write_text(NPM.format(python=sys.executable, calls=calls, tarball=tmp_path / "package.tgz", body=body))
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
        return calls

    return install


def save(path: Path, data: dict) -> None:
    path.write_text(json.dumps(data))


def change(path: Path, *keys: str, to) -> None:
    """Set one value deep in a JSON file; None removes it."""
    data = node = json.loads(path.read_text())
    for key in keys[:-1]:
        node = node[key]
    if to is None:
        del node[keys[-1]]
    else:
        node[keys[-1]] = to
    save(path, data)


def pin(root: Path, name: str) -> None:
    """Ask for one more package, which has the same tarball."""
    manifest, lock = (json.loads((root / file).read_text()) for file in ("package.json", "package-lock.json"))
    for entries, prefix in ((manifest["dependencies"], ""), (manifest["vendor"], ""), (lock["packages"], "node_modules/")):
        entries[f"{prefix}{name}"] = entries[f"{prefix}runtime-web"]
    save(root / "package.json", manifest)
    save(root / "package-lock.json", lock)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != vendor.TARBALL}


def refusal(root: Path) -> str:
    """The one sentence that vendor refuses with; nothing half-done may lie around."""
    with pytest.raises(UserError) as refused:
        vendor.vendor(root)
    (sentence,) = refused.value.sentences
    assert "\n" not in sentence and not [path for path in (root / ".vendor").glob("*") if path.name.startswith(".")]
    return sentence


def test_takes_the_listed_files_and_nothing_else(root, npm):
    calls = npm()
    folders = vendor.vendor(root)
    assert folders == {"runtime-web": root / ".vendor/runtime-web-1.2.3"}
    assert files(folders["runtime-web"]) == {"web.js": b"export {}\n", "web.wasm": b"\0asm"}
    assert calls.read_text().startswith("pack runtime-web@1.2.3 ")


def test_one_npm_brings_all_that_is_lacking(root, npm):
    calls = npm()
    vendor.vendor(root)
    for name in ("other", "third"):
        pin(root, name)
    assert list(vendor.vendor(root)) == ["runtime-web", "other", "third"]
    assert calls.read_text().splitlines()[1].startswith("pack other@1.2.3 third@1.2.3 --")
    assert files(root / ".vendor/third-1.2.3") == {"web.js": b"export {}\n", "web.wasm": b"\0asm"}


def test_one_that_npm_leaves_out_is_missed(root, npm):
    pin(root, "other")
    npm("Path(target, 'other-1.2.3.tgz').unlink()")
    assert refusal(root).startswith("npm could not fetch runtime-web@1.2.3, other@1.2.3: it ended with code 0. Check")


def test_the_second_time_needs_no_npm(root, npm):
    calls = npm()
    vendor.vendor(root)
    vendor.vendor(root)
    assert len(calls.read_text().splitlines()) == 1


@pytest.mark.parametrize("harm", ["cut", "gone", "changed with its tarball", "cut tarball", "no tarball", "list"])
def test_an_incomplete_folder_is_fetched_anew(root, npm, harm):
    calls = npm()
    folder = vendor.vendor(root)["runtime-web"]
    match harm:
        case "cut":
            (folder / "web.wasm").write_bytes(b"\0as")
        case "gone":
            (folder / "web.js").unlink()
        case "changed with its tarball":
            (folder / "web.js").write_bytes(b"steal()\n")
            packed(folder / vendor.TARBALL, PACKED | {"package/dist/a.mjs": b"steal()\n"})
        case "cut tarball":
            (folder / vendor.TARBALL).write_bytes((folder / vendor.TARBALL).read_bytes()[:-9])
        case "no tarball":
            (folder / vendor.TARBALL).unlink()
        case "list":
            change(root / "package.json", "vendor", "runtime-web", to={"web.js": "dist/a.mjs", "big.wasm": "dist/huge.wasm"})
    vendor.vendor(root)
    assert len(calls.read_text().splitlines()) == 2
    expected = {"web.js": b"export {}\n", "big.wasm": bytes(9999)} if harm == "list" else {"web.js": b"export {}\n", "web.wasm": b"\0asm"}
    assert files(folder) == expected


def test_scoped_packages_get_a_plain_folder():
    assert vendor.Package("@scope/name", "1.0.0", "", {}).folder == Path(".vendor/scope-name-1.0.0")


def test_a_wrong_checksum_is_refused_and_nothing_is_kept(root, npm):
    npm()
    with (root.parent / "package.tgz").open("ab") as tarball:
        tarball.write(b"\0")
    assert "runtime-web@1.2.3 is not what package-lock.json promises" in refusal(root)
    assert not (root / ".vendor/runtime-web-1.2.3").exists()


def test_a_failed_update_keeps_the_files_of_before(root, npm):
    npm()
    folder = vendor.vendor(root)["runtime-web"]
    before = files(folder)
    change(root / "package.json", "vendor", "runtime-web", to={"web.js": "dist/none.mjs"})
    assert refusal(root) == 'package.json: runtime-web 1.2.3 has no file "dist/none.mjs": correct the list under "vendor".'
    assert files(folder) == before


DISAGREE = {
    "range": ("package.json", ("dependencies", "runtime-web"), "^1.2.3", '"dependencies" must pin runtime-web to one version, such as "1.30.0", not "^1.2.3"'),
    "no pin": ("package.json", ("dependencies", "runtime-web"), None, 'must pin runtime-web to one version, such as "1.30.0", not ""'),
    "other version": ("package.json", ("dependencies", "runtime-web"), "1.2.4", "package.json pins runtime-web 1.2.4, but package-lock.json has 1.2.3"),
    "no entry": ("package-lock.json", ("packages", "node_modules/runtime-web"), None, "package-lock.json has no entry for runtime-web"),
    "no integrity": ("package-lock.json", ("packages", "node_modules/runtime-web", "integrity"), None, "no sha512 integrity for runtime-web"),
    "weak integrity": ("package-lock.json", ("packages", "node_modules/runtime-web", "integrity"), "sha1-abc", "no sha512 integrity for runtime-web"),
}


@pytest.mark.parametrize("case", DISAGREE)
def test_package_and_lock_must_agree(root, npm, case):
    calls = npm()
    file, keys, value, sentence = DISAGREE[case]
    change(root / file, *keys, to=value)
    assert sentence in refusal(root)
    assert calls.read_text() == ""


@pytest.mark.parametrize("name", ["../../stolen.js", "/etc/stolen.js", "a/b.js", "..", ".hidden", "", "C:\\\\a.js", "a\0.js", vendor.TARBALL])
def test_files_are_written_into_their_folder_only(root, npm, name):
    calls = npm()
    change(root / "package.json", "vendor", "runtime-web", to={name: "dist/a.mjs"})
    assert re.match(r'package\.json: "vendor" of runtime-web has .*, which is no plain file name', refusal(root))
    assert calls.read_text() == ""


@pytest.mark.parametrize("listed", [[], "a.js", {"a.js": 1}])
def test_a_list_that_is_none_is_said(root, listed):
    change(root / "package.json", "vendor", "runtime-web", to=listed)
    assert refusal(root).startswith('package.json: "vendor" of runtime-web must be a map')


@pytest.mark.parametrize("name", ["package.json", "package-lock.json"])
def test_missing_or_broken_json_is_named(root, name):
    (root / name).write_text("{,}")
    assert refusal(root).startswith(f"{root / name} is not valid JSON: take it back from git")
    (root / name).write_text("[" * 100_000)
    assert refusal(root).startswith(f"{root / name} is not valid JSON: take it back from git")
    (root / name).write_text("[]")
    assert refusal(root).startswith(f"{root / name} is not a JSON object: take")
    (root / name).unlink()
    assert refusal(root) == f"{root / name} is missing: take it back from git with: git checkout {name}"


def test_npm_says_why_in_one_line(root, npm):
    report = json.dumps({"error": {"code": "ENOTFOUND", "summary": "request failed,\n reason: no such host", "detail": "long"}})
    npm(f"print('''{report}'''.replace(chr(10), chr(92) + 'n'))\nsys.exit(1)")
    why = "npm could not fetch runtime-web@1.2.3: request failed, reason: no such host. Check the network and npm's settings, then try again."
    assert refusal(root) == why


def test_an_npm_that_breaks_is_one_line_too(root, npm):
    npm("print('Trace\\n  at line 1\\nno node here', file=sys.stderr)\nsys.exit(127)")
    assert "runtime-web@1.2.3: no node here. Check" in refusal(root)
    npm("sys.exit(3)")
    assert "runtime-web@1.2.3: it ended with code 3. Check" in refusal(root)
    npm("next(Path(target).glob('*.tgz')).unlink()")  # says it is fine, but brings nothing
    assert "runtime-web@1.2.3: it ended with code 0. Check" in refusal(root)


def test_without_a_network_the_cache_of_npm_will_do(root, npm):
    calls = npm("if '--offline' not in sys.argv:\n    next(Path(target).glob('*.tgz')).unlink()\n    sys.exit(1)")
    assert len(files(vendor.vendor(root)["runtime-web"])) == 2
    assert len(calls.read_text().splitlines()) == 2


def test_without_any_npm_it_says_how_to_get_one(root, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(vendor.importlib.util, "find_spec", lambda name: None)
    assert refusal(root).startswith("npm, which fetches the web runtime, is not installed: run uv sync")


def test_the_wheel_brings_an_npm_where_the_system_has_none(monkeypatch):
    monkeypatch.setenv("PATH", "")
    done = subprocess.run([*vendor.npm(), "--version"], capture_output=True, text=True, check=True)
    assert int(done.stdout.split(".")[0]) >= 10


def test_an_unreachable_network_is_one_line(root, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1/")
    monkeypatch.setenv("npm_config_cache", str(root.parent / "cache"))
    assert "ECONNREFUSED" in refusal(root)


def test_the_pins_of_the_template():
    packages = {package.name: set(package.files) for package in vendor.pinned(TEMPLATE)}
    lock = (TEMPLATE / "package-lock.json").read_text()
    assert packages == {
        "onnxruntime-web": {"ort.js", "ort.wasm", "ort-webgpu.js", "ort-webgpu.wasm"},
        "papaparse": {"papaparse.js"},
        "@dagrejs/dagre": {"dagre.js", "dagre-license.txt"},
        "@huggingface/tokenizers": {"tokenizers.js", "tokenizers-license.txt"},
        "uqr": {"uqr.js", "uqr-license.txt"},
    }
    assert "resolved" not in lock and "://" not in lock
    entries = json.loads(lock)["packages"]
    assert entries[""]["dependencies"] == json.loads((TEMPLATE / "package.json").read_text())["dependencies"]
    assert all(entry["integrity"].startswith("sha512-") for name, entry in entries.items() if name)


def test_the_template_fetches_its_runtime_and_libraries(tmp_path):
    """The one test here that needs the network, or npm's cache."""
    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_bytes((TEMPLATE / name).read_bytes())
    folders = vendor.vendor(tmp_path)
    folder = folders["onnxruntime-web"]
    versions = {package.name: package.version for package in vendor.pinned(tmp_path)}
    version = versions["onnxruntime-web"]
    assert f"ONNX Runtime Web v{version}".encode() in (folder / "ort.js").read_bytes()[:200]
    assert (folder / "ort.wasm").read_bytes().startswith(b"\0asm")
    assert f"Papa Parse\nv{versions['papaparse']}".encode() in (folders["papaparse"] / "papaparse.js").read_bytes()[:200]


def test_the_packages_of_an_engine_are_fetched_where_it_computes():
    library = "@huggingface/transformers"
    assert library not in {package.name for package in vendor.pinned(TEMPLATE)}
    assert library in {package.name for package in vendor.pinned(TEMPLATE, "transformers")}


def test_a_library_of_an_engine_takes_the_runtime_that_is_published():
    script = b'import*as A from"onnxruntime-web/webgpu";import{Tensor as B}from"onnxruntime-common";'
    assert build.linked(script, "../runtime/ort-0123.js") == b'import*as A from"./ort-0123.js";import{Tensor as B}from"./ort-0123.js";'
    with pytest.raises(UserError, match="does not import onnxruntime-web as it did"):
        build.linked(b"", "../runtime/ort-0123.js")
