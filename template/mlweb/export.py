"""The common end of every export script: finish the graph, prove it against the estimator, write what the page needs."""

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime

from mlweb import check, contract, golden, graph, parity
from mlweb.contract import Contract
from mlweb.problems import Problems

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
    rows: a few held-out rows as a person would type them, field name -> value.
    about: what facts.json says besides: metrics, metrics_on, baseline, rows. packages: those whose versions to note.

    Raises Problems, and writes nothing, when the contract does not fit the graph or the two sides differ.
    """
    agreed = contract.load()
    data = graph.finish(model).SerializeToString()
    signature = graph.signature(model)
    facts = {
        "model": {"bytes": len(data), "sha256": sha256(data).hexdigest(), "opset": graph.opsets(model)},
        "trained": date.today().isoformat(),
        "versions": {name: version(name) for name in ("onnx", "onnxruntime", *packages)},
        "fields": {name: learned(field, train[name]) for _, name, field in agreed.fields() if name in train},
        **about,
    }
    facts["model"] |= {"ir_version": model.ir_version, "domains": graph.domains(model)}
    if sentences := check.problems(agreed, signature, facts) or unproven(agreed, expected):
        raise Problems(*sentences)

    session = check.strict_session(data)
    differences = prove(agreed, session, feeds, expected)
    form = contract.form(agreed, signature, facts)
    examples = [example.model_dump() for example in agreed.examples]
    named = golden.typical(form, examples, rows) + golden.ugly(form)
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


def unproven(agreed: Contract, expected: dict) -> list[str]:
    """Outputs that the page shows, but that the export script brings no expected values for."""
    return [
        f"{agreed.where('outputs', name)}: outputs.{name}: export_onnx.py gives no expected values for it." for name in agreed.outputs if name not in expected
    ]


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
        differences, failed = parity.estimator(expected, actual, *tolerance)
        if failed:
            raise Problems(*failed)
        found = found or differences
    return found


def learned(field: contract.Single, column: Any) -> dict:
    """What training saw of a field: {"min", "max", "median"} of numbers, {"categories"} of anything else."""
    values = np.asarray(column)
    if isinstance(field, contract.Number):
        known = values[~np.isnan(values.astype(np.float64))].astype(np.float64)
        return {"min": tidy(known.min()), "max": tidy(known.max()), "median": tidy(np.median(known))}
    return {"categories": sorted({each.item() if isinstance(each, np.generic) else each for each in values if each == each})}


def tidy(value: float) -> float:
    """A float32 statistic without the digits float32 never had: 26.399999618530273 is 26.4."""
    return float(f"{value:.7g}")
