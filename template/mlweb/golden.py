"""Golden cases: what a person gives, the exact tensors it becomes, and the result. They pin both encoders and the page."""

import json
import zipfile
from base64 import b64decode, b64encode
from pathlib import Path

import numpy as np
import onnxruntime

from mlweb.decode import decode, output_names
from mlweb.dtypes import BOUNDS
from mlweb.encode import encode
from mlweb.form import defaults
from mlweb.problems import Problems, read_object
from mlweb.refusal import Refusals

FILE = Path("model/golden.json")
HELDOUT = Path("model/heldout.npz")
EXPORT = "export again with: uv run poe export"

Run = tuple[dict[str, np.ndarray], dict[str, np.ndarray]]  # feeds of one run of the graph, and what the estimator computes for them


def pack(array: np.ndarray) -> dict:
    """An array as JSON: {"dtype", "dims", "base64"} of its little-endian bytes, or "strings" for text. Keeps NaN and int64."""
    dims = list(array.shape)
    if array.dtype.kind in "OU":
        return {"dtype": "string", "dims": dims, "strings": [str(each) for each in array.reshape(-1)]}
    data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
    return {"dtype": array.dtype.name, "dims": dims, "base64": b64encode(data).decode()}


def unpack(packed: dict) -> np.ndarray:
    """The array of `pack`; strings as an object array."""
    if packed["dtype"] == "string":
        return np.array(packed["strings"], object).reshape(packed["dims"])
    dtype = np.dtype(packed["dtype"]).newbyteorder("<")
    return np.frombuffer(b64decode(packed["base64"]), dtype).reshape(packed["dims"])


def case(form: dict, session: onnxruntime.InferenceSession, name: str, values: dict) -> dict:
    """One case: the values with their feeds, outputs and results, or with the refusals they meet."""
    try:
        feeds = encode(form, [values])
    except Refusals as refused:
        return {"name": name, "values": packed(values), "refusals": refused.refusals}
    names = output_names(form)
    outputs = dict(zip(names, session.run(names, feeds), strict=True))
    return {
        "name": name,
        "values": packed(values),
        "feeds": {key: pack(feed) for key, feed in feeds.items()},
        "outputs": {key: pack(output) for key, output in outputs.items()},
        "results": {key: packed(result) for key, result in decode(form, outputs)[0].items()},
    }


def packed(values: dict) -> dict:
    """The values with arrays as JSON."""
    return {name: pack(value) if isinstance(value, np.ndarray) else value for name, value in values.items()}


def unpacked(values: dict) -> dict:
    """What `packed` was given."""
    return {name: unpack(value) if isinstance(value, dict) and "dtype" in value else value for name, value in values.items()}


def typical(form: dict, examples: list[dict], rows: list[dict]) -> list[tuple[str, dict]]:
    """The starting form, each example, and some held-out rows."""
    start = dict.fromkeys(names(form)) | defaults(form)
    named = [("the form as it starts", start)]
    named += [(example["label"], {**start, **example["values"]}) for example in examples]
    return named + [(f"held-out row {index + 1}", {**start, **row}) for index, row in enumerate(rows)]


def names(form: dict) -> list[str]:
    """The names of all fields of a form."""
    return [field["name"] for source in form["inputs"] for field in source["fields"]]


def ugly(form: dict) -> list[tuple[str, dict]]:
    """What people really type: each field in turn empty, off by a comma, out of range, of a category nobody saw."""
    start = dict.fromkeys(names(form)) | defaults(form)
    cases = []
    for source in form["inputs"]:
        for field in source["fields"]:
            name = field["name"]
            for what, value in tries(field, source["dtype"]):
                cases.append((f"{name}: {what}", {**start, name: value}))
    return cases


def tries(field: dict, dtype: str) -> list[tuple[str, object]]:
    """The ugly values of one field, each with a name."""
    tried: list[tuple[str, object]] = [("empty", ""), ("absent", None)]
    match field["kind"]:
        case "number" | "integer":
            start = field.get("default", field.get("min", 1))
            tried += [("words", "a lot"), ("spaces", f"  {start} "), ("two readings", "1,500"), ("exponent", "1e1"), ("half", "0.5"), ("zero", "0")]
            tried += [("decimal comma", f"{float(start):.2f}".replace(".", ",")), ("huge", "1e39"), ("negative", "-1.5")]
            tried += [(f"at {end}", field[end]) for end in ("min", "max") if end in field]
            tried += [("below min", field["min"] - 1)] if "min" in field else []
            tried += [("above max", field["max"] + 1)] if "max" in field else []
            tried += [("beyond the dtype", BOUNDS[dtype][1] + 1)] if dtype in BOUNDS else []
        case "choice":
            tried += [(f"choice {option['value']}", option["value"]) for option in field["choices"][:3]]
            tried += [("as text", str(field["choices"][-1]["value"])), ("nobody saw", "Zürich 🏔️")]
        case "toggle":
            tried += [("true", True), ("false", False), ("text", "TRUE"), ("neither", "maybe")]
        case "text":
            tried += [("accents", "Déjà vu, Ærøskøbing"), ("emoji", "👩‍🔬 🏔️"), ("capitals", "ÀÉÎ ß ẞ"), ("lines", "one\n two\t"), ("NUL", "a\0b")]
    return tried


def write(file: Path, model_sha256: str, cases: list[dict]) -> None:
    """Write the cases as JSON, one line a case, so that a diff shows which changed."""
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in cases)
    file.write_text(f'{{"model_sha256": "{model_sha256}", "cases": [\n{lines}\n]}}\n', encoding="utf-8")


def read(file: Path) -> dict:
    """What `write` wrote: {"model_sha256", "cases"}; raises Problems."""
    return read_object(file, EXPORT)


def write_rows(file: Path, runs: list[Run]) -> None:
    """Keep the held-out rows: what each run of the graph is fed, and what the estimator computes for it."""
    arrays = {
        f"{index}/{side}:{name}": array.astype(str) if array.dtype.kind == "O" else array
        for index, run in enumerate(runs)
        for side, named in zip(("input", "expected"), run, strict=True)
        for name, array in named.items()
    }
    np.savez_compressed(file, **arrays)


def read_rows(file: Path) -> list[Run]:
    """The runs of all held-out rows; strings as object arrays. Raises Problems."""
    runs: dict[str, dict[str, dict[str, np.ndarray]]] = {}
    try:
        with np.load(file) as stored:
            for key in stored.files:
                place, name = key.split(":", 1)
                index, side = place.split("/")
                array = stored[key].astype(object) if stored[key].dtype.kind == "U" else stored[key]
                runs.setdefault(index, {"input": {}, "expected": {}})[side][name] = array
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        raise Problems(f"{file} is missing or broken: {EXPORT}") from None
    return [(run["input"], run["expected"]) for run in runs.values()]
