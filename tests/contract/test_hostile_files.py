"""Files and texts from elsewhere: a sentence for each, no traceback, nothing read that is not the project's, nothing that never ends."""

import json
import os
import random
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image

import models
import models_image
from mlweb.codec import media
from mlweb.contract import check, schema
from mlweb.contract.schema import FILE
from mlweb.draft import modelship
from mlweb.errors import UserError
from mlweb.site import build

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
}


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
    for what, path in leading_out(root, secret).items():
        (root / FILE).write_text(metadata.replace("{path}", json.dumps(path)), encoding="utf-8")
        with pytest.raises(UserError) as refused:
            check.check(root)
        said = str(refused.value)
        assert re.search(r"leads out of|not a file|can't be opened|there is no file|is a folder|is missing", said), (what, said)
        assert "red" not in said.replace("required", ""), what


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
    Image.new("1", (50_000, 50_000)).save(path, "PNG")


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


@pytest.mark.parametrize("text", ['{"fields": []}', '{"model": []}', "[1]", "{", "[" * 100_000])
def test_facts_that_are_none(tmp_path, text):
    (tmp_path / "facts.json").write_text(text)
    with pytest.raises(UserError, match="export again"):
        check.read_facts(tmp_path / "facts.json")


def odd_type(model: onnx.ModelProto) -> None:
    model.graph.input[0].type.tensor_type.elem_type = 99


def without_outputs(model: onnx.ModelProto) -> None:
    model.graph.node.add(op_type="Constant")


def outside_in_a_branch(model: onnx.ModelProto) -> None:
    inside = onnx.helper.make_graph([], "then", [], [])
    weight = inside.initializer.add(name="w", data_type=1, dims=[4], data_location=onnx.TensorProto.EXTERNAL)
    weight.external_data.add(key="location", value="w.bin")
    model.graph.node.add(op_type="If", output=["z"]).attribute.append(onnx.helper.make_attribute("then_branch", inside))


@pytest.mark.parametrize(
    ("change", "said"),
    [(odd_type, "a type that ONNX does not have"), (without_outputs, "is not an ONNX model"), (outside_in_a_branch, "weights in a second file")],
)
def test_an_odd_graph_gets_a_sentence(tmp_path, change, said):
    root = project(tmp_path, models.linear, models.LINEAR)
    path = root / "model/model.onnx"
    model = onnx.load(path)
    change(model)
    path.write_bytes(model.SerializeToString())
    with pytest.raises(UserError, match=said):
        check.check(root)
