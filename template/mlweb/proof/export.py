"""The common end of every export script: finish the graph, prove it against the estimator, write what the page needs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx

from mlweb import runner
from mlweb.codec import media
from mlweb.codec.encode import encode
from mlweb.codec.kinds import ArrayInput, ScalarInput
from mlweb.codec.kinds.base import ArrayField
from mlweb.codec.kinds.choice import Choice
from mlweb.codec.kinds.conversation import Conversation
from mlweb.codec.languages import LANGUAGES, localised
from mlweb.codec.refusal import ValidationErrors
from mlweb.codec.types import Form, Row
from mlweb.console import patience, say, say_text
from mlweb.contract import check, kinds, schema, signature_check, training_check
from mlweb.contract.facts import Facts, Known, ModelFile
from mlweb.contract.form import make_form
from mlweb.contract.schema import Contract
from mlweb.engines.table import ENGINES
from mlweb.errors import UserError, nearest
from mlweb.graph import activation, carried, onnx_file, probabilities
from mlweb.proof import claims, device, golden, lists, parity, partings

GOLDEN_ROWS = 5  # held-out rows that are typed into the real form
POINTS = 200  # of held-out rows that facts.json keeps for a page that draws them
OTHER_BATCH = 7  # held-out rows are run all at once, and again in batches of this size: the answer may not depend on it

Rows = np.ndarray | list[np.ndarray]  # all rows in one array, or one array a row
Feeds = Mapping[str, np.ndarray]  # of one run


def export(
    model: onnx.ModelProto | Path,
    feeds: Mapping[str, Rows],
    expected: Mapping[str, Rows],
    train: Mapping[str, Any],
    rows: list[Row],
    about: dict,
    packages: tuple[str, ...],
    reference: str = "",
    graph: Sequence[golden.Run] = (),
) -> None:
    """Prove that `model` computes what the estimator computes, then write model/: the graph, golden cases, rows, facts, proof.

    model: the graph, or the file that it lies in, as that of a GGUF file must.
    feeds: input name -> [rows, k] array of all held-out rows; expected: output name -> what the estimator computes for them, the
    scores where `probabilities` of the contract appends softmax or sigmoid to the graph. Where the graph takes one row a run (pictures, say) both are
    lists, with what one run takes and gives for each row.
    train: field name -> column of the training data (a DataFrame will do), for ranges, medians and categories; {} for a graph written by hand.
    rows: the same held-out rows as a person would type them, field name -> value; they must become the very same feeds. Scripts of early
    projects bring the first few only: those are compared, and a line says so.
    about: what facts.json says besides: data, metrics, metrics_on, baseline, rows. packages: those whose versions to note.
    reference: where `expected` comes from: "estimator" (the default with training data), "python" (the default without), or "onnxruntime"
    (with the engine llama: "llama.cpp") when there is nothing else to compare with.
    graph: for an engine that runs the graph again and again, such as that of language models: what one run of the graph itself takes, and what the
    estimator computes of that.

    Raises UserError, and writes nothing, when the contract does not fit the graph or the two sides differ.
    """
    agreed = schema.load()
    engine = ENGINES[agreed.model.engine]
    file, model = (model, engine.load(model)) if isinstance(model, Path) else (None, model)
    network = engine.graph(model)
    given = onnx_file.signature(network)
    if hasattr(train, "columns") and (sentence := training_check.outgrown(agreed, given.inputs, given.outputs)):
        raise UserError(sentence)
    activation.settle(network, agreed.activations())
    rows = [{name: plain(value) for name, value in row.items()} for row in rows]
    data = file.read_bytes() if file and agreed.model.source == "hub" else engine.finalize(model)  # visitors get the hub's own bytes
    signature = engine.signature(model, agreed.inputs)
    digest = sha256(data).hexdigest()
    exported: Facts = {
        "model": cast("ModelFile", {"bytes": len(data), "sha256": digest, **engine.facts(model)}),
        "versions": {name: version(name) for name in dict.fromkeys(("onnx", engine.package, *packages))},
    }
    facts = cast("Facts", {**exported, **(of_training(agreed, train) if len(train) else {}), **about})
    if sentences := check.problems(agreed, signature, facts) or list(mismatches(agreed, signature, feeds, expected, train, rows)):
        raise UserError(*sentences)
    has_estimator = reference != engine.native
    if has_estimator:
        expected = activated(agreed, network, expected)

    session = engine.session(data, engine.beside(Path(), agreed.model.file))
    form = make_form(agreed, signature, facts)
    check.dry_run(session, form)
    runs = as_runs(feeds, expected, held(feeds, expected, rows), form["batch"])
    typed(form, rows, runs)
    with patience("comparing all rows"):
        differences = prove(agreed, session, runs, form["batch"], varies=has_estimator)
    with patience("computing the vectors of the list"):
        listed = lists.make(agreed, form, session, digest)
    if graph:
        differences += prove(agreed, runner.strict_session(data), list(graph), batch=False)
    computes = version(engine.package)
    written = sum(np.size(row) for name in agreed.tokens() for row in expected[name])
    left = reference or ("estimator" if len(train) else "python")
    if has_estimator and (drawn := points(agreed, expected)):  # made-up rows say nothing about where others lie
        facts["points"] = drawn
    examples = [example.model_dump() | {"label": agreed.first(example.label)} for example in agreed.examples]
    named = golden.typical(form, examples, rows[:GOLDEN_ROWS]) + golden.invalid_inputs(form)
    cases = [golden.case(form, session, name, values) for name, values in named]
    with patience("computing the cases that the page carries"):
        start = [(name, media.resolve(form, row, Path())) for name, row in golden.typical(form, examples, [])]
        bounded, tie = claims.bounded(agreed, network), engine.tie(model)
        on_device = device.make(form, session, start, facts, carried.read(network), expected, agreed.classes(), bounded, tie)

    path = Path(agreed.model.file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    for file, content in listed.items():
        Path(file).write_bytes(content)
    golden.write(golden.FILE, digest, cases, on_device)
    golden.write_rows(golden.HELDOUT, runs)
    check.FACTS.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    parity.record(parity.FILE, digest, 1, left, engine.native, f"{engine.native} {computes}", differences, tokens=written)

    against = f"the estimator against native {engine.native}" if has_estimator else f"no estimator to compare with, so native {engine.native} is the reference"
    say(f"Level 1: {against} ({computes}), on all {'held-out rows' if has_estimator else 'rows'}")
    say_text(parity.table(differences))
    say(f"{path}: {len(data):,} bytes; {engine.summary(model)}; {len(cases)} golden cases")
    if len(rows) < held(feeds, expected, rows):
        say(f"export_onnx.py: only {len(rows)} of {held(feeds, expected, rows)} held-out rows are compared as a person types them: let rows hold them all.")


def held(feeds: Mapping[str, Rows], expected: Mapping[str, Rows], rows: list[Row]) -> int:
    """How many held-out rows there are: as many as every feed and output has, and never fewer than those to type."""
    lengths = {len(values) for values in (*feeds.values(), *expected.values())}
    return max(*lengths, len(rows)) if len(lengths) == 1 else len(rows)


def mismatches(
    agreed: Contract, signature: onnx_file.Signature, feeds: Mapping[str, Rows], expected: Mapping[str, Rows], train: Mapping[str, Any], rows: list[Row]
) -> Iterator[str]:
    """What export_onnx.py brings that does not fit the model or the contract, one sentence each."""
    script, count = "export_onnx.py", held(feeds, expected, rows)
    for name, port in signature.inputs.items():
        feed = feeds.get(name)
        if feed is None:
            yield f'{script}: feeds has no "{name}", which the model takes.'
        elif isinstance(feed, list):
            if len(feed) != count:
                yield f'{script}: feeds["{name}"] has {len(feed)} entries, but there are {count} rows.'
        elif port.declared()[0] != ("string" if feed.dtype.kind in "OU" else feed.dtype.name) or feed.ndim != len(port.declared()[1]) or len(feed) != count:
            yield f'{script}: feeds["{name}"] is {feed.dtype} {list(feed.shape)}, the model takes {signature_check.shape(port)} with {count} rows.'
    for kind, given, known in (("feeds", feeds, signature.inputs), ("expected", expected, signature.outputs)):
        for name in given.keys() - known.keys():
            yield f'{script}: {kind} has "{name}", which the model does not have.{nearest(name, known)}'
    for name in agreed.outputs:
        if name not in expected:
            yield f"{agreed.where('outputs', name)}: outputs.{name}: {script} gives no expected values for it."
    for _, name, field in agreed.fields():
        for what, there in (("train", list(train.keys())), ("rows", list(rows[0]) if rows else [])):
            if name not in there and (what == "rows" or field.default is None and not isinstance(field, ArrayField | Conversation)):
                yield f'{script}: {what} has no column "{name}", which is a field of the form.{nearest(name, there)}'


def stacked(expected: Mapping[str, Rows]) -> dict[str, np.ndarray]:
    """All rows of each output in one array."""
    return {name: parity.stack_runs(values) if isinstance(values, list) else values for name, values in expected.items()}


def activated(agreed: Contract, model: onnx.ModelProto, expected: Mapping[str, Rows]) -> dict[str, Rows]:
    """What the estimator computed, with the softmax or sigmoid that was appended to the graph.

    Raises UserError where the estimator gives probabilities already, or the classes are not in its order.
    """
    functions = {name: function for name, function in probabilities.appended(model).items() if name in expected}
    if sentences := [*misnamed(agreed, stacked(expected)), *claims.twice(agreed, {name: stacked(expected)[name] for name in functions})]:
        raise UserError(*sentences)
    found = dict(expected)
    for name, function in functions.items():
        scores = expected[name]
        found[name] = [activation.applied(function, row) for row in scores] if isinstance(scores, list) else activation.applied(function, scores)
    return found


def misnamed(agreed: Contract, expected: dict[str, np.ndarray]) -> Iterator[str]:
    """Class names in another order than the estimator's: where a label stands beside probabilities, the likeliest class is the label, ties apart."""
    labels = {name: values for name, values in expected.items() if isinstance(agreed.outputs.get(name), kinds.Value | kinds.Label | None)}
    labels = {name: values.reshape(-1) for name, values in labels.items() if values.dtype.kind in "OUi" and values.size == len(values)}
    for name, shown in agreed.outputs.items():
        if not isinstance(shown, kinds.Classes) or name not in expected:
            continue
        tied = parity.ties(expected, {name}, agreed.parity.rtol, agreed.parity.atol)
        clear = np.ones(len(expected[name]), bool) if tied is None else ~tied  # rows in which one label alone is right
        if not clear.any():
            continue
        order = expected[name].argmax(1)[clear]
        names = [np.array([str(localised(each, language)) for each in shown.classes]) for language in LANGUAGES]
        for at, all_labels in labels.items():
            label = all_labels[clear]
            beside = agreed.outputs.get(at)
            named = beside.named() if isinstance(beside, kinds.Label) else {}
            if not named and label.dtype.kind == "i" and np.mean(label == order) > 0.9:
                continue
            texts = [np.array([str(localised(named.get(str(each), each), language)) for each in label]) for language in LANGUAGES]
            if at not in agreed.outputs and not any(set(texts[0]) <= set(by_name) for by_name in names):
                continue  # an output that nobody sees may be anything
            if max(np.mean(text == by_name[order]) for text, by_name in zip(texts, names, strict=True)) < 0.9:
                yield (
                    f"{agreed.where('outputs', name)}: outputs.{name}: the likeliest of these classes is not the estimator's label: "
                    "list them in the order of estimator.classes_."
                )


def as_runs(feeds: Mapping[str, Rows], expected: Mapping[str, Rows], rows: int, batch: bool) -> list[golden.Run]:
    """Feeds and expected outputs of each run of the graph: all rows in one, or one row a run."""

    def whole(sides: Mapping[str, Rows]) -> dict[str, np.ndarray]:
        return {name: np.concatenate(values) if isinstance(values, list) else values for name, values in sides.items()}

    def row(sides: Mapping[str, Rows], index: int) -> dict[str, np.ndarray]:
        return {name: values[index] if isinstance(values, list) else values[index : index + 1] for name, values in sides.items()}

    if batch:
        return [(whole(feeds), whole(expected))]
    return [(row(feeds, index), row(expected, index)) for index in range(rows)]


def typed(form: Form, rows: list[Row], runs: list[golden.Run]) -> None:
    """What a person types must become what the estimator was given; raises UserError with the first row that does not.

    Rows that the form refuses (outside its limits, say) prove nothing here, but at least one must be taken.
    """
    taken, refusal = 0, ""
    for index, row in enumerate(rows):
        try:
            encoded = encode(form, [row])
        except ValidationErrors as refused:
            refusal = refusal or str(refused)
            continue
        taken += 1
        given_row = {name: runs[0][0][name][index : index + 1] if form["batch"] else runs[index][0][name] for name in encoded}
        for name, (feed, given) in unpadded(form, encoded, given_row).items():
            alike = feed.size == given.size and np.array_equal(feed, given.reshape(feed.shape), equal_nan=feed.dtype.kind == "f")
            if not alike:
                raise UserError(
                    f'Held-out row {index + 1}: for input "{name}" the form sends {feed.tolist()}, but the estimator was given {given.tolist()}: '
                    "check the order of the fields, the choices and what replaces a missing value."
                )
    if not taken:
        raise UserError(f"The form refuses all {len(rows)} held-out rows. The first says: {refusal}")


def unpadded(form: Form, encoded: Feeds, given: Feeds) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Both sides of each input, (encoded, given), without what a batch adds behind the tokens of a shorter text, where their masks are 0."""
    sides = {name: (feed, given[name]) for name, feed in encoded.items()}
    for source in form["inputs"]:
        if split := source["fields"][0].get("tokenizer"):
            names = [source["name"], split["mask"], *([split["types"]] if "types" in split else [])]
            widths = [int(side[split["mask"]].sum()) for side in (encoded, given)]
            sides |= {name: (encoded[name][:, : widths[0]], given[name][:, : widths[1]]) for name in names}
    return sides


def prove(agreed: Contract, session: runner.Session, runs: list[golden.Run], batch: bool, varies: bool = True, tie: float = 0.0) -> list[parity.Difference]:
    """Level 1 on all rows, and where a run may hold several, in small batches too; and what the contract claims of both sides.

    varies: whether each output must differ between rows; tie: as in partings.led, where native itself computed what is expected, on another machine perhaps.
    Raises UserError with the failing outputs.
    """
    names = list(runs[0][1])
    tolerance = agreed.parity.rtol, agreed.parity.atol, agreed.parity.rows_beyond
    expected = {name: parity.stack_runs([wanted[name] for _, wanted in runs]) for name in names}
    if sentences := list(claims.broken(agreed, expected)):
        raise UserError(*sentences)
    found: list[parity.Difference] = []
    for feeds in ([run[0] for run in runs], in_batches(runs[0][0]) if batch else []):
        if not feeds:
            continue
        parts = [runner.compute(session, names, each, len(next(iter(each.values()))) if batch else 1) for each in feeds]
        led = partings.led(session, feeds, parts, [wanted for _, wanted in runs], tie)
        if led.failed:
            raise UserError(*led.failed)
        join = np.concatenate if batch else parity.stack_runs
        actual = {name: join([part[name] for part in led.outputs]) for name in names}
        differences, failed = parity.estimator(expected, actual, *tolerance, agreed.classes(), varies)
        if sentences := failed or list(claims.broken(agreed, actual)):
            raise UserError(*sentences)
        found = found or differences
    return found


def in_batches(feeds: dict[str, np.ndarray]) -> list[dict[str, np.ndarray]]:
    """The same rows in several small runs."""
    rows = len(next(iter(feeds.values())))
    return [{name: feed[at : at + OTHER_BATCH] for name, feed in feeds.items()} for at in range(0, rows, OTHER_BATCH)]


def of_training(agreed: Contract, train: Mapping[str, Any]) -> Facts:
    """When the model was trained, and what training saw of each field."""
    fields = {name: learned(name, field, train[name]) for _, name, field in agreed.fields() if name in train}
    return {"trained": date.today().isoformat(), "fields": fields}


def points(agreed: Contract, expected: Mapping[str, Rows]) -> dict[str, list[list[float]]]:
    """Where held-out rows lie on each plane that the page draws: some of them, evenly picked, with as many digits as a picture shows."""
    found = {}
    for name, shown in agreed.outputs.items():
        if isinstance(shown, kinds.Point):
            values = expected[name]
            rows = np.asarray(parity.stack_runs(values) if isinstance(values, list) else values, np.float64).reshape(-1, 2)
            rows = rows[np.isfinite(rows).all(1)]
            picked = rows[np.unique(np.linspace(0, len(rows) - 1, min(POINTS, len(rows))).round().astype(int))]
            found[name] = [[float(f"{number:.4g}") for number in row] for row in picked.tolist()]
    return found


def learned(name: str, field: ScalarInput | ArrayInput, column: Any) -> Known:
    """What training saw of a field: {"min", "max", "median"} of numbers, {"categories"} of choices and switches, nothing of texts and arrays.

    (A text of a training row may be private, and every one of them would end up on the page.)
    """
    if isinstance(field, ArrayField) or field.learns is None:
        return {}
    values = [value for value in map(plain, column) if value not in (None, "")]
    if not values:
        raise UserError(f'The training column "{name}" is empty: leave the field out, or take data that has it.')
    if isinstance(field, Choice) and any(type(option.value) is int for option in field.choices):
        values = [int(value) if isinstance(value, bool) else value for value in values]  # yes and no, offered as 1 and 0
    if field.learns == "categories":
        return {"categories": sorted({tidy(each) if isinstance(each, float) else each for each in values}, key=str)}
    if any(isinstance(each, str) for each in values):
        raise UserError(f'The training column "{name}" holds text, but its field has kind {field.kind}: convert it, or use kind choice.')
    low, high = tidy(min(values)), tidy(max(values))
    middle = float(f"{np.median(values):.4g}")  # the page starts with it, and nobody types seven digits
    return {"min": low, "max": high, "median": min(max(middle, low), high)}


def plain(value: Any) -> Any:
    """A cell of a table as a plain Python value: None for what is missing (None, NaN, NaT, pandas.NA)."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if value is None or str(value) in ("nan", "NaT", "<NA>") and not isinstance(value, str) else value


def tidy(value: float) -> float:
    """A float32 statistic without the digits float32 never had: 26.399999618530273 is 26.4."""
    return float(f"{value:.7g}")
