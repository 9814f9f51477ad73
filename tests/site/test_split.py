"""The runtime in two parts: whatever is left out comes back to the byte, in Python and in the page's twin, and what it is left out of is valid WebAssembly."""

import json
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import models
from mlweb.contract.schema import Model
from mlweb.proof import golden
from mlweb.site import runtime_profile, split
from mlweb.site.split import CODE, MAGIC, TRAP, UnknownModule, assembled, instrumented, join, sections, sized, uleb, vector
from node_tools import NODE
from paths import ROOT
from vendored import vendored

TYPE, FUNCTION = 1, 3
JOINED = f"""import {{ whole }} from {json.dumps((ROOT / "template/web/runtime/whole.js").as_uri())};
import {{ readFileSync }} from 'node:fs';
const [first, rest, all] = process.argv.slice(1).map((path) => new Uint8Array(readFileSync(path)));
console.log(JSON.stringify([WebAssembly.validate(first), WebAssembly.validate(rest), Buffer.compare(whole(first, rest), all)]));"""
CALLS = """const { readFileSync } = await import('node:fs');
const m = { f() {}, g: 5, t: new WebAssembly.Table({ initial: 1, element: 'anyfunc' }) };
const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[1]), { m });
const { exports } = instance;
const tried = ['double', 'never'].map((name) => { try { return exports[name](21); } catch (error) { return error.constructor.name; } });
console.log(JSON.stringify([tried, Object.keys(exports).filter((name) => name.startsWith('called ')).map((name) => exports[name].value)]));"""
# A module with one of each import: double(x) = x + x by a helper with a local, and one that nobody calls.
I32_TO_I32 = b"\x60\x01\x7f\x01\x7f"
HELPER, DOUBLE, NEVER = b"\x01\x01\x7f\x20\x00\x20\x00\x6a\x0b", b"\x00\x20\x00\x10\x01\x0b", b"\x00\x41\x07\x0b"
SMALL = MAGIC + b"".join(
    bytes([number]) + sized(content)
    for number, content in (
        (TYPE, vector([I32_TO_I32])),
        (2, vector([b"\x01m\x01f\x00\x00", b"\x01m\x01g\x03\x7f\x00", b"\x01m\x01t\x01\x70\x00\x01"])),
        (FUNCTION, vector([b"\x00"] * 3)),
        (6, vector([b"\x7f\x00\x41\x2a\x0b"])),
        (7, vector([b"\x06double\x00\x02", b"\x05never\x00\x03"])),
        (CODE, vector([sized(HELPER), sized(DOUBLE), sized(NEVER)])),
    )
)


@pytest.fixture(scope="module")
def stock() -> bytes:
    return (vendored()["onnxruntime-web"] / "ort.wasm").read_bytes()


def in_node(script: str, *files) -> list:
    """What a script prints."""
    done = subprocess.run([NODE, "--input-type=module", "-e", script, *map(str, files)], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def on_disk(tmp_path, *contents: bytes) -> list:
    paths = [tmp_path / f"{number}.wasm" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return paths


@given(bodies=st.lists(st.binary(max_size=300).map(lambda body: b"\x00" + body) | st.just(TRAP), max_size=300), chance=st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_what_was_left_out_comes_back(bodies, chance):
    module = assembled({TYPE: vector([I32_TO_I32]), CODE: vector(map(sized, bodies)), 11: b"\x00"})
    kept = {number for number in range(len(bodies)) if chance.random() < 0.5}
    first, rest = split.split(module, kept)
    assert join(first, rest) == module
    assert all(body in (given, TRAP) for given, body in zip(bodies, split.bodies(sections(first)[CODE]), strict=True))


@given(st.integers(0, 2**32 - 1))
def test_numbers_of_any_size(number):
    assert split.leb(b"\x80" + uleb(number), 1) == (number, 1 + len(uleb(number)))


@pytest.mark.parametrize(
    "module",
    [
        b"",
        b"\0asm\2\0\0\0",
        MAGIC + b"\x0a\x05\x00",
        MAGIC + b"\x0a\x01\x00\x0a\x01\x00",
        MAGIC + b"\x0a\x80\x80\x80\x80\x80",
        MAGIC + b"\x0a\x05\x81\x00\x02\x00\x0b",
    ],
    ids=["nothing", "another version", "cut off", "twice", "no number", "written long"],
)
def test_what_is_not_known_is_refused(module):
    with pytest.raises(UnknownModule):
        split.split(module, {0})


def test_a_module_without_code_is_refused():
    with pytest.raises(UnknownModule):
        split.split(MAGIC, set())


def test_a_function_that_was_left_out_ends_the_run_and_the_others_compute(tmp_path):
    first, _ = split.split(SMALL, {0, 1})
    assert in_node(CALLS, *on_disk(tmp_path, first)) == [[42, "RuntimeError"], []]


def test_what_is_called_is_recorded(tmp_path):
    marked = instrumented(SMALL)
    [path] = on_disk(tmp_path, marked)
    assert in_node(CALLS.replace("'double', 'never'", "'double'"), path) == [[42], [1, 1, 0]]


def test_the_runtime_comes_back_in_the_page_too(tmp_path, stock):
    kept = runtime_profile.wide(stock)
    first, rest = split.split(stock, kept)
    assert in_node(JOINED, *on_disk(tmp_path, first, rest, stock)) == [True, True, 0]
    bodies = list(split.bodies(sections(stock)[CODE]))
    assert all(body == (bodies[number] if number in kept else TRAP) for number, body in enumerate(split.bodies(sections(first)[CODE]))), (
        "each function is there, or is one that ends the run"
    )


def test_a_profile_is_read_as_it_was_written(stock, tmp_path, monkeypatch):
    called = {0, 7, 8, 17_287}
    monkeypatch.setattr(runtime_profile, "WIDE", tmp_path / "profile.json")
    runtime_profile.WIDE.write_text(runtime_profile.written(stock, "1.30.0", called))
    assert runtime_profile.wide(stock) == called


@pytest.fixture
def project(tmp_path):
    """A project with a model and a golden case for it."""
    root = models.project(tmp_path, models.linear(), models.LINEAR)
    one = {"dtype": "float32", "dims": [1, 1], "base64": "AACAPw=="}
    golden.write(root / golden.FILE, "", [{"name": "one", "values": {}, "feeds": {"a": one, "b": one}}])
    return root


def test_its_own_profile_is_the_smallest_and_is_recorded_once(project, stock, monkeypatch):
    runtime = vendored()["onnxruntime-web"]
    own = runtime_profile.own(runtime, project / "model/model.onnx", project / golden.FILE)
    assert 3000 < len(own) < 3600 < len(runtime_profile.wide(stock))
    monkeypatch.setattr(runtime_profile, "record", None)
    assert runtime_profile.own(runtime, project / "model/model.onnx", project / golden.FILE) == own


WHOLE = {
    "off": ({"split": "off"}, ""),
    "another engine": ({"engine": "transformers"}, ""),
    "no cases": ({"split": "own"}, "there are no golden cases in model/golden.json to record what this model needs. Make them: export again"),
    "another version": ({}, "wide_profile.json is of onnxruntime-web 1.30.0, and this is another. Write model: {split: own} in metadata.yml."),
}


@pytest.mark.parametrize("case", WHOLE)
def test_otherwise_the_runtime_is_whole_and_the_build_says_why(stock, tmp_path, capsys, case):
    given, why = WHOLE[case]
    module = MAGIC + b"\x00\x01\x00" if case == "another version" else stock
    assert runtime_profile.parted(module, Model(**given), vendored()["onnxruntime-web"], tmp_path) == (module, b"")
    said = capsys.readouterr().out
    assert why in said and bool(said) == bool(why)


def test_a_module_that_is_not_known_is_a_sentence(project, capsys, monkeypatch):
    module = MAGIC + b"\x00\x01\x00"
    monkeypatch.setattr(runtime_profile, "wide", lambda _: set())
    assert runtime_profile.parted(module, Model(), vendored()["onnxruntime-web"], project) == (module, b"")
    assert "twice the download: its WebAssembly is not as it is known here: a section is missing." in capsys.readouterr().out


def test_node_that_fails_is_a_sentence(project, stock, capsys, monkeypatch):
    monkeypatch.setattr(runtime_profile, "RECORDER", project / "nothing.mjs")
    (project / "nothing.mjs").write_text("process.exit(3)")
    assert runtime_profile.parted(stock, Model(split="own"), vendored()["onnxruntime-web"], project) == (stock, b"")
    assert "The page gets the whole runtime, which is twice the download: Node, which records what this model needs, ended with 3" in capsys.readouterr().out
