"""Turn a metadata file of modelship into a metadata.yml: `python -m mlweb.draft.modelship metadata.yml --output metadata.yml`.

That format has `name`, `description`, `inputs` and `outputs`; an input has `name`, `type` (float32 or string), `shape`, `min`, `max`, `step`
and `default`, an output `name`, `type` and `shape`.
"""

import sys
from collections.abc import Iterator
from math import isfinite, prod
from pathlib import Path
from typing import Any

from mlweb.contract import yaml_file
from mlweb.contract.schema import SCHEMA_VERSION, Model
from mlweb.draft.describe import arguments, put
from mlweb.draft.draft import written
from mlweb.errors import UserError, nearest, run

ROOT = {"name", "description", "inputs", "outputs"}
OUTPUT = {"name", "type", "shape"}
INPUT = OUTPUT | {"min", "max", "step", "default", "defaut"}  # its documentation has the last one, misspelt
NEEDED = {"name", "type", "shape"}
KINDS = {"float32": "number", "string": "text"}
SHOWN = {*KINDS, "float64", "int64", "int32", "bool"}  # types of outputs


def load(path: Path) -> dict:
    """What a metadata file of modelship says; raises UserError with everything that is wrong in it."""
    if not path.is_file():
        raise UserError(f"{path} is missing.")
    _, _, given = yaml_file.read(path, "with name, inputs and outputs")
    if sentences := [f"{path}: {sentence}" for sentence in mistakes(given)]:
        raise UserError(*sentences)
    return given


def mistakes(given: dict) -> Iterator[str]:
    """A sentence for each key that is missing, unknown, or of the wrong kind."""
    yield from keys("", given, ROOT, {"name", "inputs", "outputs"})
    for side, known in (("inputs", INPUT), ("outputs", OUTPUT)):
        entries = given.get(side, {})
        if not isinstance(entries, dict) or (side in given and not entries):
            yield f"{side} must be a map of the model's names."
            continue
        for name, entry in entries.items():
            at = f"{side}.{name}"
            if not isinstance(entry, dict):
                yield f"{at} must be a map with name, type and shape."
                continue
            yield from keys(f"{at}: ", entry, known, NEEDED)
            yield from values(at, entry, is_input=side == "inputs")


def keys(at: str, given: dict, known: set[str], needed: set[str]) -> Iterator[str]:
    for key in given:
        if key not in known:
            yield f'{at}unknown key "{key}".{nearest(key, known)}'
    for key in sorted(needed - given.keys()):
        yield f'{at}the key "{key}" is missing.'


def values(at: str, entry: dict, is_input: bool) -> Iterator[str]:
    """What is wrong with the values of one input or output."""
    kind, shape = entry.get("type", "float32"), entry.get("shape", [])
    if kind not in (KINDS if is_input else SHOWN):
        yield f"{at}: type must be {'float32 or string' if is_input else ', '.join(sorted(SHOWN))}, not {kind}."
    if not isinstance(shape, list) or not all(dim is None or (isinstance(dim, int) and not isinstance(dim, bool) and dim > 0) for dim in shape):
        yield f"{at}: shape must be a list of whole numbers and null, such as [null, 1]."
    elif is_input and size(shape) != 1:
        yield f"{at}: shape {shape} takes {size(shape)} values, but this format has one per field: list them under fields in metadata.yml by hand."
    for key in ("min", "max", "step"):
        if entry.get(key) is not None and number(entry[key]) is None:
            yield f"{at}: {key} must be a number, not {entry[key]!r}."
    if kind == "float32" and default(entry) is not None and number(default(entry)) is None:
        yield f"{at}: default must be a number, not {default(entry)!r}."


def convert(given: dict) -> dict:
    """The same form as a contract, ready for YAML."""
    outputs = {str(name): shown(entry) for name, entry in given["outputs"].items()}
    inputs = {str(name): field(entry) for name, entry in given["inputs"].items()}
    about = {"schema": SCHEMA_VERSION, "name": str(given["name"]), "description": str(given.get("description") or ""), "task": "custom"}
    return about | {"model": {"file": Model().file}, "inputs": inputs, "outputs": outputs}


def field(entry: dict) -> dict:
    """A number keeps its limits, zeros among them; a step is one of the arrow keys only, so that any value may be typed. A text may start empty."""
    label, start = {"label": str(entry["name"])}, default(entry)
    if entry["type"] == "string":
        return {"kind": "text", **label, "default": "" if start is None else str(start)}
    limits = {key: number(entry[key]) for key in ("min", "max", "step") if entry.get(key) is not None}
    return {"kind": "number", **label, **limits, **({} if start is None else {"default": number(start)})}


def shown(entry: dict) -> dict:
    """One value, else a tensor: the page of that format shows nothing for it."""
    one = size(entry["shape"]) == 1
    return {"kind": "value" if one else "text" if entry["type"] == "string" else "tensor", "label": str(entry["name"])}


def default(entry: dict) -> Any:
    """Where the field starts, None for nowhere; an empty one is nowhere too."""
    start = entry.get("default", entry.get("defaut"))
    return None if start == "" and entry.get("type") == "float32" else start


def size(shape: list[int | None]) -> int:
    return prod(1 if dim is None else dim for dim in shape)


def number(given: Any) -> float | None:
    """The number that was given, perhaps as text; None for none."""
    try:
        value = None if isinstance(given, bool) else float(given)
    except (OverflowError, TypeError, ValueError):
        return None
    return value if value is not None and isfinite(value) else None


def main() -> None:
    given = arguments("poe import-modelship", __doc__, "path of its metadata file").parse_args()
    put(written(convert(load(given.given)), []), given.output, given.replace)


if __name__ == "__main__":
    sys.exit(run(main))
