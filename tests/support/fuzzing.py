"""Files that somebody changed: each ends in a result or in a sentence, never in a traceback, nor in a crash, nor in no end at all.

`python tests/support/fuzzing.py KIND FROM TO` tries the cases of those numbers and prints one JSON object a line for each; benchmarks/fuzz.py
starts it for thousands of them, tests/contract/test_fuzz.py for some. A case is made from its number alone, so that it can be tried again.
"""

import io
import json
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout
from copy import deepcopy
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "template"), str(ROOT / "tests/support")]
os.environ |= {"MLWEB_SECONDS": "5", "MLWEB_GIGABYTES": "1"}

from google.protobuf.message import Message  # noqa: E402
from ruamel.yaml import YAML  # noqa: E402

import models_of_each_kind  # noqa: E402
import small_project  # noqa: E402
from mlweb.console import visible  # noqa: E402
from mlweb.contract import migrate  # noqa: E402
from mlweb.draft import draft, modelship  # noqa: E402
from mlweb.errors import UserError  # noqa: E402
from mlweb.site import build  # noqa: E402

BASES = models_of_each_kind.EACH
MAPPED = BASES["tabular"].metadata.replace("default: 1}", "default: 1, min: 0, max: 9}") + "page: {map: {x: size, y: rooms, outline: outline.geojson}}\n"
OUTLINE = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"name": "A"}, "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 0], [0, 0]]]}},
        {"type": "Feature", "properties": None, "geometry": {"type": "Point", "coordinates": [1, 2]}},
    ],
}
FACTS: dict = {
    "fields": {"size": {"min": 0, "max": 3, "median": 1}, "city": {"categories": models_of_each_kind.CITIES}},
    "metrics": [{"name": "R²", "model": 0.5, "baseline": 0, "better": "higher"}],
    "versions": {"onnx": "1"},
    "rows": {"train": 3},
}
PROOF = {"levels": [{"level": 1, "left": "a", "right": "b", "engine": "c", "cases": 3, "max_abs": 0.0, "max_rel": 0.0, "passed": True}]}
MODELSHIP = """name: Other
inputs:
  a: {name: A, type: float32, shape: [null, 1], min: 0, max: 5, step: 1, default: 2}
  b: {name: B, type: string, shape: [1], default: x}
outputs:
  y: {name: Y, type: float32, shape: [1]}
"""
ODD_TEXT = [
    *"{}[]'\"\n\t#|>?%@`~\x85\ufeff\x1b\u202e",
    ": ",
    "- ",
    "&a ",
    "*a",
    "!!int ",
    "!!float x",
    "!!set ",
    "<<: ",
    "9" * 400,
    ".inf",
    ".nan",
    "\\ud800",
    "2024-13-45",
]
ODD = [
    None,
    True,
    False,
    -1,
    0,
    2**53 + 1,
    2**70,
    1e308,
    float("inf"),
    float("nan"),
    "",
    " ",
    "x" * 5000,
    "../../etc/passwd",
    "/dev/zero",
    "javascript:alert(1)",
]
ODD += [
    "\x1b[2J\n",
    "\u202e",
    "__proto__",
    "model/model.onnx",
    [],
    {},
    [[]],
    {"en": "a"},
    {"kind": "number"},
    [None],
    "${x}",
    "own/x",
    1.5,
    "number",
    ["predict", "predict"],
]


# ---------------------------------------------------------------- changes


def changed_text(text: str, chance: random.Random) -> str:
    """Parts swapped, doubled, cut and replaced."""
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        at, to = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        put = chance.choice(ODD_TEXT)
        text = chance.choice([text[:at] + put + text[at:], text[:at] + text[min(to, at + 9) :], text[:to] + text[at:], text[:at] + put + text[at + len(put) :]])
    return text


def changed_bytes(data: bytes, chance: random.Random) -> bytes:
    """Bits flipped, parts cut, doubled or overwritten."""
    made = bytearray(data or b"\0")
    for _ in range(chance.choice([1, 1, 2, 8, 50])):
        at = chance.randrange(len(made))
        match chance.randrange(6):
            case 0 | 1 | 2:
                made[at] ^= 1 << chance.randrange(8)
            case 3:
                made[at : at + chance.randrange(1, 9)] = bytes(chance.randrange(256) for _ in range(chance.randrange(9)))
            case 4:
                made[at : at + 8] = chance.choice([b"\xff" * 8, b"\0" * 8, b"\x80" * 8, b"\x7f" + b"\xff" * 7])
            case _:
                del made[at if chance.randrange(4) == 0 else max(at, len(made) - 9) :]
        made = made or bytearray(b"\0")
    return bytes(made)


def changed_tree(tree: Any, chance: random.Random) -> Any:
    """One entry, anywhere, replaced, removed, renamed or doubled. Changes and returns it."""
    places: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key in list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
            places.append((node, key))
            walk(node[key])

    walk(tree)
    if not places:
        return deepcopy(chance.choice(ODD))
    node, key = chance.choice(places)
    match chance.randrange(6):
        case 0:
            del node[key]
        case 1 if isinstance(node, dict):
            node[chance.choice(["", "constructor", 1, None, True, "x" * 300, "kind", "\x1b[2J", 2.5])] = node.pop(key)
        case 1:
            node.append(node[key])
        case 2:
            there, at = chance.choice(places)
            node[key] = json.loads(json.dumps(there[at], default=str)) if at in (there if isinstance(there, dict) else range(len(there))) else None
        case _:
            node[key] = deepcopy(chance.choice(ODD))  # else a later case finds what this one did to it
    return tree


def changed_message(message: Message, chance: random.Random) -> None:
    """One field, anywhere in a protocol buffer, set, cleared, doubled or removed."""
    there = [field for field, _ in message.ListFields()]
    field = chance.choice(there if there and chance.randrange(5) else list(message.DESCRIPTOR.fields))
    several = field.is_repeated
    value = getattr(message, field.name)
    if field.message_type and chance.randrange(6):
        if several and len(value):
            changed_message(chance.choice(value), chance)
            return
        if not several:
            changed_message(value, chance)
            return
    if chance.randrange(4) == 0:
        message.ClearField(field.name)
    elif field.message_type:
        if several and len(value):
            at = chance.randrange(len(value))
            value.add().CopyFrom(value[at]) if chance.randrange(2) else value.__delitem__(at)
        elif several:
            value.add()
        else:
            value.SetInParent()
    else:
        new = odd_scalar(field, chance)
        if several and len(value) and chance.randrange(2):
            value[chance.randrange(len(value))] = new
        elif several:
            value.append(new)
        else:
            setattr(message, field.name, new)


def odd_scalar(field: Any, chance: random.Random) -> Any:
    """A value of a field's type."""
    kinds = type(field)
    if field.type == kinds.TYPE_STRING:
        return chance.choice(
            ["", "x", "y", "a\0b", "\x1b[2J", "é" * 400, "../w.bin", "/etc/passwd", "Loop", "If", "Constant", "__proto__", "ai.onnx.ml", "com.microsoft"]
        )
    if field.type == kinds.TYPE_BYTES:
        return chance.choice([b"", b"\xff", b"\0" * 4, b"\x80" * 7, b"x" * 1000])
    if field.cpp_type in (kinds.CPPTYPE_FLOAT, kinds.CPPTYPE_DOUBLE):
        return chance.choice([0.0, -1.0, 1e30, float("nan"), float("inf")])
    if field.enum_type:
        return chance.choice(field.enum_type.values).number
    return chance.choice([0, 1, 2, 7, 9, 11, 16, 17, 99, 1000, 2**31 - 1])


# ---------------------------------------------------------------- cases


def contract(root: Path, chance: random.Random) -> None:
    """A contract that somebody changed: checked and built, lifted, updated, taken for another tool's."""
    each = BASES[chance.choice(sorted(BASES))]
    text = each.metadata
    if chance.randrange(2):
        tree, written = YAML(typ="safe", pure=True).load(text), io.StringIO()
        for _ in range(chance.choice([1, 1, 2, 3])):
            tree = changed_tree(tree, chance)
        YAML(pure=True).dump(tree, written)
        text = written.getvalue()
    else:
        text = changed_text(text, chance)
    (root / "metadata.yml").write_bytes(text.encode("utf-8", "surrogatepass"))
    put_model(root, each.model().SerializeToString())
    for name, data in each.files.items():
        small_project.write(root / name, data)
    tried(lambda: migrate.migrated(root / "metadata.yml"))
    tried(lambda: modelship.load(root / "metadata.yml"))
    build.build(root, root / "dist")


def model(root: Path, chance: random.Random) -> None:
    """A graph that somebody changed: checked and built with its contract, drafted from."""
    each = BASES[chance.choice(sorted(BASES))]
    graph = each.model()
    for _ in range(chance.choice([0, 1, 1, 2, 3])):
        changed_message(graph, chance)
    data = graph.SerializeToString()
    if chance.randrange(2):
        data = changed_bytes(data, chance)
    put_model(root, data)
    small_project.write(root / "metadata.yml", each.metadata)
    for name, content in each.files.items():
        small_project.write(root / name, content)
    tried(lambda: draft.written(*draft.draft(root / "model/model.onnx", chance.randrange(4) > 0)))
    build.build(root, root / "dist")


def file(root: Path, chance: random.Random) -> None:
    """Another file of a project that somebody changed: facts, a proof, an outline, a tool's metadata, what a field begins with."""
    table = BASES["tabular"]
    put_model(root, table.model().SerializeToString())
    small_project.write(root / "metadata.yml", table.metadata)
    match chance.randrange(5):
        case 0:
            facts = json.loads(json.dumps(FACTS)) | {"model": {"sha256": sha256(root / "model/model.onnx")}}
            small_project.write(root / "model/facts.json", changed_json(facts, chance))
        case 1:
            small_project.write(
                root / "model/parity.json", changed_json(json.loads(json.dumps(PROOF)) | {"model_sha256": sha256(root / "model/model.onnx")}, chance)
            )
        case 2:
            small_project.write(root / "outline.geojson", changed_json(json.loads(json.dumps(OUTLINE)), chance))
            small_project.write(root / "metadata.yml", MAPPED)
        case 3:
            small_project.write(root / "other.yml", changed_text(MODELSHIP, chance).encode("utf-8", "surrogatepass"))
            draft.written(modelship.convert(modelship.load(root / "other.yml")), [])
            return
        case _:
            each = BASES[chance.choice(sorted(name for name in BASES if BASES[name].files))]
            put_model(root, each.model().SerializeToString())
            small_project.write(root / "metadata.yml", each.metadata)
            for name, data in each.files.items():
                small_project.write(root / name, changed_bytes(data, chance) if chance.randrange(3) else data)
    build.build(root, root / "dist")


def changed_json(tree: Any, chance: random.Random) -> bytes:
    if chance.randrange(2):
        for _ in range(chance.choice([1, 1, 2, 3])):
            tree = changed_tree(tree, chance)
        return json.dumps(tree, default=str).encode("utf-8", "surrogatepass")
    return changed_text(json.dumps(tree), chance).encode("utf-8", "surrogatepass")


def put_model(root: Path, data: bytes) -> None:
    small_project.write(root / "model/model.onnx", data)


def sha256(path: Path) -> str:
    return build.hashlib.sha256(path.read_bytes()).hexdigest()


def tried(step: Callable[[], object]) -> None:
    """A step that may be refused."""
    try:
        step()
    except UserError as refused:
        said(refused)


def said(refused: UserError) -> None:
    """What is said has to be sentences that can be printed."""
    assert refused.sentences and all(sentence.strip() for sentence in refused.sentences), "nothing is said"
    for sentence in refused.sentences:
        visible(sentence).encode()


CASES: dict[str, Callable[[Path, random.Random], None]] = {"contract": contract, "model": model, "file": file}


def outcome(kind: str, number: int, root: Path) -> dict:
    """What became of a case: {number, outcome, seconds}; the outcome is "taken", "refused", or what an exception says."""
    start, found = time.process_time(), "taken"
    try:
        with warnings.catch_warnings(action="error"), redirect_stdout(sys.stderr):
            CASES[kind](root, random.Random(f"{kind} {number}"))
    except UserError as refused:
        said(refused)
        found = "refused"
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)
        ours = next((frame for frame in reversed(last) if "mlweb" in frame.filename), last[-1])
        found = f"{type(error).__name__} at {Path(ours.filename).name}:{ours.lineno}: {ascii(str(error))[:120]}"
    return {"number": number, "outcome": found, "seconds": round(time.process_time() - start, 2)}


def main(kind: str, first: int, end: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (2 * 10**9, resource.RLIM_INFINITY))
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, end):
            root = small_project.fetched(small_project.make(Path(folder, str(number))), "@huggingface/tokenizers", {"tokenizers.js": b"// splits texts\n"})
            os.chdir(root)
            print(json.dumps(outcome(kind, number, root)), flush=True)
            os.chdir(folder)
            shutil.rmtree(root)
    print(json.dumps({"megabytes": peak() // 10**6}), flush=True)


def peak() -> int:
    """The most bytes of memory that this process had at once; getrusage would count what the process had that started it."""
    [kilobytes] = [line.split()[1] for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:")]
    return int(kilobytes) * 1024


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
