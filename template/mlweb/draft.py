"""Draft a metadata.yml from any ONNX graph: `python -m mlweb.draft model/model.onnx --output metadata.yml`, then edit."""

import argparse
import io
import re
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from ruamel.yaml import YAML

from mlweb import check, graph, guess, rows
from mlweb.arrays import KINDS as ARRAYS
from mlweb.contract import SCHEMA, Contract
from mlweb.encode import encode
from mlweb.form import make_form
from mlweb.graph import Signature
from mlweb.problems import Problems, run

TRIES = 4  # rows that the model is tried with


def draft(path: Path) -> dict:
    """A contract for the model in `path`, ready for YAML; raises Problems when no form can give what it takes.

    The model is run on made-up rows, because a graph may declare less than it does.
    """
    model = graph.load(path)
    signature = graph.signature(model)
    if refused := graph.unsupported(model) or list(unservable(signature)):
        raise Problems(*(f"{path}: {reason}" for reason in refused))
    session = check.strict_session(path.read_bytes())
    inputs, tried = tried_out(signature, session)
    computed = {name: [outputs[name] for _, _, outputs in tried] for name in signature.outputs}
    batch = bool(tried) and formed(inputs, signature)["batch"]
    outputs = {name: guess.shown(port, computed[name], model, batch) for name, port in signature.outputs.items()}
    is_classifier = any(shown["kind"] == "classes" for shown in outputs.values())
    if is_classifier:  # the label beside its probabilities is a value, whatever its type
        single = [name for name, shown in outputs.items() if shown == {"kind": "text"} and all(array.size == 1 for array in computed[name])]
        outputs |= {name: {"kind": "value"} for name in single}
    return contract(path, inputs, outputs) | {"task": "classification" if is_classifier else "custom"}


def unservable(signature: Signature):
    """A sentence for each input whose shape is unknown, and one when nothing goes in or comes out."""
    for name, port in signature.inputs.items():
        if port.dims is None:
            yield f'the model does not say the shape of its input "{name}": export it with one, such as [N, 4].'
    if not signature.inputs:
        yield "the model takes no input, so there is nothing to fill in: its answer never changes."
    if not signature.outputs:
        yield "the model gives no output."


def contract(path: Path, inputs: dict, outputs: dict) -> dict:
    """The keys of metadata.yml around inputs and outputs."""
    title = re.sub(r"[^\w]+", " ", path.stem).strip().capitalize()[:120] or "My model"
    return {"schema": 1, "name": title, "description": "", "task": "custom", "model": {"file": path.as_posix()}, "inputs": inputs, "outputs": outputs}


def tried_out(signature: Signature, session: onnxruntime.InferenceSession) -> tuple[dict, list[rows.Tried]]:
    """The fields of the form, and rows that the model computed with them, none when it refuses all that were made up.

    Single fields have to work: where none of the rows runs, or where rows that run together change each other, a raw tensor is safe.
    """
    guessed = distinct({name: guess.field(port) for name, port in signature.inputs.items()})
    whole = {name: it if it.get("kind") in ARRAYS else {"kind": "tensor"} for name, it in guessed.items()}
    for inputs in (guessed, whole):
        form = formed(inputs, signature)
        if start := next((one for one in map(lambda each: rows.attempt(form, session, plain(form, each)), (1, 0)) if one), None):
            started(inputs, start[0])
        tried = rows.made(form, session, TRIES)
        if not tried and start:
            tried = [start]
        if tried and (not form["batch"] or apart(form, session, tried)):
            if not start:
                started(inputs, tried[0][0])
            return inputs, tried
    return whole, []


def formed(inputs: dict, signature: Signature) -> dict:
    """The form of these inputs, every output as it is."""
    given = contract(Path("model"), inputs, {name: {"kind": "tensor"} for name in signature.outputs})
    return make_form(Contract.model_validate(given), signature, {})


def plain(form: dict, given: int) -> dict:
    """The row that check tries first: the same number in every field; arrays are made up."""
    simple = {"number": float(given), "integer": given, "toggle": False, "text": ""}
    scope, generator = next(rows.scopes(form)), np.random.default_rng(0)
    return {
        field["name"]: simple[field["kind"]] if field["kind"] in simple else rows.value(field, source, scope, generator)
        for source in form["inputs"]
        for field in source["fields"]
    }


def started(inputs: dict, row: dict) -> None:
    """Let the form start with a row that the model computes."""
    for name, given in inputs.items():
        for key, field in given.get("fields", {name: given}).items():
            if field["kind"] not in ARRAYS:
                field["default"] = row[key]


def apart(form: dict, session: onnxruntime.InferenceSession, tried: list[rows.Tried]) -> bool:
    """Whether rows that run together give what each gives alone."""
    names = list(tried[0][2])
    try:
        together = session.run(names, encode(form, [row for row, _, _ in tried]))
    except Exception:  # onnxruntime's exceptions share no base class of their own
        return False
    for name, output in zip(names, together, strict=True):
        alone = np.concatenate([outputs[name] for _, _, outputs in tried])
        if output.shape != alone.shape or not (np.allclose(output, alone, 1e-3, 1e-4, equal_nan=True) if output.dtype.kind == "f" else (output == alone).all()):
            return False
    return True


def distinct(inputs: dict) -> dict:
    """The same inputs with a name of its own for each field."""
    taken = {name for name, given in inputs.items() if "fields" not in given}
    for given in inputs.values():
        fields = given.pop("fields", None)
        if fields is None:
            continue
        given["fields"] = {}
        for name, field in fields.items():
            while name in taken:
                name += "_"
            taken.add(name)
            given["fields"][name] = field
    return inputs


def hints(path: Path) -> list[str]:
    """What a person may want to know about the draft, as comments."""
    ports = graph.signature(graph.load(path)).inputs.values()
    said = [f'"{port.name}" takes {port.dims}'.replace("None", "N") for port in ports if guess.channels_first(port)]
    said = [f"{each}, a picture with its channels first: mlweb/pixels.py puts the steps from a plain picture to it into the graph." for each in said]
    floats = [port.name for port in ports if guess.field(port) == {"kind": "image"} and port.dtype != "uint8"]
    return said + [f'"{name}" gets the values 0 to 255 of a picture as they are: scale them inside the graph if the model wants others.' for name in floats]


def written(drafted: dict, comments: list[str]) -> str:
    """A contract as the text of metadata.yml."""
    lines = [f"# yaml-language-server: $schema=mlweb/{SCHEMA.name}", *(f"# {comment}" for comment in comments), ""]
    yaml, text = YAML(), io.StringIO("\n".join(lines))
    text.seek(0, io.SEEK_END)
    yaml.default_flow_style = False
    yaml.width = 160
    yaml.dump(drafted, text)
    return text.getvalue()


def put(text: str, output: Path | None, replace: bool) -> None:
    """Write the text to a file, or show it."""
    if output is None:
        sys.stdout.write(text)
        return
    if output.exists() and not replace:
        raise Problems(f"{output} is there already: add --replace to write over it, or leave --output out to see the draft.")
    output.write_text(text, encoding="utf-8")


def arguments(prog: str, about: str | None, what: str) -> argparse.Namespace:
    """The command line of whatever writes a contract: a file to read, --output and --replace."""
    parser = argparse.ArgumentParser(prog=prog, description=about)
    parser.add_argument("given", type=Path, help=what)
    parser.add_argument("--output", type=Path, help="write this file instead of showing it, such as metadata.yml")
    parser.add_argument("--replace", action="store_true", help="write over the file of --output")
    return parser.parse_args()


def main() -> None:
    given = arguments("poe describe", __doc__, "path of an ONNX file, such as model/model.onnx")
    put(written(draft(given.given), hints(given.given)), given.output, given.replace)


if __name__ == "__main__":
    sys.exit(run(main))
