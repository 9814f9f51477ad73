"""Files and texts from elsewhere: a sentence for each, no traceback, nothing read that is not the project's, nothing that never ends."""

import json
import os
import random
import re
import struct
import time
import zlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image

import models
import models_image
import models_nearest
from mlweb import conflicts, files
from mlweb.codec import media
from mlweb.contract import check, geojson, migrate, schema
from mlweb.contract.schema import FILE
from mlweb.draft import draft, modelship
from mlweb.errors import UserError
from mlweb.graph import framing, onnx_file
from mlweb.proof import parity
from mlweb.site import build
from mlweb.site import project as project_file

SECRET = "red\ngreen\nblue\n"


@pytest.fixture
def secret(tmp_path) -> Path:
    """A file beside the project, of which nothing may be published."""
    path = tmp_path / "elsewhere/names.txt"
    path.parent.mkdir()
    path.write_text(SECRET, encoding="utf-8")
    return path


def project(folder: Path, model, metadata: str) -> Path:
    root = folder / "project"
    root.mkdir()
    return models.project(root, model(), metadata)


# ---------------------------------------------------------------- paths

# The keys of a contract that take a path: a model, and a contract in which {path} stands for it.
KEYS = {
    "classes": (models.softmax, models.SOFTMAX.replace("classes: [setosa, versicolor, virginica]", "classes: {path}")),
    "outline": (models.linear, models.LINEAR.replace("default: 1", "default: 1, min: 0, max: 9") + "page: {map: {x: a, y: b, outline: {path}}}\n"),
    "default": (models_image.same, models_image.SAME.replace("label: Picture", "label: Picture, default: {path}")),
    "example": (models_image.same, models_image.SAME + "examples: [{label: One, values: {picture: {path}}}]\n"),
    "model": (models.linear, models.LINEAR + "model: {file: {path}}\n"),
    "tokenizer": (models_nearest.embedder, models_nearest.METADATA.replace("{file: tokenizer.json", "{file: {path}")),
    "items": (models_nearest.embedder, models_nearest.METADATA.replace("{file: items.csv", "{file: {path}")),
}
BESIDE = {"tokenizer": models_nearest.files, "items": models_nearest.files}  # what lies there besides


def leading_out(root: Path, secret: Path) -> dict[str, str]:
    """Paths that are no file of the project, as they stand in a contract."""
    (root / "link.txt").symlink_to(secret)
    (root / "folder").symlink_to(secret.parent)
    (root / "ring").symlink_to(root / "ring")
    os.mkfifo(root / "pipe")
    return {
        "above": f"../{secret.parent.name}/{secret.name}",
        "above, by a detour": f"model/../../{secret.parent.name}/{secret.name}",
        "absolute": str(secret),
        "a link": "link.txt",
        "through a linked folder": f"folder/{secret.name}",
        "a folder": "model",
        "a pipe": "pipe",
        "a device": "/dev/zero",
        "a link to itself": "ring",
        "too long": "x" * 5000,
    }


@pytest.mark.parametrize("key", KEYS)
def test_a_path_leads_to_a_file_of_the_project_or_is_refused(tmp_path, secret, key):
    model, metadata = KEYS[key]
    assert "{path}" in metadata
    root = project(tmp_path, model, metadata)
    for name, data in BESIDE.get(key, dict)().items():
        (root / name).write_bytes(data)
    for what, path in leading_out(root, secret).items():
        (root / FILE).write_text(metadata.replace("{path}", json.dumps(path)), encoding="utf-8")
        with pytest.raises(UserError) as refused:
            check.check(root)
        said = str(refused.value)
        assert re.search(r"leads out of|not a file|can't be opened|there is no file|is a folder|is missing", said), (what, said)
        assert "red" not in said.replace("required", ""), what


def test_every_key_that_takes_a_path_is_tried():
    """Those that say so in the schema, by the name of the key: whatever is added has to come into KEYS."""
    found = set()

    def walk(node: object, name: str) -> None:
        for key, each in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
            if key == "description" and isinstance(each, str) and re.search(r"\bpath of\b", each, re.IGNORECASE):
                found.add(name)
            walk(each, key if isinstance(key, str) and key not in ("anyOf", "properties") else name)

    walk(json.loads(schema.SCHEMA.read_text(encoding="utf-8"))["$defs"], "")
    assert found == {"classes", "default", "file", "items", "tokenizer"}


def test_pages_that_are_links_publish_nothing_from_elsewhere(tmp_path, secret):
    web = tmp_path / "web"
    web.mkdir()
    for name in ("index.html", "_headers"):
        (web / name).symlink_to(secret)
    with pytest.raises(UserError, match="leads out of web/"):
        build.text(web, "index.html")
    with pytest.raises(UserError, match="leads out of web/"):
        build.host_files.files(tmp_path, "app", build.project.Project("t", "other", "", "", "", "", "", ""), 1)


# ---------------------------------------------------------------- metadata.yml

LONG = "9" * 5000
YAML = {
    "a date that is none": "name: 2024-13-45",
    "an hour that is none": "name: 2024-01-01T99:00:00Z",
    "a tag that does not fit": "name: !!int abc",
    "a float that is none": "name: !!float x",
    "a truth value that is none": "name: !!bool maybe",
    "an alias that holds itself": "name: &a [*a]",
    "a key that is a list": "? [a]\n: 1",
    "a set of lists": "name: !!omap [[a]: 1]",
    "a merge with itself": "name: &x {<<: *x}",
    "five thousand digits": f"parity: {{rtol: {LONG}}}",
    "five hundred brackets": "name: " + "[" * 500,
    "twenty thousand brackets": "name: " + "[" * 20_000,
    "half a character": 'name: "\\ud800"',
    "aliases upon aliases": "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in pairwise("abcdefghi")),
    "two megabytes": "name: " + "x" * 2_000_000,
    "bytes": "name: !!binary abc",
    "an unknown tag": "name: !python/object:os.system {}",
    "nothing": "",
    "a list": "- a\n- b",
    "NaN as a tolerance": "parity: {rtol: .nan}",
    "an infinite tolerance": "parity: {rtol: .inf}",
}


@pytest.mark.parametrize("what", YAML)
def test_an_odd_contract_gets_a_sentence(tmp_path, what):
    (tmp_path / FILE).write_text(f"schema: 1\n{YAML[what]}\n" if YAML[what] else "", encoding="utf-8")
    with pytest.raises(UserError) as refused:
        schema.load(tmp_path / FILE)
    for sentence in refused.value.sentences:
        assert sentence.startswith(str(tmp_path / FILE)) or sentence.startswith(FILE.name), sentence
        assert len(sentence) < 600, sentence[:200]


@pytest.mark.parametrize("what", [what for what, text in YAML.items() if text])
def test_a_metadata_file_of_another_tool_is_read_the_same_way(tmp_path, what):
    (tmp_path / "other.yml").write_text(f"{YAML[what]}\n", encoding="utf-8")
    with pytest.raises(UserError):
        modelship.load(tmp_path / "other.yml")


@pytest.mark.parametrize("what", YAML)
def test_an_odd_contract_is_lifted_or_refused(tmp_path, what):
    (tmp_path / FILE).write_text(f"schema: 1\n{YAML[what]}\n", encoding="utf-8")
    try:
        before, after = migrate.migrated(tmp_path / FILE)
        assert before == after
    except UserError as refused:
        assert refused.sentences


def test_a_changed_character_ends_in_a_contract_or_a_sentence(tmp_path):
    """A contract in which parts are swapped, doubled, cut and replaced: a small share of what benchmarks try."""
    chance = random.Random(3)
    whole = models.SOFTMAX + "examples: [{label: One, values: {}}]\npage: {panels: [predict, card], language: [en, fr]}\n"
    odd = [*"{}[]'\"\n\t#|>?%@`~\x85\ufeff", ": ", "- ", "&a ", "*a", "!!int ", "9" * 400, ".inf"]
    for _ in range(300):
        text = whole
        for _ in range(chance.randint(1, 4)):
            at, to = sorted(chance.randrange(len(text)) for _ in range(2))
            text = chance.choice([text[:at] + chance.choice(odd) + text[at:], text[:at] + text[min(to, at + 9) :], text[:to] + text[at:]])
        (tmp_path / FILE).write_text(text, encoding="utf-8")
        try:
            schema.load(tmp_path / FILE)
        except UserError as refused:
            assert refused.sentences


# ---------------------------------------------------------------- what a form begins with


def tensor(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def huge(path: Path) -> None:
    """A picture of two thousand million pixels, in a few kilobytes."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header)) + bytes(2000))


def saved(array: np.ndarray):
    def save(path: Path) -> None:
        with path.open("wb") as file:
            np.save(file, array, allow_pickle=True)

    return save


def header(shape: str) -> bytes:
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


FILES = {
    "many pixels": ("a.png", huge),
    "a TIFF": ("a.tif", lambda path: Image.new("RGB", (8, 8)).save(path, "TIFF")),
    "PostScript with another name": ("a.png", lambda path: path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n")),
    "a cut picture": ("a.png", lambda path: (Image.new("RGB", (99, 99)).save(path), path.write_bytes(path.read_bytes()[:60]))),
    "an empty array file": ("a.npy", lambda path: path.write_bytes(b"")),
    "an array of a billion": ("a.npy", lambda path: path.write_bytes(header("(1000000, 1000000)"))),
    "complex numbers": ("a.npy", saved(np.ones((2, 2), complex))),
    "dates": ("a.npy", saved(np.array(["2024-01-01"], "M8[D]"))),
    "records": ("a.npy", saved(np.zeros(3, [("a", "i4"), ("b", "f4")]))),
    "bytes": ("a.npy", saved(np.array([b"a"]))),
    "Python objects": ("a.npy", saved(np.array([{}], object))),
    "an object of JSON": ("a.json", lambda path: path.write_text('{"a": 1}')),
    "four hundred digits": ("a.json", lambda path: path.write_text("[" + "9" * 400 + "]")),
    "brackets without end": ("a.json", lambda path: path.write_text("[" * 100_000)),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("what", FILES)
def test_a_file_for_a_field_is_read_or_refused_in_a_sentence(tmp_path, what):
    name, make = FILES[what]
    make(tmp_path / name)
    kind = "image" if name.endswith(("png", "tif")) else "tensor"
    with pytest.raises(UserError, match=rf"^{name} "):
        media.read(tmp_path, name, {"name": "x", "kind": kind, "label": "x", "missing": "refuse"})


@pytest.mark.filterwarnings("error")
def test_a_large_picture_is_read_without_a_word(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 50)
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    assert media.read(tmp_path, "a.png", {"name": "x", "kind": "image", "label": "x", "missing": "refuse"}).shape == (8, 8, 3)


# ---------------------------------------------------------------- facts and graphs


FACTS = ['{"fields": []}', '{"model": []}', '{"fields": {"a": "x"}}', '{"fields": {"a": {"min": "x"}}}', '{"metrics": {}}', '{"rows": {"train": 0.5}}']


@pytest.mark.parametrize("text", [*FACTS, "[1]", "{", "[" * 100_000])
def test_facts_that_are_none(tmp_path, text):
    (tmp_path / "facts.json").write_text(text)
    with pytest.raises(UserError, match="export again"):
        check.read_facts(tmp_path / "facts.json")


@pytest.mark.parametrize("text", ['{"levels": {}}', '{"levels": ["x"]}', '{"levels": [{"level": 1}]}', '{"levels": null}', "[]", "{"])
def test_a_proof_that_is_none(tmp_path, text):
    (tmp_path / "parity.json").write_text(text)
    with pytest.raises(UserError, match="write it again with: uv run poe export"):
        parity.proven(tmp_path / "parity.json", "", "")


OUTLINES = {
    "brackets without end": "[" * 100_000,
    "nested deeply": '{"type": "FeatureCollection", "features": [' * 5000 + "]}" * 5000,
    "four hundred digits": '{"type": "Point", "coordinates": [' + "9" * 400 + ", 1]}",
    "no coordinates": '{"type": "Point"}',
    "a type that is a list": '{"type": [], "coordinates": []}',
    "half a character": '{"type": "Feature", "properties": {"name": "\\ud800"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}',
}


@pytest.mark.parametrize("what", OUTLINES)
def test_an_odd_outline_gets_a_sentence(tmp_path, what):
    (tmp_path / "map.geojson").write_text(OUTLINES[what])
    with pytest.raises(UserError, match=r"map\.geojson is not valid"):
        geojson.read(tmp_path, "map.geojson")


PYPROJECT = '[project]\nname = "x"\n[tool.mlweb]\ntitle = "X"\nrepository = {repository}\n'
REPOSITORIES = [
    "javascript:alert(1)",
    "javascript://x/%0aalert(1)",
    "JaVaScript://a",
    "data:text/html,x",
    "//evil",
    "http://[",
    "a/../..",
    "a",
    "https://",
    "https://x/\ny",
]


@pytest.mark.parametrize("repository", REPOSITORIES)
def test_a_repository_is_a_name_or_an_address_of_the_web(tmp_path, repository):
    (tmp_path / "pyproject.toml").write_text(PYPROJECT.replace("{repository}", json.dumps(repository)))
    with pytest.raises(UserError, match="must be owner/name, or an address that begins with https://"):
        project_file.load(tmp_path / "pyproject.toml")


@pytest.mark.parametrize("repository", ["", "ada/small", "group/sub.group/name_1", "https://example.org/ada/small"])
def test_every_other_repository_is_taken(tmp_path, repository):
    (tmp_path / "pyproject.toml").write_text(PYPROJECT.replace("{repository}", json.dumps(repository)))
    assert project_file.load(tmp_path / "pyproject.toml").repository == repository


@pytest.mark.parametrize(
    "text", ["project = 3", "tool = 1", "[tool]\nmlweb = 2", "[project]\nauthors = 5", '[project]\nauthors = ["a"]', "a = " + "[" * 20_000]
)
def test_odd_settings_get_a_sentence(tmp_path, text):
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(UserError, match=r"pyproject\.toml"):
        project_file.load(tmp_path / "pyproject.toml")


def test_a_page_that_is_no_text_is_named(tmp_path):
    (tmp_path / "own.js").write_bytes("// Zürich".encode("latin-1"))
    with pytest.raises(UserError, match=r"own\.js is not UTF-8 text"):
        build.web_files(tmp_path)


# ---------------------------------------------------------------- sizes

# Bytes of each file, of which the disk holds none.
SIZES = {FILE.name: 10**8, "other.yml": 10**8, "map.geojson": 10**8, "model/facts.json": 3 * 10**8, "model/model.onnx": files.MODEL + 1}


@pytest.mark.parametrize("name", SIZES)
def test_a_size_is_looked_at_before_anything_is_read(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        file.truncate(SIZES[name])
    readers = {"map.geojson": lambda: geojson.read(tmp_path, name), "model/model.onnx": lambda: onnx_file.load(path), "other.yml": lambda: modelship.load(path)}
    readers |= {FILE.name: lambda: schema.load(path), "model/facts.json": lambda: check.read_facts(path)}
    with pytest.raises(UserError, match="bytes"):
        readers[name]()


# What a file begins with that has nothing but zeros behind it, up to the size that a model may have.
JUNK = {
    "nothing": b"",
    "a web page": b"<!doctype html>",
    "a function that goes on beyond the end": b"\xca\x01\xff\xff\xff\xff\x0f",
    "a graph": b"\x3a\xfa\xff\xff\xff\x07",
    "a graph's weight": b"\x3a\xfa\xff\xff\xff\x07\x2a\xf4\xff\xff\xff\x07",
    "a graph's name": b"\x3a\xfa\xff\xff\xff\x07\x12\xf4\xff\xff\xff\x07",
    "an opset": b"\x42\xfa\xff\xff\xff\x07",
}


@pytest.mark.parametrize("what", JUNK)
def test_gigabytes_that_are_no_model_are_refused_unread(tmp_path, monkeypatch, what):
    path = tmp_path / "model.onnx"
    with path.open("wb") as file:
        file.write(JUNK[what])
        file.truncate(files.MODEL)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    start = time.process_time()
    with pytest.raises(UserError, match="is not an ONNX model, or only part of one \\(2,147,483,648 bytes\\)|is a text file"):
        draft.draft(path)
    assert time.process_time() - start < 5


def test_a_large_model_is_framed_as_it_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(framing, "LARGE", 100)
    weights = onnx.numpy_helper.from_array(np.zeros((64, 64), np.float32), "w")
    model = models.text("net (float[N,64] x) => (float[N,64] y) <float[64,64] w> { y = MatMul(x, w) }")
    model.graph.initializer.append(weights)
    path = tmp_path / "model.onnx"
    path.write_bytes(model.SerializeToString())
    assert onnx_file.load(path).graph.initializer[0].raw_data == bytes(64 * 64 * 4)
    path.write_bytes(path.read_bytes()[:-1])
    assert not framing.is_framed(path)


def test_fields_without_end_are_no_model(tmp_path, monkeypatch):
    path = tmp_path / "model.onnx"
    path.write_bytes(b"\x08\x0a" * (framing.MOST + 1))
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    with pytest.raises(UserError, match="is not an ONNX model"):
        onnx_file.load(path)


def test_half_conflicts_cost_no_time(tmp_path):
    (tmp_path / "a.md").write_text("<<<<<<< \n" * 100_000)
    start = time.process_time()
    assert list(conflicts.found(tmp_path)) == []
    assert time.process_time() - start < 5


def odd_type(model: onnx.ModelProto) -> None:
    model.graph.input[0].type.tensor_type.elem_type = 99


def without_outputs(model: onnx.ModelProto) -> None:
    model.graph.node.add(op_type="Constant")


def reading_nothing(model: onnx.ModelProto) -> None:
    encoder = model.graph.node.add(op_type="LabelEncoder", domain="ai.onnx.ml", output=["z"])
    encoder.attribute.append(onnx.helper.make_attribute("keys_int64s", [1]))
    model.opset_import.add(domain="ai.onnx.ml", version=3)


def outside(weight: onnx.TensorProto) -> onnx.TensorProto:
    weight.MergeFrom(onnx.TensorProto(name="w", data_type=1, dims=[4], data_location=onnx.TensorProto.EXTERNAL))
    weight.external_data.add(key="location", value="w.bin")
    return weight


def outside_in_a_branch(model: onnx.ModelProto) -> None:
    inside = onnx.helper.make_graph([], "then", [], [])
    outside(inside.initializer.add())
    model.graph.node.add(op_type="If", output=["z"]).attribute.append(onnx.helper.make_attribute("then_branch", inside))


def outside_in_a_body(model: onnx.ModelProto) -> None:
    """A constant in a branch in a loop."""
    inner, body = (onnx.helper.make_graph([], name, [], []) for name in ("inner", "body"))
    outside(inner.node.add(op_type="Constant", output=["c"]).attribute.add(name="value", type=onnx.AttributeProto.TENSOR).t)
    body.node.add(op_type="If", output=["z"]).attribute.append(onnx.helper.make_attribute("else_branch", inner))
    model.graph.node.add(op_type="Loop", output=["z"]).attribute.append(onnx.helper.make_attribute("body", body))


def outside_in_a_function(model: onnx.ModelProto) -> None:
    function = model.functions.add(name="f", domain="own")
    outside(function.node.add(op_type="Constant", output=["c"]).attribute.add(name="value", type=onnx.AttributeProto.TENSOR).t)


def outside_and_sparse(model: onnx.ModelProto) -> None:
    outside(model.graph.sparse_initializer.add().values)


def outside_in_a_list(model: onnx.ModelProto) -> None:
    outside(model.graph.node[0].attribute.add(name="many", type=onnx.AttributeProto.TENSORS).tensors.add())


def bombing(model: onnx.ModelProto) -> None:
    """Each function calls the next one twice: 2 to the 60 operators."""
    for index in range(60):
        function = model.functions.add(name=f"f{index}", domain="own")
        for _ in range(2):
            function.node.add(op_type=f"f{index + 1}", domain="own", output=["c"])
    model.graph.node.add(op_type="f0", domain="own", output=["z"])


def many_functions(model: onnx.ModelProto) -> None:
    """Each calls the next, so deep that nothing can follow."""
    for index in range(3000):
        model.functions.add(name=f"f{index}", domain="own").node.add(op_type=f"f{index + 1}", domain="own", output=["c"])
    model.graph.node.add(op_type="f0", domain="own", output=["z"])


def wide(model: onnx.ModelProto) -> None:
    for dim in model.graph.input[0].type.tensor_type.shape.dim:
        dim.dim_value = 2**31 - 1


def no_text(model: onnx.ModelProto) -> None:
    """A name that is no text: its bytes are changed below, where protocol buffers would not let it be written."""
    model.graph.node[0].name = "NOTEXT"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (odd_type, "a type that ONNX does not have"),
        (without_outputs, "is not an ONNX model"),
        (reading_nothing, r"LabelEncoder.*input size 0"),
        (outside_in_a_branch, "weights in a second file"),
        (outside_in_a_body, "weights in a second file"),
        (outside_in_a_function, "weights in a second file"),
        (outside_and_sparse, "weights in a second file"),
        (outside_in_a_list, "weights in a second file"),
        (bombing, "functions that call each other until there are more than 200,000 operators"),
        (many_functions, "functions that call each other"),
        (wide, "elements at once, and no page gives more than 100,000,000"),
        (no_text, "is not an ONNX model"),
    ],
)
def test_an_odd_graph_gets_a_sentence(tmp_path, change, said):
    root = project(tmp_path, models.linear, models.LINEAR)
    path = root / "model/model.onnx"
    model = onnx.load(path)
    change(model)
    path.write_bytes(model.SerializeToString().replace(b"NOTEXT", b"\xff" * 6))
    with pytest.raises(UserError, match=said):
        check.check(root)
    with pytest.raises(UserError, match=said):
        draft.draft(path)


def test_a_constant_that_holds_more_than_its_shape_says_gets_a_sentence(tmp_path):
    model = models.text("net (float[N,2] x) => (float[N,2] y) <float[1,2] c = {1.0, 2.0}> { y = Add(x, c) }")
    model.graph.initializer[0].float_data.append(3)
    path = tmp_path / "model.onnx"
    path.write_bytes(model.SerializeToString())
    with pytest.raises(UserError, match='constant "c" can.t be read .*: export or download the model again'):
        draft.draft(path)


# Where weights in a second file may be said to lie, and how: none of it is brought along but a plain file beside the model.
PLACES = [("../secret.bin", {}), ("/dev/zero", {}), ("link.bin", {}), ("linked/secret.bin", {}), ("pipe", {}), ("folder", {}), ("", {}), ("none.bin", {})]
PLACES += [("x" * 5000, {}), ("beside.bin", {"offset": "-1"}), ("beside.bin", {"length": "999999999999"}), ("beside.bin", {"offset": "x"}), ("short.bin", {})]


@pytest.mark.parametrize(("location", "more"), PLACES)
def test_weights_come_from_a_file_beside_the_model_only(tmp_path, location, more):
    folder = tmp_path / "project"
    (folder / "folder").mkdir(parents=True)
    (tmp_path / "secret.bin").write_bytes(b"S" * 48)
    (folder / "link.bin").symlink_to(tmp_path / "secret.bin")
    (folder / "linked").symlink_to(tmp_path)
    (folder / "beside.bin").write_bytes(bytes(48))
    (folder / "short.bin").write_bytes(b"")
    os.mkfifo(folder / "pipe")

    def kept_in(location: str, more: dict[str, str]) -> Path:
        model = models.softmax()
        weights = model.graph.initializer[0]
        weights.ClearField("float_data")
        weights.data_location = onnx.TensorProto.EXTERNAL
        for key, value in {"location": location, **more}.items():
            weights.external_data.add(key=key, value=value)
        (folder / "model.onnx").write_bytes(model.SerializeToString())
        return folder / "model.onnx"

    assert draft.draft(kept_in("beside.bin", {}))
    with pytest.raises(UserError, match="weights in a second file that can't be read|is not valid ONNX"):
        draft.draft(kept_in(location, more))
