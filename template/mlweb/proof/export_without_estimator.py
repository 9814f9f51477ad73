"""The end of an export that has no estimator: native onnxruntime itself is what the browser is compared with."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx

from mlweb.codec.types import Row
from mlweb.contract import check, kinds, schema
from mlweb.contract.form import make_form
from mlweb.errors import UserError
from mlweb.graph import onnx_file
from mlweb.proof import synthetic_rows
from mlweb.proof.export import export

MARK = "mlweb.exported"  # in the metadata of a graph that this wrote


def export_without_estimator(model: onnx.ModelProto, given: Sequence[Row] = ()) -> None:
    """Write model/ for a graph that came without an estimator: the graph, golden cases, rows, facts, proof.

    given: rows of your own, field name -> value; without them they are made up within the limits that metadata.yml sets.

    The graph is written even when metadata.yml describes another one, because a new draft starts from it. Raises UserError.
    """
    if not is_ours(model):
        model.metadata_props.add(key=MARK, value="1")
    data = onnx_file.finalize(model).SerializeToString()
    session = check.strict_session(data)
    path = Path(schema.Model().file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    try:
        agreed = schema.load()
        signature = onnx_file.signature(model)
        if sentences := check.problems(agreed, signature, {}):
            raise UserError(*sentences)
    except UserError as problems:
        fix = f"{schema.FILE} does not describe {path}: edit it, or draft a new one with: uv run poe describe {path} --output {schema.FILE} --replace"
        raise UserError(*problems.sentences, fix) from None
    if sentences := list(missing_defaults(agreed)):
        raise UserError(*sentences)
    form = make_form(agreed, signature, {})
    check.dry_run(session, form)
    each = [synthetic_rows.try_row(form, session, row) for row in given] if given else synthetic_rows.generate(form, session, synthetic_rows.COUNT)
    tried = [one for one in each if one is not None]
    if not tried or len(tried) < len(each):
        at = f"row {[one is None for one in each].index(True) + 1} of ROWS" if each else "any row made up within the limits of metadata.yml"
        raise UserError(f"The model can't compute {at}: give rows that it takes in ROWS of export_onnx.py.")
    sides = [{name: [one[side][name] for one in tried] for name in tried[0][side]} for side in (1, 2)]
    feeds, expected = ({name: np.concatenate(arrays) for name, arrays in side.items()} for side in sides) if form["batch"] else sides
    export(model, feeds, expected, {}, [row for row, _, _ in tried], {}, (), reference="onnxruntime")


def missing_defaults(agreed: schema.Contract) -> Iterator[str]:
    """A sentence for each field that does not say where the form starts."""
    for path, _, field in agreed.fields():
        if field.default is None and not isinstance(field, kinds.ArrayField):
            yield f"{agreed.where(*path)}: {'.'.join(path)}: give it a default: nothing was trained here to take one from."


def is_ours(model: onnx.ModelProto) -> bool:
    """Whether a graph is the work of an earlier export."""
    return any(prop.key == MARK for prop in model.metadata_props)
