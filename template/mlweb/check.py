"""Does metadata.yml describe this model? Every disagreement at once, one line each, before anything is built."""

import sys
from pathlib import Path

import onnx
import onnxruntime

from mlweb import contract as contracts
from mlweb import graph, maps, media, webgpu
from mlweb.contract import Contract
from mlweb.decode import output_names
from mlweb.encode import encode
from mlweb.fit import count, names, of_input, of_output
from mlweb.form import defaults, make_form
from mlweb.graph import Signature
from mlweb.problems import Problems, first_line, nearest, read_object, run
from mlweb.refusal import Refusals

FACTS = Path("model/facts.json")


def problems(contract: Contract, signature: Signature, facts: dict, root: Path = Path()) -> list[str]:
    """Every disagreement between the contract and the graph, as sentences with file and line; empty when they agree."""
    found = list(names(contract, signature))
    for name, given in contract.inputs.items():
        if port := signature.inputs.get(name):
            found += [f"{contract.where('inputs', name)}: inputs.{name}: {sentence}" for sentence in of_input(given, port)]
    for name, shown in contract.outputs.items():
        if port := signature.outputs.get(name):
            found += [f"{contract.where('outputs', name)}: outputs.{name}: {sentence}" for sentence in of_output(shown, port, contract.listed_in(name))]
    found += [*maps.problems(contract, root), *unlisted(contract, root)]
    return found or list(of_values(contract, make_form(contract, signature, facts), root))


def unlisted(contract: Contract, root: Path):
    """A sentence for each panel of the project's own that its table lacks."""
    table = root / "web/own/index.js"
    lines = table.read_text(encoding="utf-8").splitlines() if table.is_file() else []
    listed = [line for line in lines if not line.lstrip().startswith("//")]
    for index, name in enumerate(contract.page.panels):
        if contracts.OWN.fullmatch(name) and not any(f"'{name}'" in line for line in listed):
            yield f"{contract.where('page', 'panels', index)}: page.panels: web/own/index.js has no line for '{name}'."


def of_values(contract: Contract, form: dict, root: Path):
    """Defaults and examples must be values that the form takes."""
    paths = {name: path for path, name, _ in contract.fields()}
    start, files = defaults(form), list(unreadable(contract, form, root))
    if files:
        yield from files
        return
    for refusal in refusals(form, start, root):
        if refusal["field"] in start:
            path = (*paths[refusal["field"]], "default")
            yield f"{contract.where(*path)}: {'.'.join(path)}: {refusal['message']}"
    for index, example in enumerate(contract.examples):
        at = f'{contract.where("examples", index)}: examples: "{contract.first(example.label)}": '
        for name in example.values:
            if name not in paths:
                yield f'{at}there is no field "{name}".{nearest(name, paths)}'
        for refusal in refusals(form, {**start, **example.values}, root):
            if refusal["field"] in example.values or refusal["field"] not in start:
                yield f"{at}{refusal['message']}"


def unreadable(contract: Contract, form: dict, root: Path):
    """Every default and example that names a file which can't be read."""
    paths = {name: path for path, name, _ in contract.fields()}
    named = [((*paths[name], "default"), {name: value}) for name, value in defaults(form).items()]
    named += [(("examples", index), example.values) for index, example in enumerate(contract.examples)]
    for path, values in named:
        try:
            media.resolve(form, values, root)
        except Problems as problems:
            yield f"{contract.where(*path)}: {'.'.join(map(str, path))}: {problems.sentences[0]}"


def refusals(form: dict, row: dict, root: Path) -> list[dict]:
    """What encode refuses in one row."""
    try:
        encode(form, [media.resolve(form, row, root)])
    except Refusals as refused:
        return refused.refusals
    return []


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
        fixes = {
            "Could not find an implementation": ". It has this operator for other types or opsets only: export with float32 and an opset from 17 to 21.",
            "Can't merge shape info": ". Sizes that contradict each other are nothing for a browser: export with dynamic ones.",
        }
        fix = next((fix for said, fix in fixes.items() if said in str(error)), "")
        raise Problems(f"onnxruntime refuses the model: {first_line(error)}{fix}") from None


def dry_run(session: onnxruntime.InferenceSession, form: dict, root: Path = Path()) -> None:
    """Run one row and look at what comes out: one value, one probability a class, as many scores as boxes. Raises Problems.

    A graph may declare less than it does: dims that are dynamic on paper need not be so in fact.
    """
    row = {field["name"]: anything(field) for source in form["inputs"] for field in source["fields"]}
    names = output_names(form)
    try:
        outputs = dict(zip(names, session.run(names, encode(form, [media.resolve(form, row, root)])), strict=True))
    except Refusals:
        return  # values that this form takes are for people to find
    except Exception as error:  # onnxruntime's exceptions share no base class of their own
        raise Problems(f"The model can't compute one row of this form: {first_line(error)}") from None
    if sentences := list(odd_sizes(form, outputs)):
        raise Problems(*sentences)


def odd_sizes(form: dict, outputs: dict):
    """A sentence for each output that has more or fewer elements than its kind shows."""
    for output in form["outputs"]:
        size = outputs[output["name"]].size
        wanted = {"value": 1, "classes": len(output.get("classes", []))}.get(output["kind"], size)
        if size != wanted:
            yield f'Output "{output["name"]}" of kind {output["kind"]} needs {count(wanted, "number")} a row, the model gives {size}.'
        for key in ("scores", "labels"):
            if key in output and 4 * outputs[output[key]].size != size:
                yield f'Output "{output["name"]}" has {size} numbers, four a box, but "{output[key]}" has {outputs[output[key]].size}.'


def anything(field: dict):
    """A value that the field probably takes."""
    kinds = {"choice": lambda: field["choices"][0]["value"], "toggle": lambda: False, "text": lambda: ""} | dict.fromkeys(media.READERS, lambda: None)
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
        sentences += problems(contract, graph.signature(model), facts, root)
    if sentences or contract is None or model is None:
        raise Problems(*sentences)
    data = path.read_bytes()
    dry_run(strict_session(data), make_form(contract, graph.signature(model), facts), root)
    return contract, data, graph.signature(model), facts


def main() -> None:
    contract, model, signature, _ = check()
    print(f"{contracts.FILE} and {contract.model.file} agree: {count(len(signature.inputs), 'input')}, {count(len(contract.outputs), 'output')} shown.")
    if contract.model.runtime == "webgpu" and (what := webgpu.beyond(onnx.load_from_string(model))):
        print(f"{contract.where('model', 'runtime')}: model.runtime: webgpu can't compute {what}: the page takes WebAssembly, and says so. Write wasm.")


if __name__ == "__main__":
    sys.exit(run(main))
