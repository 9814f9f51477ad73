"""Try a form that was guessed: run the model on made-up rows, because a graph may declare less than it does."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mlweb import runner
from mlweb.codec.encode import encode
from mlweb.codec.kinds import ARRAYS
from mlweb.codec.types import Form, Row
from mlweb.contract.form import make_form
from mlweb.contract.schema import SCHEMA_VERSION, Contract, Parity
from mlweb.draft import tokens
from mlweb.graph import carried
from mlweb.graph.carried import Carried
from mlweb.graph.onnx_file import Signature
from mlweb.proof import synthetic_rows


def tried_out(signature: Signature, session: runner.Session, known: Carried | None = None) -> tuple[dict, list[synthetic_rows.Tried]]:
    """The fields of the form, and rows that the model computed with them, none when it refuses all that were made up.

    Single fields have to work: where none of the rows runs, or where rows that run together change each other, a raw tensor is safe.
    A series of which every row gives NaN is tried without negative numbers, too. known: what the graph says of its inputs.
    """
    inputs, tried = tried_as_guessed(signature, session, known)
    windows = [given for given in inputs.values() if given.get("kind") == "series"]
    if windows and tried and not any(map(is_defined, tried)):
        for given in windows:
            given["min"] = 0
        positive = synthetic_rows.generate(formed(inputs, signature, known), session, synthetic_rows.COUNT, known)
        if any(map(is_defined, positive)):
            return inputs, positive
        for given in windows:
            del given["min"]
    return inputs, tried


def is_defined(tried: synthetic_rows.Tried) -> bool:
    """Whether no output of a row is NaN."""
    return not any(array.dtype.kind == "f" and np.isnan(array).any() for array in tried[2].values())


def tried_as_guessed(signature: Signature, session: runner.Session, known: Carried | None) -> tuple[dict, list[synthetic_rows.Tried]]:
    """The same, with the series as they are guessed."""
    for inputs in (guessed(signature, known), whole(signature, known)):
        form = formed(inputs, signature, known)
        start = next(filter(None, (synthetic_rows.try_row(form, session, row) for row in starts(form, known))), None)
        if start:
            started(inputs, start[0])
            form = formed(inputs, signature, known)
        tried = synthetic_rows.generate(form, session, synthetic_rows.COUNT, known)
        if not tried and start:
            tried = [start]
        if tried and (not form["batch"] or apart(form, session, tried)):
            if not start:
                started(inputs, tried[0][0])
            return inputs, tried
    return inputs, []


def guessed(signature: Signature, known: Carried | None = None) -> dict:
    """The inputs of the form by the names, dtypes and shapes of the graph, and by what it knows of their values."""
    known = known or Carried()
    inputs = {name: known.as_guessed(port) for name, port in signature.inputs.items()}
    for name, columns in known.columns.items():
        given, dtype = inputs[name], signature.inputs[name].declared()[0]
        if "fields" in given:
            fields = zip(given["fields"].items(), columns, strict=True)
            given["fields"] = {key: carried.with_known(field, column, dtype) for (key, field), column in fields}
        elif given["kind"] not in ARRAYS:
            inputs[name] = carried.with_known(given, columns[0], dtype)
    inputs |= {name: dict(field) for name, field in known.fields.items()}
    fed = tokens.fed(inputs)
    return distinct({name: given for name, given in inputs.items() if name not in fed})


def untried(signature: Signature, known: Carried | None = None) -> dict:
    """The same, starting with a row that nobody tried."""
    inputs = guessed(signature, known)
    started(inputs, next(starts(formed(inputs, signature, known), known)))
    return inputs


def whole(signature: Signature, known: Carried | None = None) -> dict:
    """As guessed, with a raw tensor in place of single fields; a lone number beside tensors, such as a sample rate, stays one."""
    inputs = guessed(signature, known)
    lone = {name for name, port in signature.inputs.items() if port.dims == []}
    return {name: it if it.get("kind") in ARRAYS or "tokenizer" in it or name in lone < inputs.keys() else {"kind": "tensor"} for name, it in inputs.items()}


def refusal(inputs: dict, signature: Signature, session: runner.Session, known: Carried | None = None) -> str:
    """What the runtime says of a made-up row that it does not compute."""
    form = formed(inputs, signature, known)
    return synthetic_rows.refusal(form, session, synthetic_rows.row(form, next(synthetic_rows.scopes(form)), np.random.default_rng(0)))


def formed(inputs: dict, signature: Signature, known: Carried | None = None) -> Form:
    """The form of these inputs, every output as it is."""
    given = {"schema": SCHEMA_VERSION, "name": "draft", "inputs": inputs, "outputs": {name: {"kind": "tensor"} for name in signature.outputs}}
    return make_form(Contract.model_validate(given, context={"root": known.root if known else Path()}), signature, {})


def starts(form: Form, known: Carried | None = None) -> Iterator[Row]:
    """The rows to try first: what the graph knows of each field, else the same number in all; arrays are made up."""
    for given in (1, 0):
        simple = {"number": float(given), "integer": given, "toggle": False, "text": ""}
        scope, generator = next(synthetic_rows.scopes(form, known)), np.random.default_rng(0)
        yield {
            field["name"]: field["default"]
            if "default" in field and (field["kind"], field["default"]) not in (("text", ""), ("toggle", False))
            else simple[field["kind"]]
            if field["kind"] in simple
            else synthetic_rows.value(field, source, scope, generator)
            for source in form["inputs"]
            for field in source["fields"]
        }


def started(inputs: dict, row: Row) -> None:
    """Let the form start with a row that the model computes."""
    for name, given in inputs.items():
        for key, field in given.get("fields", {name: given}).items():
            if field["kind"] not in ARRAYS and row[key] is not None:
                field["default"] = row[key]


def apart(form: Form, session: runner.Session, tried: list[synthetic_rows.Tried]) -> bool:
    """Whether rows that run together give what each gives alone, as exactly as an export will want it of the draft."""
    names, wanted = list(tried[0][2]), Parity()
    try:
        together = runner.compute(session, names, encode(form, [row for row, _, _ in tried]), len(tried))
    except runner.Stopped:
        raise
    except Exception:
        return False
    for name, output in together.items():
        if len({outputs[name].shape[1:] for _, _, outputs in tried}) > 1:
            return False  # a number for each token, say
        alone = np.concatenate([outputs[name] for _, _, outputs in tried])
        if output.shape != alone.shape:
            return False
        if not (np.allclose(output, alone, wanted.rtol, wanted.atol, equal_nan=True) if output.dtype.kind == "f" else (output == alone).all()):
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
