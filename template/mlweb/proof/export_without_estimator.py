"""The end of an export that has no estimator: native onnxruntime itself is what the browser is compared with."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx

from mlweb import runner
from mlweb.codec import media
from mlweb.codec.encode import encode
from mlweb.codec.kinds import ARRAYS
from mlweb.codec.kinds.base import ArrayField
from mlweb.codec.kinds.text import Text
from mlweb.codec.types import Form, Row
from mlweb.console import patience, say
from mlweb.contract import check, kinds, schema, tokenizer_check
from mlweb.contract.form import defaults, make_form
from mlweb.errors import UserError, first_line
from mlweb.graph import activation, carried, file_metadata, onnx_file
from mlweb.graph.onnx_file import Signature
from mlweb.proof import claims, output_shapes, parity, synthetic_rows
from mlweb.proof.export import export, plain

MARK = "mlweb.exported"  # in the metadata of a graph that this wrote


def export_without_estimator(model: onnx.ModelProto, given: Sequence[Row] = (), is_new: bool = False) -> None:
    """Write model/ for a graph that came without an estimator: the graph, golden cases, rows, facts, proof.

    given: rows of your own, field name -> value; without them they are made up within the limits that metadata.yml sets.
    is_new: whether the graph was brought just now, so that metadata.yml may still describe another one.

    The graph is written even then, because a new draft starts from it. Raises UserError.
    """
    if not is_ours(model):
        model.metadata_props.add(key=MARK, value="1")
    activation.settle(model, {})  # what the contract asks for is appended below
    data = onnx_file.finalize(model).SerializeToString()
    session = runner.strict_session(data)
    path = Path(schema.Model().file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    draft = f"uv run poe describe {path} --output {schema.FILE} --replace"
    if is_new and is_another(onnx_file.signature(model)):
        say(f"{path}: {len(data):,} bytes; {onnx_file.summary(model)}")
        say(f"{schema.FILE} does not describe it yet. Draft it with: {draft}", "Then read the draft, and see the page with: uv run poe start")
        return
    try:
        agreed = schema.load()
        computed = undeclared(onnx_file.signature(model))
        if sentences := check.problems(agreed, computed, {}):
            raise UserError(*sentences)
    except UserError as problems:
        raise UserError(*problems.sentences, f"{schema.FILE} does not describe {path}: edit it, or draft a new one with: {draft}") from None
    if sentences := list(missing_defaults(agreed)):
        raise UserError(*sentences)
    plain, lacking = session, activation.unsettled(model, agreed.activations())
    if lacking:
        activation.settle(model, agreed.activations())
        session = runner.strict_session(onnx_file.finalize(model).SerializeToString())
    form = make_form(agreed, computed, {})
    named = {f"row {index + 1} of ROWS in export_onnx.py": media.resolve(form, as_taken(form, row), Path()) for index, row in enumerate(given)}
    brought = list(compute_each(form, session, named or examples(agreed, form)))
    tried = brought if given else made_up(form, session, model, brought)
    output_shapes.correct(model, [outputs for _, _, outputs in tried])
    if sentences := check.problems(agreed, onnx_file.signature(model), {}):
        raise UserError(*sentences)
    form = make_form(agreed, onnx_file.signature(model), {})
    check.dry_run(session, form)
    scores = {name: parity.stack_runs([runner.compute(plain, [name], feeds)[name] for _, feeds, _ in tried]) for name in lacking}
    if sentences := list(claims.twice(agreed, scores)):
        raise UserError(*sentences)
    sides = [{name: [one[side][name] for one in tried] for name in tried[0][side]} for side in (1, 2)]
    feeds, expected = sides
    if form["batch"]:
        feeds = encode(form, [row for row, _, _ in tried])  # together, because texts are made as long as the longest
        if uneven := next((name for name, arrays in expected.items() if len({array.shape[1:] for array in arrays}) > 1), None):
            raise UserError(f'Output "{uneven}" is of another size for each row, such as a number for each token: let the graph give as many for each.')
        expected = {name: np.concatenate(arrays) for name, arrays in expected.items()}
    about: dict = {"rows": {"made_up": len(tried) - len(brought), "given": len(brought)}}
    if source := file_metadata.read(model, file_metadata.SOURCE):
        about["source"] = source
    export(model, feeds, expected, {}, [row for row, _, _ in tried], about, (), reference="onnxruntime")
    boxless = {name: each for name, each in boxes(agreed).items() if not any(np.size(outputs[name]) for _, _, outputs in tried)}
    for name in boxless:
        say(f'No box of "{name}" was found in any of {len(tried)} pictures, so the proof says little of it: {bring_pictures(form)}')
    for name in expected.keys() - boxless.keys() - {part for each in boxless.values() for part in (each.scores, each.labels)}:
        if parity.is_constant(parity.stack_runs([outputs[name] for _, _, outputs in tried])):
            cure = f"set min, max and choices in {schema.FILE} so that it differs, or give ROWS in export_onnx.py for which it does."
            say(f'Output "{name}" is the same on all {len(tried)} rows, which proves little of it: {cure}')


def is_another(signature: Signature) -> bool:
    """Whether metadata.yml is missing, or describes a graph with other inputs. Raises UserError."""
    if not schema.FILE.is_file():
        return True
    agreed = schema.load()
    return agreed.inputs.keys() | tokenizer_check.fed(agreed, signature).keys() != signature.inputs.keys()


def undeclared(signature: Signature) -> Signature:
    """The signature without the shapes of outputs, which exporters get wrong: what is computed tells."""
    return Signature(signature.inputs, {name: replace(port, dims=None) for name, port in signature.outputs.items()})


def as_taken(form: Form, row: Row) -> Row:
    """A row as a script writes it: plain numbers and lists become the arrays that a raw tensor is given, numpy's numbers plain ones.

    Beside a picture, numbers that the row leaves out are those that the form starts with: thresholds of a detector, say.
    """
    fields = {field["name"]: field for source in form["inputs"] for field in source["fields"]}
    raw = {name for name, field in fields.items() if field["kind"] == "tensor"}
    start = defaults(form) if row.keys() <= fields.keys() and any(fields[name]["kind"] in ARRAYS and name not in raw for name in row) else {}
    return start | {name: np.asarray(value) if name in raw else plain(value) for name, value in row.items()}


def boxes(agreed: schema.Contract) -> dict[str, kinds.Boxes]:
    """The outputs that are boxes."""
    return {name: shown for name, shown in agreed.outputs.items() if isinstance(shown, kinds.Boxes)}


def bring_pictures(form: Form) -> str:
    """How to prove with pictures on which there is something to find."""
    name = next((field["name"] for source in form["inputs"] for field in source["fields"] if field["kind"] == "image"), "picture")
    return f'give pictures that have some, as examples in {schema.FILE}, or in ROWS of export_onnx.py, such as {{"{name}": "examples/street.jpg"}}.'


def examples(agreed: schema.Contract, form: Form) -> dict[str, Row]:
    """The rows that the contract itself brings, each with its place: its examples, and the form as it starts where something is written in it."""
    start = defaults(form)
    rows = {f'the example "{agreed.first(example.label)}" of {schema.FILE}': {**start, **example.values} for example in agreed.examples}
    if any(isinstance(field, Text) and field.default for _, _, field in agreed.fields()):
        rows["the form as it starts"] = start
    names = {name for _, name, _ in agreed.fields()}
    return {at: media.resolve(form, row, Path()) for at, row in rows.items() if names <= row.keys()}


def compute_each(form: Form, session: runner.Session, rows: dict[str, Row]) -> Iterator[synthetic_rows.Tried]:
    """What the model computes for rows that were brought; raises UserError with the reason of the first that it does not."""
    for at, row in rows.items():
        try:
            yield synthetic_rows.computed(form, session, row)
        except runner.Stopped:
            raise
        except Exception as error:  # onnxruntime's exceptions share no base class of their own
            raise UserError(f"The model can't compute {at}: {first_line(error)}") from None


def made_up(form: Form, session: runner.Session, model: onnx.ModelProto, first: list[synthetic_rows.Tried]) -> list[synthetic_rows.Tried]:
    """Rows within the limits of the form, those of the contract behind them; raises UserError with the reason when none can be computed."""
    known = carried.read(model)
    with patience("computing rows that were made up"):
        tried = synthetic_rows.generate(form, session, synthetic_rows.COUNT, known, first)
    if not tried:
        row = synthetic_rows.row(form, next(synthetic_rows.scopes(form, known)), np.random.default_rng(0))
        reason = synthetic_rows.refusal(form, session, row)
        none = f"The model can't compute any row made up within the limits of {schema.FILE}: {reason}"
        raise UserError(none, "Give rows that it takes in ROWS of export_onnx.py.")
    return [*tried[len(first) :], *first]


def missing_defaults(agreed: schema.Contract) -> Iterator[str]:
    """A sentence for each field that does not say where the form starts."""
    for path, _, field in agreed.fields():
        if field.default is None and not isinstance(field, ArrayField):
            yield f"{agreed.where(*path)}: {'.'.join(path)}: give it a default: nothing was trained here to take one from."


def is_ours(model: onnx.ModelProto) -> bool:
    """Whether a graph is the work of an earlier export."""
    return any(prop.key == MARK for prop in model.metadata_props)
