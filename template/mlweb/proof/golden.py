"""Golden cases: what a person gives, the exact tensors it becomes, and the result. They pin both encoders and the page."""

import json
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NotRequired, cast

import numpy as np
from typing_extensions import TypedDict

from mlweb import runner
from mlweb.codec.decode import decode, output_names
from mlweb.codec.encode import encode
from mlweb.codec.kinds import KINDS
from mlweb.codec.refusal import Refusal, ValidationErrors
from mlweb.codec.types import Form, Row
from mlweb.contract.form import defaults
from mlweb.errors import UserError, first_line, read_shaped

FILE = Path("model/golden.json")
HELDOUT = Path("model/heldout.npz")
EXPORT = "export again with: uv run poe export"

Run = tuple[dict[str, np.ndarray], dict[str, np.ndarray]]  # feeds of one run of the graph, and what the estimator computes for them


class Packed(TypedDict):
    """An array as JSON: its little-endian bytes, row-major, or its strings. Keeps NaN and int64."""

    dtype: str
    dims: list[int]
    base64: NotRequired[str]
    strings: NotRequired[list[str]]


class Case(TypedDict):
    """A golden case: what a person gives, and what it becomes, or the refusals it meets. Arrays are Packed."""

    name: str
    values: Row
    refusals: NotRequired[list[Refusal]]
    feeds: NotRequired[dict[str, Packed]]
    outputs: NotRequired[dict[str, Packed]]
    results: NotRequired[dict[str, dict[str, Any]]]
    near: NotRequired[list[list[int]]]  # see device.near


class Rule(TypedDict):
    """What an output is judged by on a visitor's device: the largest value of each of its numbers, or one for all; [] where they must be equal."""

    scale: list[float]
    classes: NotRequired[bool]
    bounded: NotRequired[bool]


class DeviceCases(TypedDict):
    """What the page carries, see device.py; its cases have values and outputs."""

    outputs: dict[str, Rule]
    cases: list[Case]


class Cases(TypedDict):
    """model/golden.json."""

    model_sha256: str
    cases: list[Case]
    device: NotRequired[DeviceCases]


def pack(array: np.ndarray) -> Packed:
    """An array as JSON."""
    dims = list(array.shape)
    if array.dtype.kind in "OU":
        return {"dtype": "string", "dims": dims, "strings": [str(each) for each in array.reshape(-1)]}
    data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
    return {"dtype": array.dtype.name, "dims": dims, "base64": b64encode(data).decode()}


def unpack(packed: Packed) -> np.ndarray:
    """The array of `pack`; strings as an object array."""
    if "strings" in packed:
        return np.array(packed["strings"], object).reshape(packed["dims"])
    dtype = np.dtype(packed["dtype"]).newbyteorder("<")
    return np.frombuffer(b64decode(packed.get("base64", "")), dtype).reshape(packed["dims"])


def case(form: Form, session: runner.Session, name: str, values: Row) -> Case:
    """One case: the values with their feeds, outputs and results, or with the refusals they meet. Raises UserError where the model can't compute it."""
    try:
        feeds = encode(form, [values])
    except ValidationErrors as refused:
        return {"name": name, "values": packed(values), "refusals": refused.refusals}
    try:
        outputs = runner.compute(session, output_names(form), feeds)
    except runner.NativeError as error:
        cure = "let the form refuse such a value, with min and max or choices in metadata.yml"
        raise UserError(f'The model can\'t compute what a person may give ("{name}"): {first_line(error)}; {cure}.') from None
    return {
        "name": name,
        "values": packed(values),
        "feeds": {key: pack(feed) for key, feed in feeds.items()},
        "outputs": {key: pack(output) for key, output in outputs.items()},
        "results": {key: packed(result) for key, result in decode(form, outputs)[0].items()},
    }


def packed(values: Mapping[str, object]) -> dict[str, Any]:
    """The values with arrays as JSON."""
    return {name: pack(value) if isinstance(value, np.ndarray) else value for name, value in values.items()}


def unpacked(values: Row) -> Row:
    """What `packed` was given."""
    return {name: unpack(cast("Packed", value)) if isinstance(value, dict) and "dtype" in value else value for name, value in values.items()}


def typical(form: Form, examples: list[dict], rows: list[Row]) -> list[tuple[str, Row]]:
    """The starting form, each example, and some held-out rows."""
    start = dict.fromkeys(names(form)) | defaults(form)
    named = [("the form as it starts", start)]
    named += [(example["label"], {**start, **example["values"]}) for example in examples]
    return named + [(f"held-out row {index + 1}", {**start, **row}) for index, row in enumerate(rows)]


def names(form: Form) -> list[str]:
    """The names of all fields of a form."""
    return [field["name"] for source in form["inputs"] for field in source["fields"]]


def invalid_inputs(form: Form) -> list[tuple[str, Row]]:
    """What people really type: each field in turn empty, off by a comma, out of range, of a category nobody saw."""
    start = dict.fromkeys(names(form)) | defaults(form)
    cases = []
    for source in form["inputs"]:
        for field in source["fields"]:
            name = field["name"]
            for what, value in (("empty", ""), ("absent", None), *KINDS[field["kind"]].odd_values(field, source["dtype"])):
                cases.append((f"{name}: {what}", {**start, name: value}))
    return cases


def write(file: Path, model_sha256: str, cases: list[Case], device: DeviceCases | None = None) -> None:
    """Write the cases as JSON, one line a case, so that a diff shows which changed; and those that the page carries."""

    def lines(cases: list[Case]) -> str:
        return "[\n" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in cases) + "\n]"

    carried = f', "device": {{"outputs": {json.dumps(device["outputs"], ensure_ascii=False)}, "cases": {lines(device["cases"])}}}' if device else ""
    file.write_text(f'{{"model_sha256": "{model_sha256}", "cases": {lines(cases)}{carried}}}\n', encoding="utf-8")


def read(file: Path) -> Cases:
    """What `write` wrote; raises UserError."""
    return cast("Cases", read_shaped(file, Cases, EXPORT))


def write_rows(file: Path, runs: list[Run]) -> None:
    """Keep the held-out rows: what each run of the graph is fed, and what the estimator computes for it."""
    arrays: dict[str, Any] = {
        f"{index}/{side}:{name}": array.astype(str) if array.dtype.kind == "O" else array
        for index, run in enumerate(runs)
        for side, named in zip(("input", "expected"), run, strict=True)
        for name, array in named.items()
    }
    np.savez_compressed(file, **arrays)


def read_rows(file: Path) -> list[Run]:
    """The runs of all held-out rows; strings as object arrays. Raises UserError."""
    runs: dict[str, dict[str, dict[str, np.ndarray]]] = {}
    try:
        with np.load(file) as stored:
            for key in stored.files:
                place, name = key.split(":", 1)
                index, side = place.split("/")
                array = stored[key].astype(object) if stored[key].dtype.kind == "U" else stored[key]
                runs.setdefault(index, {"input": {}, "expected": {}})[side][name] = array
    except (EOFError, KeyError, OSError, ValueError, zipfile.BadZipFile, zlib.error):
        raise UserError(f"{file} is missing or broken: {EXPORT}") from None
    return [(run["input"], run["expected"]) for run in runs.values()]
