"""The common end of every export script: finish the graph, prove it against the estimator, write what the page needs."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime

from mlweb import check, contract, fit, golden, graph, kinds, parity
from mlweb.contract import Contract
from mlweb.encode import encode
from mlweb.form import make_form
from mlweb.languages import LANGUAGES, localised
from mlweb.problems import Problems, nearest
from mlweb.refusal import Refusals

GOLDEN_ROWS = 5  # held-out rows that are typed into the real form
OTHER_BATCH = 7  # held-out rows are run all at once, and again in batches of this size: the answer may not depend on it


def export(
    model: onnx.ModelProto,
    feeds: dict[str, np.ndarray],
    expected: dict[str, np.ndarray],
    train: Mapping[str, Any],
    rows: list[dict],
    about: dict,
    packages: tuple[str, ...],
) -> None:
    """Prove that `model` computes what the estimator computes, then write model/: the graph, golden cases, rows, facts, proof.

    feeds: input name -> [rows, k] array of all held-out rows; expected: output name -> what the estimator computes for them.
    train: field name -> column of the training data (a DataFrame will do), for ranges, medians and categories.
    rows: the same held-out rows as a person would type them, field name -> value; they must become the very same feeds.
    about: what facts.json says besides: metrics, metrics_on, baseline, rows. packages: those whose versions to note.

    Raises Problems, and writes nothing, when the contract does not fit the graph or the two sides differ.
    """
    agreed = contract.load()
    rows = [{name: plain(value) for name, value in row.items()} for row in rows]
    data = graph.finish(model).SerializeToString()
    signature = graph.signature(model)
    facts = {
        "model": {"bytes": len(data), "sha256": sha256(data).hexdigest(), "opset": graph.opsets(model)},
        "trained": date.today().isoformat(),
        "versions": {name: version(name) for name in ("onnx", "onnxruntime", *packages)},
        "fields": {name: learned(name, field, train[name]) for _, name, field in agreed.fields() if name in train},
        **about,
    }
    facts["model"] |= {"ir_version": model.ir_version, "domains": graph.domains(model)}
    if sentences := check.problems(agreed, signature, facts) or list(misfits(agreed, signature, feeds, expected, train, rows)):
        raise Problems(*sentences)

    session = check.strict_session(data)
    form = make_form(agreed, signature, facts)
    check.dry_run(session, form)
    typed(form, rows, feeds)
    differences = prove(agreed, session, feeds, expected)
    examples = [example.model_dump() | {"label": agreed.first(example.label)} for example in agreed.examples]
    named = golden.typical(form, examples, rows[:GOLDEN_ROWS]) + golden.ugly(form)
    cases = [golden.case(form, session, name, values) for name, values in named]

    digest = facts["model"]["sha256"]
    path = Path(agreed.model.file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    golden.write(golden.FILE, digest, cases)
    golden.write_rows(golden.HELDOUT, feeds, expected)
    check.FACTS.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    parity.record(parity.FILE, digest, 1, "estimator", "onnxruntime", f"onnxruntime {onnxruntime.__version__}", differences)

    print(f"Level 1: the estimator against onnxruntime {onnxruntime.__version__} on all held-out rows")
    print(parity.table(differences))
    print(f"{path}: {len(data):,} bytes; {graph.summary(model)}; {len(cases)} golden cases")


def misfits(agreed: Contract, signature: graph.Signature, feeds: dict, expected: dict, train: Mapping, rows: list[dict]) -> Iterator[str]:
    """What export_onnx.py brings that does not fit the model or the contract, one sentence each."""
    script = "export_onnx.py"
    for name, port in signature.inputs.items():
        feed = feeds.get(name)
        if feed is None:
            yield f'{script}: feeds has no "{name}", which the model takes.'
        elif port.dtype != ("string" if feed.dtype.kind in "OU" else feed.dtype.name) or feed.ndim != len(port.dims) or len(feed) != len(rows):
            yield f'{script}: feeds["{name}"] is {feed.dtype} {list(feed.shape)}, the model takes {fit.shape(port)} with {len(rows)} rows.'
    for kind, given, known in (("feeds", feeds, signature.inputs), ("expected", expected, signature.outputs)):
        for name in given.keys() - known.keys():
            yield f'{script}: {kind} has "{name}", which the model has not.{nearest(name, known)}'
    for name in agreed.outputs:
        if name not in expected:
            yield f"{agreed.where('outputs', name)}: outputs.{name}: {script} gives no expected values for it."
    for _, name, _ in agreed.fields():
        for what, there in (("train", list(train.keys())), ("rows", list(rows[0]) if rows else [])):
            if name not in there:
                yield f'{script}: {what} has no column "{name}", which is a field of the form.{nearest(name, there)}'
    yield from misnamed(agreed, expected)


def misnamed(agreed: Contract, expected: dict) -> Iterator[str]:
    """Class names in another order than the estimator's: where a label stands beside probabilities, the likeliest class is the label."""
    labels = [expected[name] for name, shown in agreed.outputs.items() if isinstance(shown, kinds.Value) and name in expected]
    labels = [label.reshape(-1) for label in labels if label.dtype.kind in "OUi" and label.size == len(label)]
    for name, shown in agreed.outputs.items():
        if not isinstance(shown, kinds.Classes) or name not in expected:
            continue
        order = expected[name].argmax(1)
        names = [np.array([str(localised(each, language)) for each in shown.classes]) for language in LANGUAGES]
        for label in labels:
            if label.dtype.kind == "i" and np.mean(label == order) > 0.9:
                continue
            texts = np.array([str(each) for each in label])
            if max(np.mean(texts == by_name[order]) for by_name in names) < 0.9:
                yield (
                    f"{agreed.where('outputs', name)}: outputs.{name}: the likeliest of these classes is not the estimator's label: "
                    "list them in the order of estimator.classes_."
                )


def typed(form: dict, rows: list[dict], feeds: dict[str, np.ndarray]) -> None:
    """What a person types must become what the estimator was given; raises Problems with the first row that does not.

    Rows that the form refuses (outside its limits, say) prove nothing here, but at least one must be taken.
    """
    taken, refusal = 0, ""
    for index, row in enumerate(rows):
        try:
            encoded = encode(form, [row])
        except Refusals as refused:
            refusal = refusal or str(refused)
            continue
        taken += 1
        for name, feed in encoded.items():
            given = feeds[name][index : index + 1]
            alike = np.array_equal(feed, given.reshape(feed.shape), equal_nan=feed.dtype.kind == "f")
            if not alike:
                raise Problems(
                    f'Held-out row {index + 1}: for input "{name}" the form sends {feed.tolist()}, but the estimator was given {given.tolist()}: '
                    "look at the order of the fields, the choices and what stands for a missing value."
                )
    if not taken:
        raise Problems(f"The form takes none of the {len(rows)} held-out rows. The first says: {refusal}")


def prove(agreed: Contract, session: onnxruntime.InferenceSession, feeds: dict, expected: dict) -> list[parity.Difference]:
    """Level 1 on all rows at once and in small batches; raises Problems with the failing outputs."""
    names = list(expected)
    tolerance = agreed.parity.rtol, agreed.parity.atol, agreed.parity.rows_beyond
    rows = len(next(iter(feeds.values())))
    fixed = any(it.shape and it.shape[0] == 1 for it in session.get_inputs())
    found: list[parity.Difference] = []
    for size in (1,) if fixed else (rows, OTHER_BATCH):
        batches = [session.run(names, {key: feed[at : at + size] for key, feed in feeds.items()}) for at in range(0, rows, size)]
        actual = {name: np.concatenate(parts) for name, parts in zip(names, zip(*batches, strict=True), strict=True)}
        differences, failed = parity.estimator(expected, actual, *tolerance, agreed.classes())
        if failed:
            raise Problems(*failed)
        found = found or differences
    return found


def learned(name: str, field: kinds.Single, column: Any) -> dict:
    """What training saw of a field: {"min", "max", "median"} of numbers, {"categories"} of choices and switches, nothing of texts.

    (A text of a training row may be private, and every one of them would end up on the page.)
    """
    if isinstance(field, kinds.Text):
        return {}
    values = [value for value in map(plain, column) if value is not None]
    if not values:
        raise Problems(f'The training column "{name}" is empty: leave the field out, or take data that has it.')
    if not isinstance(field, kinds.Number):
        return {"categories": sorted({tidy(each) if isinstance(each, float) else each for each in values}, key=str)}
    if any(isinstance(each, str) for each in values):
        raise Problems(f'The training column "{name}" holds text, but its field has kind {field.kind}: convert it, or use kind choice.')
    return {"min": tidy(min(values)), "max": tidy(max(values)), "median": tidy(float(np.median(values)))}


def plain(value: Any) -> Any:
    """A cell of a table as a plain Python value: None for what is missing (None, NaN, NaT, pandas.NA)."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if value is None or str(value) in ("nan", "NaT", "<NA>") and not isinstance(value, str) else value


def tidy(value: float) -> float:
    """A float32 statistic without the digits float32 never had: 26.399999618530273 is 26.4."""
    return float(f"{value:.7g}")
