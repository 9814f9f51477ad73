"""Draft a metadata.yml from any ONNX graph: `python -m mlweb.draft model/model.onnx > metadata.yml`, then edit."""

import argparse
import io
import re
import sys
from pathlib import Path

from ruamel.yaml import YAML

from mlweb import graph
from mlweb.contract import SCHEMA
from mlweb.dtypes import FLOATS
from mlweb.graph import Port
from mlweb.problems import Problems, run

KINDS = {"string": "text", "bool": "toggle"}


def draft(path: Path) -> dict:
    """A contract for the model in `path`, ready for YAML; raises Problems with every input or output that no kind can show."""
    model = graph.load(path)
    refused = [f"{path}: {reason}" for reason in graph.unsupported(model)]
    signature = graph.signature(model)
    inputs = {name: field(port) for name, port in signature.inputs.items()}
    outputs = {name: shown(port) for name, port in signature.outputs.items()}
    refused += [f'{path}: no kind of field fits the input "{name}" ({described(signature.inputs[name])}).' for name, it in inputs.items() if not it]
    outputs = {name: it for name, it in outputs.items() if it}
    if not outputs:
        refused.append(f"{path}: no output is a single value or a row of class probabilities: {', '.join(map(described, signature.outputs.values()))}.")
    if refused:
        raise Problems(*refused)
    title = re.sub(r"[^\w]+", " ", path.stem).strip().capitalize() or "My model"
    task = "classification" if any(it["kind"] == "classes" for it in outputs.values()) else "custom"
    return {"schema": 1, "name": title, "description": "", "task": task, "model": {"file": path.as_posix()}, "inputs": inputs, "outputs": outputs}


def field(port: Port) -> dict | None:
    """A field, or a vector of fields, for one input; None when its shape fits no form."""
    if port.dtype is None or (port.dims is not None and (len(port.dims) > 2 or (len(port.dims) == 2 and port.dims[0] not in (None, 1)))):
        return None
    width = columns(port)
    kind = KINDS.get(port.dtype) or ("number" if port.dtype in FLOATS else "integer")
    if width == 1:
        return {"kind": kind}
    return {"fields": {f"{port.name}_{index}": {"kind": kind} for index in range(1, width + 1)}}


def shown(port: Port) -> dict | None:
    """How one output is shown: a value, or classes when it is a row of several floats; None for anything else."""
    if port.dtype is None or (port.dims is not None and len(port.dims) > 2):
        return None
    width = columns(port)
    if width == 1:
        return {"kind": "value"}
    if port.dtype not in FLOATS:
        return None
    return {"kind": "classes", "classes": [f"class {index}" for index in range(width)]}


def columns(port: Port) -> int:
    """How many values a row has: the last dim, or one where the graph leaves it open."""
    return (port.dims or [1])[-1] or 1


def described(port: Port) -> str:
    return f'"{port.name}": {port.what}' + ("" if port.dims is None else f" of shape {port.dims}".replace("None", "N"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="poe describe", description=__doc__)
    parser.add_argument("model", type=Path, help="path of an ONNX file, such as model/model.onnx")
    parser.add_argument("--output", type=Path, help="write this file instead of showing the draft, such as metadata.yml")
    given = parser.parse_args()
    if given.output and given.output.exists():
        raise Problems(f"{given.output} is there already: move it away first, or leave --output out to see the draft.")
    yaml, text = YAML(), io.StringIO(f"# yaml-language-server: $schema=mlweb/{SCHEMA.name}\n")
    text.seek(0, io.SEEK_END)
    yaml.default_flow_style = False
    yaml.dump(draft(given.model), text)
    if given.output:
        given.output.write_text(text.getvalue(), encoding="utf-8")
    else:
        sys.stdout.write(text.getvalue())


if __name__ == "__main__":
    sys.exit(run(main))
