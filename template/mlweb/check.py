"""Does metadata.yml describe this model? Every disagreement at once, one line each, before anything is built."""

import sys
from collections import Counter
from pathlib import Path

import onnxruntime

from mlweb import contract as contracts
from mlweb import graph
from mlweb.contract import Choice, Classes, Contract, Integer, Number, Text, Toggle, Value, Vector
from mlweb.encode import BOUNDS, Refusals, encode
from mlweb.form import defaults, make_form
from mlweb.graph import Port, Signature
from mlweb.problems import Problems, nearest, read_object, run

FLOATS = {"float32", "float64"}
NUMERIC = FLOATS | set(BOUNDS) | {"int64"}
FACTS = Path("model/facts.json")


def problems(contract: Contract, signature: Signature, facts: dict) -> list[str]:
    """Every disagreement between the contract and the graph, as sentences with file and line; empty when they agree."""
    found = list(names(contract, signature))
    for name, given in contract.inputs.items():
        if port := signature.inputs.get(name):
            found += [f"{contract.where('inputs', name)}: inputs.{name}: {sentence}" for sentence in of_input(given, port)]
    for name, shown in contract.outputs.items():
        if port := signature.outputs.get(name):
            found += [f"{contract.where('outputs', name)}: outputs.{name}: {sentence}" for sentence in of_output(shown, port)]
    return found or list(of_values(contract, make_form(contract, signature, facts)))


def names(contract: Contract, signature: Signature):
    """Inputs and outputs by name: every input of the graph is fed, every listed name exists, field names are unique."""
    for side, listed, there in (
        ("inputs", contract.inputs, signature.inputs),
        ("outputs", contract.outputs, signature.outputs),
    ):
        known = ", ".join(f'"{name}"' for name in there)
        for name in listed:
            if name not in there:
                hint = nearest(name, there) or f" It has {known}."
                yield f'{contract.where(side, name)}: {side}.{name}: the model has no {side[:-1]} "{name}".{hint}'
    for name in signature.inputs:
        if name not in contract.inputs:
            yield f'{contract.where("inputs")}: inputs: the model\'s input "{name}" is missing here; add it with a kind.'
    for name, times in Counter(name for _, name, _ in contract.fields()).items():
        if times > 1:
            yield f'{contract.where("inputs")}: inputs: the field name "{name}" is used {times} times; give each field its own.'


def of_input(given, port: Port):
    """Rank, fixed dims and dtype of one input against its field or fields."""
    fields = given.fields if isinstance(given, Vector) else {port.name: given}
    width = len(fields)
    if port.dtype is None:
        yield f"the model takes a {port.what} here, which a form can't give: cast or convert it inside the graph."
        return
    if port.dims is None:
        yield "the model does not say its shape: export it with one, such as [N, 4]."
    elif len(port.dims) > 2:
        yield f"the model takes {shape(port)} here; a form gives one row of {count(width, 'value')}."
    elif columns(port) not in (None, width):
        yield f"the model takes {shape(port)} here, which is {count(columns(port), 'value')} a row, but {count(width, 'field')} are listed."
    elif len(port.dims) == 2 and port.dims[0] not in (None, 1):
        yield f"the model takes only batches of {port.dims[0]} ({shape(port)}): export it with a dynamic first dim."
    for name, field in fields.items():
        for sentence in of_field(field, port.dtype):
            yield f"{name}: {sentence}" if isinstance(given, Vector) else sentence


def columns(port: Port) -> int | None:
    """How many values a row has by the graph; None when that is dynamic."""
    if len(port.dims) == 1:
        return port.dims[0]
    return port.dims[1] if port.dims else 1


def of_field(field, dtype: str):
    """Whether values of this kind fit into the dtype."""
    match field:
        case Integer() if dtype not in NUMERIC:
            yield f"kind integer needs a numeric input, the model's is {dtype}."
        case Number() if not isinstance(field, Integer) and dtype not in FLOATS:
            better = "integer" if dtype in NUMERIC else "toggle" if dtype == "bool" else "text or choice"
            yield f"kind number needs a float input, the model's is {dtype}: use kind {better}."
        case Text() if dtype != "string":
            yield f"kind text needs a string input, the model's is {dtype}."
        case Choice() if dtype != "string" and (words := [o.value for o in field.choices if isinstance(o.value, str)]):
            yield f'the choice "{words[0]}" is text, but the model takes {dtype}: write {{value: <number>, label: "{words[0]}"}}.'
        case Choice() if dtype in NUMERIC - FLOATS and any(isinstance(o.value, float) for o in field.choices):
            yield f"the choices hold fractions, but the model takes {dtype}."
        case Choice() if outside := [o.value for o in field.choices if dtype in BOUNDS and not BOUNDS[dtype][0] <= float(o.value) <= BOUNDS[dtype][1]]:
            yield f"the choice {outside[0]} does not fit into {dtype}."
        case Toggle() if dtype not in NUMERIC | {"bool", "string"}:
            yield f"kind toggle does not fit {dtype}."
    if field.missing == "nan" and dtype not in FLOATS:
        yield f"missing: nan needs a float input, the model's is {dtype}."
    if field.missing == "empty" and dtype != "string":
        yield f"missing: empty needs a string input, the model's is {dtype}."


def of_output(shown: Value | Classes, port: Port):
    """Dtype and width of one output against how it is shown."""
    if port.dtype is None:
        fix = "export with options={'zipmap': False}" if "ZipMap" in port.what else "convert it inside the graph"
        yield f"the model gives a {port.what} here, not a tensor: {fix}."
        return
    width = port.dims[-1] if port.dims else None
    if isinstance(shown, Value) and port.dims is not None and (len(port.dims) > 2 or (len(port.dims) == 2 and width not in (None, 1))):
        yield f"kind value shows one value a row, the model gives {shape(port)}: use kind classes."
    if isinstance(shown, Classes):
        if port.dtype not in FLOATS:
            yield f"kind classes needs probabilities, the model gives {port.dtype}: is this the label output?"
        elif port.dims is not None and len(port.dims) != 2:
            yield f"kind classes needs one row of probabilities, the model gives {shape(port)}."
        elif width not in (None, len(shown.classes)):
            yield f"{len(shown.classes)} classes are listed, but the model gives {width} columns ({shape(port)})."


def of_values(contract: Contract, form: dict):
    """Defaults and examples must be values that the form takes."""
    paths = {name: path for path, name, _ in contract.fields()}
    start = defaults(form)
    for refusal in refusals(form, start):
        if refusal["field"] in start:
            path = (*paths[refusal["field"]], "default")
            yield f"{contract.where(*path)}: {'.'.join(path)}: {refusal['message']}"
    for index, example in enumerate(contract.examples):
        at = f'{contract.where("examples", index)}: examples: "{example.label}": '
        for name in example.values:
            if name not in paths:
                yield f'{at}there is no field "{name}".{nearest(name, paths)}'
        for refusal in refusals(form, {**start, **example.values}):
            if refusal["field"] in example.values or refusal["field"] not in start:
                yield f"{at}{refusal['message']}"


def refusals(form: dict, row: dict) -> list[dict]:
    """What encode refuses in one row."""
    try:
        encode(form, [row])
    except Refusals as refused:
        return refused.refusals
    return []


def shape(port: Port) -> str:
    """`float32 [N, 4]`; N is a dynamic dim."""
    return f"{port.dtype} [{', '.join('N' if dim is None else str(dim) for dim in port.dims)}]"


def count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def strict_session(data: bytes, threads: int = 1) -> onnxruntime.InferenceSession:
    """A native session that is as strict as the browser's, on as many threads, so that both sum in the same order.

    Raises Problems when the runtime refuses the graph. What passes here and uses supported dtypes runs in the browser.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4
    options.add_session_config_entry("session.strict_shape_type_inference", "1")
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions share no base class of their own
        raise Problems(f"onnxruntime refuses the model: {str(error).strip().splitlines()[0]}") from None


def dry_run(session: onnxruntime.InferenceSession, form: dict) -> None:
    """Run one row and look at what comes out: one value, or one probability a class. Raises Problems.

    A graph may declare less than it does: dims that are dynamic on paper need not be so in fact.
    """
    row = {field["name"]: anything(field) for source in form["inputs"] for field in source["fields"]}
    names = [output["name"] for output in form["outputs"]]
    try:
        outputs = session.run(names, encode(form, [row]))
    except Refusals:
        return  # values that this form takes are for people to find
    except Exception as error:  # onnxruntime's exceptions share no base class of their own
        raise Problems(f"The model can't compute one row of this form: {str(error).strip().splitlines()[0]}") from None
    sentences = []
    for output, array in zip(form["outputs"], outputs, strict=True):
        wanted = len(output["classes"]) if output["kind"] == "classes" else 1
        if array.size != wanted:
            sentences.append(f'Output "{output["name"]}" of kind {output["kind"]} needs {count(wanted, "number")} a row, the model gives {array.size}.')
    if sentences:
        raise Problems(*sentences)


def anything(field: dict):
    """A value that the field probably takes."""
    kinds = {"choice": lambda: field["choices"][0]["value"], "toggle": lambda: False, "text": lambda: ""}
    return field["default"] if "default" in field else kinds.get(field["kind"], lambda: field.get("min", field.get("max", 1)))()


def read_facts(path: Path = FACTS) -> dict:
    """What training wrote about the model; empty when it wrote nothing."""
    return read_object(path, "export again with: uv run poe export") if path.is_file() else {}


def check(root: Path = Path()) -> tuple[Contract, bytes, Signature, dict]:
    """Contract, model, signature and facts of a project that agree; raises Problems with every sentence otherwise."""
    sentences: list[str] = []
    contract = model = None
    try:
        contract = contracts.load(root / contracts.FILE)
    except Problems as found:
        sentences += found.sentences
    path = root / (contract.model.file if contract else "model/model.onnx")
    try:
        model = graph.load(path)
        sentences += [f"{path}: {reason}" for reason in graph.unsupported(model)]
    except Problems as found:
        sentences += found.sentences
    facts = read_facts(root / FACTS)
    if contract and model:
        sentences += problems(contract, graph.signature(model), facts)
    if sentences or contract is None or model is None:
        raise Problems(*sentences)
    data = path.read_bytes()
    dry_run(strict_session(data), make_form(contract, graph.signature(model), facts))
    return contract, data, graph.signature(model), facts


def main() -> None:
    contract, _, signature, _ = check()
    print(f"{contracts.FILE} and {contract.model.file} agree: {count(len(signature.inputs), 'input')}, {count(len(contract.outputs), 'output')} shown.")


if __name__ == "__main__":
    sys.exit(run(main))
