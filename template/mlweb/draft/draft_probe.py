"""Try a form that was guessed: run the model on made-up rows, because a graph may declare less than it does."""

import numpy as np
import onnxruntime

from mlweb.codec.arrays import KINDS as ARRAYS
from mlweb.codec.encode import encode
from mlweb.codec.types import Form, Row
from mlweb.contract import check
from mlweb.contract.form import make_form
from mlweb.contract.schema import SCHEMA_VERSION, Contract
from mlweb.errors import first_line
from mlweb.graph import guess
from mlweb.graph.onnx_file import Signature
from mlweb.proof import synthetic_rows


def tried_out(signature: Signature, session: onnxruntime.InferenceSession) -> tuple[dict, list[synthetic_rows.Tried]]:
    """The fields of the form, and rows that the model computed with them, none when it refuses all that were made up.

    Single fields have to work: where none of the rows runs, or where rows that run together change each other, a raw tensor is safe.
    """
    for inputs in (guessed(signature), whole(signature)):
        form = formed(inputs, signature)
        start = synthetic_rows.try_row(form, session, plain(form, 1)) or synthetic_rows.try_row(form, session, plain(form, 0))
        if start:
            started(inputs, start[0])
            form = formed(inputs, signature)
        tried = synthetic_rows.generate(form, session, synthetic_rows.COUNT)
        if not tried and start:
            tried = [start]
        if tried and (not form["batch"] or apart(form, session, tried)):
            if not start:
                started(inputs, tried[0][0])
            return inputs, tried
    return inputs, []


def guessed(signature: Signature) -> dict:
    """The inputs of the form by the names, dtypes and shapes of the graph."""
    return distinct({name: guess.field(port) for name, port in signature.inputs.items()})


def untried(signature: Signature) -> dict:
    """The same, starting with a row that nobody tried."""
    inputs = guessed(signature)
    started(inputs, plain(formed(inputs, signature), 1))
    return inputs


def whole(signature: Signature) -> dict:
    """As guessed, with a raw tensor in place of single fields."""
    return {name: it if it.get("kind") in ARRAYS else {"kind": "tensor"} for name, it in guessed(signature).items()}


def refusal(inputs: dict, signature: Signature, session: onnxruntime.InferenceSession) -> str:
    """What the runtime says of a made-up row that it does not compute."""
    form = formed(inputs, signature)
    try:
        synthetic_rows.computed(form, session, synthetic_rows.row(form, next(synthetic_rows.scopes(form)), np.random.default_rng(0)))
    except Exception as error:  # onnxruntime's exceptions share no base class of their own
        return first_line(error)
    return ""


def formed(inputs: dict, signature: Signature) -> Form:
    """The form of these inputs, every output as it is."""
    given = {"schema": SCHEMA_VERSION, "name": "draft", "inputs": inputs, "outputs": {name: {"kind": "tensor"} for name in signature.outputs}}
    return make_form(Contract.model_validate(given), signature, {})


def plain(form: Form, given: int) -> Row:
    """The row that check tries first: the same number in every field; arrays are made up."""
    simple = {"number": float(given), "integer": given, "toggle": False, "text": ""}
    scope, generator = next(synthetic_rows.scopes(form)), np.random.default_rng(0)
    return {
        field["name"]: simple[field["kind"]] if field["kind"] in simple else synthetic_rows.value(field, source, scope, generator)
        for source in form["inputs"]
        for field in source["fields"]
    }


def started(inputs: dict, row: Row) -> None:
    """Let the form start with a row that the model computes."""
    for name, given in inputs.items():
        for key, field in given.get("fields", {name: given}).items():
            if field["kind"] not in ARRAYS:
                field["default"] = row[key]


def apart(form: Form, session: onnxruntime.InferenceSession, tried: list[synthetic_rows.Tried]) -> bool:
    """Whether rows that run together give what each gives alone."""
    names = list(tried[0][2])
    try:
        together = check.compute(session, names, encode(form, [row for row, _, _ in tried]))
    except Exception:  # onnxruntime's exceptions share no base class of their own
        return False
    for name, output in together.items():
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
