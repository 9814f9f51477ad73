"""Every single-operator case of onnx's own backend tests that the runtime takes: drafted, checked, encoded, run, decoded, in Python and in the
page's own modules under Node. Each is the same as native, or refused in a sentence; nothing crashes, nothing is silently wrong."""

import json
import re
import shutil
import subprocess
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx.backend.test import loader
from onnx.backend.test.case import base
from onnx.reference.ops import op_pool_common

from mlweb.codec.decode import decode
from mlweb.codec.kinds import ARRAYS
from mlweb.contract import check
from mlweb.contract.form import defaults, make_form
from mlweb.contract.schema import Contract
from mlweb.draft import draft
from mlweb.errors import UserError
from mlweb.graph import normalize, onnx_file
from mlweb.proof import golden, parity, synthetic_rows
from mlweb.runner import strict_session
from node_tools import NODE
from paths import ROOT
from vendored import vendored

pytestmark = pytest.mark.slow

# Why a case is refused -> what the sentence says, the weightiest first.
REASONS = {
    "refused: it draws random numbers": "draws random numbers",
    "refused: an opset or IR version newer than the runtime": "browser's runtime knows up to",
    "refused: an operator that no onnxruntime has": "no onnxruntime has by itself",
    "refused: a sequence or an optional value": "make it a tensor",
    "refused: an element type that JavaScript lacks": "cast it inside the graph",
    "refused: the graph takes nothing": "takes no input",
    "refused: the graph is not valid ONNX": "not valid ONNX",
    "refused: the runtime has no such kernel": "Could not find an implementation",
    "refused: sizes that the runtime finds contradictory": "ShapeInferenceError",
    "refused: other words of the runtime": "onnxruntime refuses the model",
}
FOLDERS = ("node", "simple", "pytorch-converted", "pytorch-operator")


@dataclass
class Case:
    """A model that got a form, and what native onnxruntime computes for a row of it."""

    name: str
    path: Path
    form: dict
    row: dict
    feeds: dict[str, np.ndarray]
    outputs: dict[str, np.ndarray]
    is_given: bool  # whether the row is the case's own data, else made up


@dataclass
class Refused:
    """A model without a form, or without a row to prove it with; whether native onnxruntime takes the file as it came."""

    name: str
    why: str
    is_taken: bool


def all_tests() -> list:
    """Every case; nothing here looks at the outputs that it wants, of which those of pools take long, nor at the lines that show it in onnx's documents."""

    def of_shape(padded, shape, kernel, strides, sizes, *_, **__) -> np.ndarray:
        return np.zeros((*shape[:2], *sizes), padded.dtype)

    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")  # the generators overflow and divide by zero on purpose
        patch.setattr(op_pool_common, "pool", of_shape)
        patch.setattr(base, "process_snippet", lambda *_: ("", ""))
        return [test for kind in FOLDERS for test in loader.load_model_tests(kind=kind)]


def native(data: bytes) -> onnxruntime.InferenceSession | None:
    """A lenient session of the model as it came; None when the runtime does not take it."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception:  # onnxruntime's exceptions share no base class of their own
        return None


def value_of(field: dict, source: dict, feed: np.ndarray, index: int):
    """What a person would give for one field to become this feed."""
    if field["kind"] not in ARRAYS:
        element = feed.reshape(-1)[index]
        return element.item() if isinstance(element, np.generic) else element
    return feed[0] if field["kind"] == "image" and feed.ndim == 4 else feed


def row_of(form: dict, feeds: dict[str, np.ndarray]) -> dict:
    return {field["name"]: value_of(field, source, feeds[source["name"]], index) for source in form["inputs"] for index, field in enumerate(source["fields"])}


def alike(left: np.ndarray, right: np.ndarray) -> bool:
    """Equal to the bit, but for which NaN it is."""
    return left.dtype == right.dtype and synthetic_rows.same(left, right)


def near(expected: np.ndarray, actual: np.ndarray, rtol: float = parity.BROWSER_RTOL) -> bool:
    """The same to the browser's tolerance."""
    if expected.shape != actual.shape or expected.dtype.kind != "f":
        return expected.shape == actual.shape and (expected == actual).all()
    return np.allclose(actual, expected, rtol, rtol / 10 * parity.scale(expected), equal_nan=True)


def prepare(test, folder: Path) -> Case | Refused:
    """The drafted case, or why there is none."""
    path = folder / f"{test.name}.onnx"
    path.write_bytes((test.model or onnx.load(Path(test.model_dir) / "model.onnx")).SerializeToString())
    before = native(path.read_bytes())
    try:
        drafted, comments = draft.draft(path)
    except UserError as problems:
        assert all(len(sentence) > 40 and "\n" not in sentence for sentence in problems.sentences), problems.sentences
        return Refused(test.name, next(why for why, said in REASONS.items() if any(re.search(said, each) for each in problems.sentences)), before is not None)
    model = onnx_file.finalize(normalize.load_normalized(path))
    path.write_bytes(model.SerializeToString())  # what an export ships
    agreed, signature = Contract.model_validate(drafted), onnx_file.signature(model)
    assert check.problems(agreed, signature, {}) == [], test.name
    form, session = make_form(agreed, signature, {}), strict_session(path.read_bytes())
    original = given(test, before) if before else {}
    if original.keys() == signature.inputs.keys():
        feeds = {name: feed.astype(signature.inputs[name].dtype if feed.dtype.kind not in "OU" else object) for name, feed in original.items()}
        tried = synthetic_rows.try_row(form, session, row_of(form, feeds)) if fits(form, feeds) else None
        if tried:
            row, encoded, computed = tried
            assert all(alike(feeds[name].reshape(encoded[name].shape), encoded[name]) for name in feeds), test.name
            same_as_it_came(test.name, before, original, computed)
            check.dry_run(session, form)
            return Case(test.name, path, form, row, encoded, computed, True)
    made = synthetic_rows.generate(form, session, 1) or list(filter(None, [synthetic_rows.try_row(form, session, defaults(form))]))
    if not made:
        assert any(comment.startswith(draft.NO_ROW) and len(comment) > len(draft.NO_ROW) + 40 for comment in comments), test.name
        return Refused(test.name, "drafted, with a comment: native computes no row that was tried", before is not None)
    check.dry_run(session, form)
    return Case(test.name, path, form, *made[0], False)


def given(test, before: onnxruntime.InferenceSession) -> dict[str, np.ndarray]:
    """The case's own data by input, none when it has none, or not in arrays."""
    data = [np.asarray(feed) if isinstance(feed, np.generic) else feed for feed in (test.data_sets[0][0] if test.data_sets else [])]
    named = dict(zip([port.name for port in before.get_inputs()], data, strict=False))
    return named if all(isinstance(feed, np.ndarray) for feed in data) else {}


def same_as_it_came(name: str, before: onnxruntime.InferenceSession, feeds: dict, computed: dict) -> None:
    """What was mended on the way changed nothing, and no dice were missed."""
    wanted = list(computed)
    expected, again = (dict(zip(wanted, before.run(wanted, feeds), strict=True)) for _ in range(2))
    for output in wanted:
        values = np.asarray(expected[output])
        assert synthetic_rows.same(values, again[output]), f"{name}: {output} is another one each time"
        is_half = values.dtype.itemsize == 2  # its sums round at other places when the border is wider
        assert near(values.astype(computed[output].dtype), computed[output], 1e-2 if is_half else 1e-6), f"{name}: {output}"


def fits(form: dict, feeds: dict[str, np.ndarray]) -> bool:
    """Whether the case's data is one row of the form: a picture must be bytes."""
    widths = {source["name"]: len(source["fields"]) for source in form["inputs"] if source["fields"][0]["kind"] not in ARRAYS}
    pictures = [source["name"] for source in form["inputs"] if source["fields"][0]["kind"] == "image"]
    return all(feeds[name].size == width for name, width in widths.items()) and not any(
        np.any(feeds[name] != feeds[name].astype(np.uint8)) for name in pictures
    )


def in_node(cases: list[Case], folder: Path) -> list[dict]:
    """What the page's modules and onnxruntime-web give for each case."""
    web = vendored()["onnxruntime-web"]
    shutil.copyfile(web / "ort.js", folder / "ort.mjs")
    work = folder / "work.json"
    work.write_text(json.dumps([{"model": str(each.path), "form": each.form, "row": golden.packed(each.row)} for each in cases]))
    command = [NODE, ROOT / "tests/support/backend_in_node.mjs", folder / "ort.mjs", web / "ort.wasm", work]
    done = subprocess.run([str(part) for part in command], capture_output=True, encoding="utf-8", timeout=200, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(Path(f"{work}.answers").read_text())


def compare(each: Case, answer: dict) -> str:
    """What became of one case in the browser's runtime."""
    if "error" in answer:
        return f"not run: {answer['error'][:100]}"
    for name, feed in each.feeds.items():
        if not alike(golden.unpack(answer["feeds"][name]), feed.astype(object) if feed.dtype.kind in "OU" else feed):
            return f"another feed: {name}"
    outputs = {name: golden.unpack(output) for name, output in answer["outputs"].items()}
    for name, output in each.outputs.items():
        if not near(np.asarray(output), outputs[name]):
            return f"another output: {name}"
    [decoded] = decode(each.form, outputs)
    written = json.loads(json.dumps(as_json({name: golden.packed(result) for name, result in decoded.items()})))
    return "equal" if written == answer["results"] else "another result"


def as_json(node):
    """What JavaScript's JSON makes of it: null for NaN and infinities."""
    if isinstance(node, dict):
        return {key: as_json(value) for key, value in node.items()}
    if isinstance(node, list):
        return [as_json(each) for each in node]
    return None if isinstance(node, float) and not np.isfinite(node) else node


def table(prepared: list[Case | Refused], outcomes: list[str]) -> str:
    """How many cases came to which end; the sum is all of them."""
    served = Counter("served, on the case's own data" if each.is_given else "served, on a made-up row" for each in prepared if isinstance(each, Case))
    refused = Counter(each.why for each in prepared if isinstance(each, Refused))
    taken = Counter(each.why for each in prepared if isinstance(each, Refused) and each.is_taken)
    kinds = Counter(field["kind"] for each in prepared if isinstance(each, Case) for source in each.form["inputs"] for field in source["fields"][:1])
    lines = [f"{count:>6}  {what}" for what, count in served.most_common()]
    lines += [f"{count:>6}  {what} ({taken[what]} of them run natively)" for what, count in refused.most_common()]
    lines += [
        f"{len(prepared):>6}  in all",
        f"{len(outcomes):>6}  run by onnxruntime-web: {dict(Counter(outcomes))}",
        f"{kinds.total():>6}  inputs of theirs: {dict(kinds.most_common())}",
    ]
    assert served.total() + refused.total() == len(prepared)
    return "\n".join(lines)


def test_every_operator_is_served_as_native_computes_it_or_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(synthetic_rows, "COUNT", 4)  # a draft tries more, which takes longer
    prepared = [prepare(test, tmp_path) for test in all_tests()]
    cases = [each for each in prepared if isinstance(each, Case)]
    outcomes = {each.name: compare(each, answer) for each, answer in zip(cases, in_node(cases, tmp_path), strict=True)}
    print("", table(prepared, [outcome.split(":")[0] for outcome in outcomes.values()]), sep="\n")
    assert len(outcomes) > 1400
    assert {name: outcome for name, outcome in outcomes.items() if outcome != "equal"} == {}
