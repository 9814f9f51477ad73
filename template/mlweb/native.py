"""The end of an export that has no estimator: native onnxruntime itself is what the browser is compared with."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx

from mlweb import check, contract, graph, kinds, rows
from mlweb.export import export
from mlweb.form import make_form
from mlweb.problems import Problems

MARK = "mlweb.exported"  # in the metadata of a graph that this wrote


def export_as_it_is(model: onnx.ModelProto, given: Sequence[dict] = ()) -> None:
    """Write model/ for a graph that came without an estimator: the graph, golden cases, rows, facts, proof.

    given: rows of your own, field name -> value; without them they are made up within the limits that metadata.yml sets.

    The graph is written even when metadata.yml describes another one, because a new draft starts from it. Raises Problems.
    """
    if not is_ours(model):
        model.metadata_props.add(key=MARK, value="1")
    data = graph.finish(model).SerializeToString()
    session = check.strict_session(data)
    path = Path(contract.Model().file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    try:
        agreed = contract.load()
        signature = graph.signature(model)
        if sentences := check.problems(agreed, signature, {}):
            raise Problems(*sentences)
    except Problems as problems:
        fix = f"{contract.FILE} does not describe {path}: edit it, or draft a new one with: uv run poe describe {path} --output {contract.FILE} --replace"
        raise Problems(*problems.sentences, fix) from None
    if sentences := list(homeless(agreed)):
        raise Problems(*sentences)
    form = make_form(agreed, signature, {})
    check.dry_run(session, form)
    tried = [rows.attempt(form, session, row) for row in given] if given else rows.made(form, session, rows.COUNT)
    if not tried or None in tried:
        at = f"row {tried.index(None) + 1} of ROWS" if tried else "any row made up within the limits of metadata.yml"
        raise Problems(f"The model can't compute {at}: give rows that it takes in ROWS of export_onnx.py.")
    sides = [{name: [one[side][name] for one in tried] for name in tried[0][side]} for side in (1, 2)]
    feeds, expected = ({name: np.concatenate(arrays) for name, arrays in side.items()} for side in sides) if form["batch"] else sides
    export(model, feeds, expected, {}, [row for row, _, _ in tried], {}, (), reference="onnxruntime")


def homeless(agreed: contract.Contract) -> Iterator[str]:
    """A sentence for each field that does not say where the form starts."""
    for path, _, field in agreed.fields():
        if field.default is None and not isinstance(field, kinds.Given):
            yield f"{agreed.where(*path)}: {'.'.join(path)}: give it a default: nothing was trained here that would tell where the form starts."


def is_ours(model: onnx.ModelProto) -> bool:
    """Whether a graph is the work of an earlier export."""
    return any(prop.key == MARK for prop in model.metadata_props)
