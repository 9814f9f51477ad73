"""Does metadata.yml describe this model? Every disagreement at once, one line each, before anything is built."""

import re
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import cast

import numpy as np
import onnx

from mlweb import answers, conflicts, files, runner, runtimes
from mlweb.codec import media
from mlweb.codec.decode import output_names
from mlweb.codec.encode import encode
from mlweb.codec.kinds import KINDS
from mlweb.codec.refusal import Refusal, ValidationErrors
from mlweb.codec.types import Form, Row
from mlweb.console import say
from mlweb.contract import list_check, maps, recipe_texts, tokenizer_check, training_check
from mlweb.contract import schema as contracts
from mlweb.contract.facts import Facts
from mlweb.contract.form import defaults, from_example, make_form
from mlweb.contract.schema import Contract
from mlweb.contract.signature_check import count, names, of_input, of_output
from mlweb.contract.views import OWN
from mlweb.engines.table import ENGINES
from mlweb.errors import UserError, first_line, nearest, read_shaped, run
from mlweb.graph import activation, onnx_file, probabilities, webgpu
from mlweb.graph.onnx_file import Signature

FACTS = Path("model/facts.json")
HEAVY = 200_000_000  # bytes of a model


def problems(contract: Contract, signature: Signature, facts: Facts, root: Path = Path()) -> list[str]:
    """Every disagreement between the contract and the graph, as sentences with file and line; empty when they agree."""
    found = list(names(contract, signature))
    for name, given in contract.inputs.items():
        if port := signature.inputs.get(name):
            found += [f"{contract.where('inputs', name)}: inputs.{name}: {sentence}" for sentence in of_input(given, port)]
    for name, shown in contract.outputs.items():
        if port := signature.outputs.get(name):
            found += [f"{contract.where('outputs', name)}: outputs.{name}: {sentence}" for sentence in of_output(shown, port, contract.listed_in(name))]
    if not contract.model.has_graph and "graph" in contract.panels():
        found.append(f"{contract.where('page')}: page: there is no graph in a GGUF file: leave out the panel graph.")
    found += [*tokenizer_check.problems(contract, signature), *list_check.problems(contract), *maps.problems(contract, root), *unlisted(contract, root)]
    return found or [*of_values(contract, make_form(contract, signature, facts), root), *training_check.mistakes(contract, facts)]


def unlisted(contract: Contract, root: Path) -> Iterator[str]:
    """A sentence for each panel of the project's own that its table lacks."""
    places = [(("page", "panels"), contract.page.panels or [])]
    places += [(("page", "views", number, "panels"), view.panels) for number, view in enumerate(contract.page.views or [])]
    own = [(path, index, name) for path, panels in places for index, name in enumerate(panels) if OWN.fullmatch(name)]
    if not own:
        return
    table = "web/own/index.js"
    lines = files.read_text(root, table).splitlines() if (root / table).is_file() else []
    listed = [line for line in lines if not line.lstrip().startswith("//")]
    for path, index, name in own:
        if not any(re.search(rf"(['\"`]){name}\1", line) for line in listed):
            yield f"{contract.where(*path, index)}: {'.'.join(map(str, path))}: web/own/index.js has no line for '{name}'."


def of_values(contract: Contract, form: Form, root: Path) -> Iterator[str]:
    """Defaults and examples must be values that the form takes."""
    paths = {name: path for path, name, _ in contract.fields()}
    start, files, lent = defaults(form), list(unreadable(contract, form, root)), from_example(contract)
    if files:
        yield from files
        return
    for refusal in refusals(form, start, root):
        if refusal["field"] in start and refusal["field"] not in lent:
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


def unreadable(contract: Contract, form: Form, root: Path) -> Iterator[str]:
    """Every default and example that names a file which can't be read."""
    paths = {name: path for path, name, _ in contract.fields()}
    lent = from_example(contract)
    named = [((*paths[name], "default"), {name: value}) for name, value in defaults(form).items() if name not in lent]
    named += [(("examples", index), example.values) for index, example in enumerate(contract.examples)]
    for path, values in named:
        try:
            media.resolve(form, values, root)
        except UserError as problems:
            yield f"{contract.where(*path)}: {'.'.join(map(str, path))}: {problems.sentences[0]}"


def refusals(form: Form, row: Row, root: Path) -> list[Refusal]:
    """What encode refuses in one row."""
    try:
        encode(form, [media.resolve(form, row, root)])
    except ValidationErrors as refused:
        return refused.refusals
    return []


def dry_run(session: runner.Session, form: Form, root: Path = Path()) -> dict[str, np.ndarray]:
    """Run one row and look at what comes out: one value, one number a class, as many scores as boxes. The outputs; raises UserError.

    A graph may declare less than it does: dims that are dynamic on paper need not be so in fact.
    """
    row = {field["name"]: field.get("default", KINDS[field["kind"]].probable(field)) for source in form["inputs"] for field in source["fields"]}
    try:
        outputs = runner.compute(session, output_names(form), encode(form, [media.resolve(form, row, root)]))
    except ValidationErrors:
        return {}  # values that this form takes are for people to find
    except runner.NativeError as error:
        raise UserError(f"The model can't compute one row of this form: {first_line(error)}") from None
    if sentences := list(odd_sizes(form, outputs)):
        raise UserError(*sentences)
    return outputs


def odd_sizes(form: Form, outputs: dict[str, np.ndarray]) -> Iterator[str]:
    """A sentence for each output that has more or fewer elements than its kind shows."""
    for output in form["outputs"]:
        size = outputs[output["name"]].size
        several = len(output.get("values", []))
        wanted = {"value": 1, "label": 1, "values": several, "point": several, "classes": len(output.get("classes", []))}.get(output["kind"], size)
        if size != wanted:
            yield f'Output "{output["name"]}" of kind {output["kind"]} needs {count(wanted, "number")} a row, the model gives {size}.'
        for name in output.get("interval", []) if output["kind"] == "series" else []:
            if outputs[name].size != size:
                yield f'Output "{output["name"]}" has {count(size, "number")}, but "{name}", one end of its interval, has {outputs[name].size}.'
        for key in ("scores", "labels"):
            if (other := output.get(key)) is not None and 4 * outputs[other].size != size:
                yield f'Output "{output["name"]}" has {size} numbers, four a box, but "{other}" has {outputs[other].size}.'


def no_probabilities(contract: Contract, outputs: dict[str, np.ndarray]) -> Iterator[str]:
    """A sentence for each output that is said to be probabilities and lies outside 0..1, where the page would say so too."""
    for name in sorted(contract.probabilities() & outputs.keys()):
        if why := probabilities.broken(outputs[name].reshape(1, -1), "independent"):
            yield f"{contract.where('outputs', name)}: outputs.{name}: {why}"


def not_as_exported(contract: Contract, model: onnx.ModelProto) -> Iterator[str]:
    """A sentence for each output that ends with another softmax or sigmoid, or none, than the contract says since the export."""
    for name in activation.unsettled(model, contract.activations()):
        wanted = contract.activations().get(name)
        lacks = f"does not end with the {wanted} that" if wanted else "ends with a softmax or sigmoid that no"
        path = ("outputs", name, "probabilities")
        yield f"{contract.where(*path)}: {'.'.join(path)}: {contract.model.file} {lacks} probabilities asks for: export again with: uv run poe export"


def read_facts(path: Path = FACTS) -> Facts:
    """What training wrote about the model; empty when it wrote nothing."""
    anew = "export again with: uv run poe export"
    return cast("Facts", read_shaped(path, Facts, anew, in_part=True) if path.is_file() else {})


def check(root: Path = Path()) -> tuple[Contract, bytes, Signature, Facts]:
    """Contract, model, signature and facts of a project that agree; raises UserError with every sentence otherwise."""
    if sentences := list(conflicts.found(root)):
        raise UserError(*sentences)
    contract = model = None
    try:
        contract = contracts.load(root / contracts.FILE)
    except UserError as found:
        sentences += found.sentences
    about = contract.model if contract else contracts.Model()
    engine, path = ENGINES[about.engine], root / about.file
    try:
        model = engine.load(files.inside(root, about.file, files.MODEL, f"{path} is missing: {onnx_file.MISSING}"))
        sentences += [f"{path}: {reason}" for reason in engine.problems(model)]
    except UserError as found:
        sentences += found.sentences
    facts = read_facts(root / FACTS)
    if contract and model:
        found = problems(contract, engine.signature(model, contract.inputs), facts, root)
        sentences += found or list(not_as_exported(contract, engine.graph(model)))
    if sentences or contract is None or model is None:
        raise UserError(*sentences)
    signature = engine.signature(model, contract.inputs)
    data = path.read_bytes()
    if sentences := list(list_check.outdated(contract, sha256(data).hexdigest())):
        raise UserError(*sentences)
    outputs = dry_run(engine.session(data, engine.beside(root, about.file)), make_form(contract, signature, facts), root)
    if sentences := list(no_probabilities(contract, outputs)):
        raise UserError(*sentences)
    return contract, data, signature, facts


def heavy(name: str, size: int, times: int = 5) -> Iterator[str]:
    """What a visitor's device needs for a large model: so many times its size."""
    if size > HEAVY:
        memory = f"about {times} times as much memory, {times * size / 1e9:.1f} GB here"
        yield f"{name} has {size / 1e6:,.0f} MB: a page needs {memory}, which many phones do not give it."


def main() -> None:
    contract, model, signature, facts = check()
    runtimes.agree(Path())
    say(f"{contracts.FILE} and {contract.model.file} agree: {count(len(signature.inputs), 'input')}, {count(len(contract.outputs), 'output')} shown.")
    if contract.model.runtime == "webgpu" and (what := webgpu.beyond(onnx.load_from_string(model))):
        say(f"{contract.where('model', 'runtime')}: model.runtime: webgpu can't run {what}: the page uses WebAssembly instead, and says so. Write wasm.")
    for key in recipe_texts.unedited(contract):
        say(f"{contract.where('card', key)}: card.{key}: this text is about the data of the recipe: write yours. The page marks it until then.")
    large = heavy(contract.model.file, len(model), ENGINES[contract.model.engine].memory)
    for hint in [*training_check.hints(contract, facts), *answers.hints(Path()), *large]:
        say(f"{hint} (A hint: nothing fails.)")


if __name__ == "__main__":
    sys.exit(run(main))
