"""What the page carries to be proven on a visitor's own device: some cases with native onnxruntime's answers, and what they are judged by.

No row of the data is among them, because whatever is published can be read: they are the form as it starts, the examples, and rows that are made up
within what training saw. Where an engine rounds so much that a text may part from native's, no text is among them that was drawn: it would part soon.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from random import Random
from typing import Any, cast

import numpy as np

from mlweb import runner
from mlweb.codec.decode import output_names
from mlweb.codec.encode import encode
from mlweb.codec.kinds import SCALARS
from mlweb.codec.refusal import ValidationErrors
from mlweb.codec.types import Form, Row
from mlweb.contract.facts import Facts
from mlweb.engines.sampling import next_token
from mlweb.engines.writer import Writer
from mlweb.graph.carried import Carried
from mlweb.proof import golden, parity, synthetic_rows
from mlweb.proof.golden import Case, Cases, DeviceCases, Rule

COUNT = 20
MOST_BYTES = np.array([50_000, 1_000_000])  # compressed and as text: of pictures and sounds the page carries fewer
LARGEST_BYTES = np.array([1_000_000, 4_000_000])  # where fewer prove nothing
SHORT_SOUND_SECONDS = 0.1  # of made-up sounds, where the model takes them
BLOCK = 16  # pixels a side that are alike in made-up pictures: two of 224 x 224 in noise are too much for a page
MOST_SCALES = 64  # numbers of an output that are judged by the scale of each


def make(
    form: Form,
    session: runner.Session,
    named: Sequence[tuple[str, Row]],
    facts: Facts,
    known: Carried,
    expected: Mapping[str, Any],
    classes: set[str],
    bounded: set[str],
    tie: float = 0.0,
) -> DeviceCases | None:
    """The cases of a model; None where they would prove nothing.

    named: the form as it starts and the examples; known: what the graph says of its inputs; expected: output name -> array of all held-out rows, or one
    array a row, which say how large its numbers are; classes and bounded: as in parity.browser; tie: by how many nats two tokens may lie apart, and either
    be right.
    """
    form = undrawn(form) if tie else form
    first = {name: tried for name, row in named[: COUNT // 2] if (tried := synthetic_rows.try_row(form, session, row)) is not None}
    tried = list(first.values())
    try:
        for limited in (seen(form, facts, SHORT_SOUND_SECONDS), seen(form, facts)):
            if len(tried) == len(first):
                tried = synthetic_rows.generate(limited, session, COUNT, known, list(first.values()), BLOCK)
    except runner.Stopped:
        pass  # a made-up row can be too much for a model: those that are known to work are enough
    names = [*first, *(f"made-up row {index + 1}" for index in range(len(tried) - len(first)))]
    cases: list[Case] = [
        {"name": name, "values": golden.packed(row), "outputs": {each: golden.pack(array) for each, array in computed.items()}}
        for name, (row, _, computed) in zip(names, tried, strict=True)
    ]
    if not (kept := small(cases)):
        return None
    if tie:
        for case in kept:
            case["near"] = near(session, encode(form, [golden.unpacked(case["values"])]), tie)
        kept = [case for case in kept if case.get("near")]
    rules = {name: rule([runs[name] for _, _, runs in tried], expected.get(name), name in classes, name in bounded) for name in output_names(form)}
    return {"outputs": rules, "cases": kept}


def seen(form: Form, facts: Facts, seconds: float | None = None) -> Form:
    """The form with the range that training saw as the limits of the numbers that have none; seconds: the length of its sounds."""
    form = deepcopy(form)
    for source in form["inputs"]:
        for field in source["fields"]:
            known = facts.get("fields", {}).get(field["name"], {})
            if (kind := SCALARS.get(field["kind"])) and kind.learns == "range" and "min" in known and "max" in known:
                field["min"], field["max"] = field.get("min", known["min"]), field.get("max", known["max"])
            if field["kind"] == "audio" and seconds is not None:
                field["seconds"] = min(seconds, field.get("seconds", seconds))
    return form


def undrawn(form: Form) -> Form:
    """The form of a language model as one that takes the likeliest token each time."""
    form = deepcopy(form)
    for source in form["inputs"]:
        if source["name"] == "temperature":
            for field in source["fields"]:
                field.pop("slider", None)  # by which values are made up
                field["min"] = field["max"] = 0
    return form


def near(session: runner.Session, feeds: Mapping[str, np.ndarray], tie: float) -> list[list[int]]:
    """Each token that native writes, and behind it those that are nearly as likely: a page that takes one of these is right, and then goes another way.

    Nothing of a text in parts, see partings.py, nor of one that is drawn, such as by a choice of temperatures.
    """
    assert isinstance(session, Writer)
    if "temperature" in feeds and feeds["temperature"].any():
        return []
    found: list[list[int]] = []

    def choose(scores: np.ndarray, temperature: float, top_k: int, random: Random) -> int:
        own = next_token(scores, temperature, top_k, random)
        found.append([own, *(each for each in np.flatnonzero(scores >= scores[own] - tie).tolist() if each != own)])
        return own

    written = session.write(dict(feeds), choose)
    return found if written["tokens"].size == len(found) else []


def rule(runs: list[np.ndarray], expected: Any, is_classes: bool, is_bounded: bool) -> Rule:
    """What an output is judged by. runs: what the cases give; expected: of all held-out rows, where they are known."""
    own = parity.stack_runs(runs)
    whole = own if expected is None or len(expected) < 2 else parity.stack_runs(expected) if isinstance(expected, list) else np.asarray(expected)
    if own.dtype.kind != "f":
        return {"scale": []}
    scales = parity.scales(whole if whole.dtype.kind == "f" else own, is_classes)
    is_single = len(scales) > MOST_SCALES or len(scales) != own[0].size
    return {"scale": [float(scales.max(initial=0)) or 1.0] if is_single else scales.tolist(), "classes": is_classes, "bounded": is_bounded}


def small(cases: list[Case]) -> list[Case]:
    """As many of the cases as a small file holds, and whatever their size enough that an output differs; none where no output ever does."""
    kept, left, total = [], [], np.zeros(2, int)
    for case in cases:
        text = json.dumps(case, ensure_ascii=False).encode()
        size = np.array([len(zlib.compress(text)), len(text)])
        if (total + size <= MOST_BYTES).all():
            total += size
            kept.append(case)
        else:
            left.append((size, case))
    for size, case in sorted(left, key=lambda each: each[0].tolist()):
        if proves(kept) or (total + size > LARGEST_BYTES).any():
            break
        total += size
        kept.append(case)
    return kept if proves(kept) else []


def proves(cases: list[Case]) -> bool:
    """Whether an output differs between the cases: constants prove nothing."""
    outputs = [case.get("outputs", {}) for case in cases]
    runs = [[golden.unpack(each[name]) for each in outputs] for name in outputs[0]] if len(outputs) > 1 else []
    return any(not parity.is_constant(parity.stack_runs(each)) for each in runs)


def published(written: Cases, model_sha256: str, form: Form) -> tuple[bytes, int]:
    """The file that the site carries, and of how many cases; none where they are of another model, or too few fit what metadata.yml says now."""
    device, names = written.get("device"), output_names(form)
    if device is None or written["model_sha256"] != model_sha256 or not set(names) <= device["outputs"].keys():
        return b"", 0
    cases = [
        {**case, "values": without_nan(case["values"]), "outputs": {name: case.get("outputs", {})[name] for name in names}}
        for case in device["cases"]
        if is_taken(form, case)
    ]
    if not proves(cast("list[Case]", cases)):
        return b"", 0
    rules = {name: device["outputs"][name] for name in names}
    data = {"rtol": parity.BROWSER_RTOL, "atol": parity.BROWSER_ATOL, "bounded_atol": parity.BOUNDED_ATOL, "outputs": rules, "cases": cases}
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode(), len(cases)


def is_taken(form: Form, case: Case) -> bool:
    """Whether the form takes a case as it is now."""
    try:
        encode(form, [golden.unpacked(case["values"])])
    except ValidationErrors:
        return False
    return True


def without_nan(values: Row) -> Row:
    """The values with null for NaN, which JSON has not; the form takes both for a gap."""
    return {name: None if isinstance(value, float) and np.isnan(value) else value for name, value in cast("dict[str, Any]", values).items()}
