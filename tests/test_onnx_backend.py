"""Every single-operator case of onnx's own backend tests that the runtime takes: drafted, checked, encoded, run, decoded, in Python and in the
page's own modules under Node. Each is the same as native, or refused in a sentence; nothing crashes, nothing is silently wrong."""

import json
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

from checkers import NODE
from mlweb import arrays, check, draft, golden, graph, media, mend, parity, rows, vendor
from mlweb.contract import Contract
from mlweb.decode import decode, output_names
from mlweb.form import make_form
from mlweb.problems import Problems

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
SEEDED = {f"test_training_dropout{end}" for end in ("", "_mask", "_default", "_default_mask")}  # the same seed, but other random numbers in each runtime
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


def all_tests() -> list:
    with warnings.catch_warnings():  # the generators overflow and divide by zero on purpose
        warnings.simplefilter("ignore")
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
    if field["kind"] not in media.READERS:
        element = feed.reshape(-1)[index]
        return element.item() if isinstance(element, np.generic) else element
    return feed[0] if field["kind"] == "image" and feed.ndim == 4 else feed


def row_of(form: dict, feeds: dict[str, np.ndarray]) -> dict:
    return {field["name"]: value_of(field, source, feeds[source["name"]], index) for source in form["inputs"] for index, field in enumerate(source["fields"])}


def alike(left: np.ndarray, right: np.ndarray) -> bool:
    """Equal to the bit, but for which NaN it is."""
    return left.dtype == right.dtype and rows.same(left, right)


def near(expected: np.ndarray, actual: np.ndarray, rtol: float = parity.BROWSER_RTOL) -> bool:
    """The same to the browser's tolerance."""
    if expected.shape != actual.shape or expected.dtype.kind != "f":
        return expected.shape == actual.shape and (expected == actual).all()
    return np.allclose(actual, expected, rtol, rtol / 10 * parity.scale(expected), equal_nan=True)


def prepare(test, folder: Path) -> Case | str:
    """The drafted case, or why there is none."""
    model = test.model or onnx.load(Path(test.model_dir) / "model.onnx")
    before = native(model.SerializeToString())
    if before is None:
        return "not for this runtime"
    path = folder / f"{test.name}.onnx"
    path.write_bytes(mend.mend(model).SerializeToString())
    try:
        drafted = draft.draft(path)
    except Problems as problems:
        assert all(len(sentence) > 40 and "\n" not in sentence for sentence in problems.sentences), problems.sentences
        return "refused in a sentence"
    agreed, signature = Contract.model_validate(drafted), graph.signature(model)
    assert check.problems(agreed, signature, {}) == [], test.name
    form = make_form(agreed, signature, {})
    session = check.strict_session(path.read_bytes())
    check.dry_run(session, form)
    wanted = output_names(form)
    data = [np.asarray(feed) if isinstance(feed, np.generic) else feed for feed in (test.data_sets[0][0] if test.data_sets else [])]
    original = dict(zip([port.name for port in before.get_inputs()], data, strict=False))
    if len(original) == len(signature.inputs) and all(isinstance(feed, np.ndarray) for feed in original.values()):
        feeds = {
            name: np.asarray(feed).astype(signature.inputs[name].dtype if signature.inputs[name].dtype != "string" else object)
            for name, feed in original.items()
        }
        tried = rows.attempt(form, session, row_of(form, feeds)) if fits(form, feeds) else None
        if tried:
            row, encoded, computed = tried
            assert all(alike(feeds[name].reshape(encoded[name].shape), encoded[name]) for name in feeds), test.name
            expected = dict(zip(wanted, before.run(wanted, original), strict=True))
            again = dict(zip(wanted, before.run(wanted, original), strict=True))
            if test.name in SEEDED or not all(rows.same(expected[name], again[name]) for name in wanted):
                return "random"
            for name in wanted:
                is_half = np.asarray(expected[name]).dtype.itemsize == 2  # its sums round at other places when the border is wider
                assert near(np.asarray(expected[name]).astype(computed[name].dtype), computed[name], 1e-2 if is_half else 1e-6), f"{test.name}: {name}"
            return Case(test.name, path, form, row, encoded, computed, True)
    made = rows.made(form, session, 1)
    return Case(test.name, path, form, *made[0], False) if made else "no row that it takes"


def fits(form: dict, feeds: dict[str, np.ndarray]) -> bool:
    """Whether the case's data is one row of the form: a picture must be bytes."""
    widths = {source["name"]: len(source["fields"]) for source in form["inputs"] if source["fields"][0]["kind"] not in arrays.KINDS}
    pictures = [source["name"] for source in form["inputs"] if source["fields"][0]["kind"] == "image"]
    return all(feeds[name].size == width for name, width in widths.items()) and not any(
        np.any(feeds[name] != feeds[name].astype(np.uint8)) for name in pictures
    )


def in_node(cases: list[Case], folder: Path) -> list[dict]:
    """What the page's modules and onnxruntime-web give for each case."""
    web = ROOT / "template" / vendor.vendor(ROOT / "template")["onnxruntime-web"].relative_to(ROOT / "template")
    shutil.copyfile(web / "ort.js", folder / "ort.mjs")
    work = folder / "work.json"
    work.write_text(json.dumps([{"model": str(each.path), "form": each.form, "row": golden.packed(each.row)} for each in cases]))
    command = [NODE, Path(__file__).with_name("backend_in_node.mjs"), folder / "ort.mjs", web / "ort.wasm", work]
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


def test_every_operator_is_served_as_native_computes_it_or_refused(tmp_path):
    prepared = {test.name: prepare(test, tmp_path) for test in all_tests()}
    cases = [each for each in prepared.values() if isinstance(each, Case)]
    counts = Counter(each for each in prepared.values() if isinstance(each, str))
    counts["drafted"], counts["on the case's own data"] = len(cases), sum(each.is_given for each in cases)
    print("no row:", [name for name, each in prepared.items() if each == "no row that it takes"])
    kinds = Counter(field["kind"] for each in cases for source in each.form["inputs"] for field in source["fields"][:1])
    outcomes = {each.name: compare(each, answer) for each, answer in zip(cases, in_node(cases, tmp_path), strict=True)}
    print(dict(counts), dict(kinds), dict(Counter(outcome.split(":")[0] for outcome in outcomes.values())))
    odd = {name: outcome for name, outcome in outcomes.items() if outcome != "equal"}
    print(*odd.items(), sep="\n")
    assert not odd
