"""Levels 0, 2 and 3 in a real browser: the same bytes, the same numbers, and the same result on the page."""

import hashlib
import io
import json
import re
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from mlweb.codec import scalars
from mlweb.codec.decode import decode, output_names
from mlweb.codec.kinds import KINDS
from mlweb.proof import claims, golden, parity, partings
from mlweb.site import vendor

PROBE, VISITOR = (Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("probe.js", "visitor.js"))
PATIENCE_MS = 60_000
CONTROLS = """() => Object.fromEntries([...document.querySelectorAll('[name]')].map(
  (control) => [control.name, control.matches('[role=combobox]') ? 'combobox' : control.type]))"""
PAINTED = """canvas => { const { width, height } = canvas;
  return [[height, width], Array.from(canvas.getContext('2d').getImageData(0, 0, width, height).data)]; }"""
# What a button hands over as a file: a Firefox that is driven over BiDi tells of no downloads.
KEPT = """button => new Promise((resolve) => {
  const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => { blob.arrayBuffer().then((bytes) => resolve([...new Uint8Array(bytes)])); return make.call(URL, blob); };
  button.click(); })"""


def quoted(text: str) -> str:
    """A text as CSS writes it, which knows JSON's quotes but not its \\u00fc."""
    return json.dumps(text, ensure_ascii=False)


@pytest.fixture
def prove(checked, built, browser_name, browser):
    """Put a passed level into model/parity.json, from where the next build takes it to the page's card."""

    def record(level, left, right, differences, webgpu, tokens=0, parted=0):
        sha256 = hashlib.sha256(checked[1]).hexdigest()
        engine = f"{browser_name.capitalize()} {browser.version}{' (WebGPU)' if webgpu else ''}"
        parity.record(parity.FILE, sha256, level, left, right, engine, differences, built.digest, tokens, parted)

    return record


@pytest.fixture(scope="session")
def runs(session, heldout, form):
    """What each run of the held-out rows gives natively, of the outputs that the page shows: name -> array."""
    names = output_names(form)
    return [dict(zip(names, session.run(names, feeds), strict=True)) for feeds, _ in heldout]


def stacked(runs, names):
    """The named outputs of several runs, each as one array."""
    return {name: parity.stack_runs([run[name] for run in runs]) for name in names}


@pytest.fixture(scope="session")
def native(runs):
    """The same of all rows together."""
    return stacked(runs, runs[0])


@pytest.fixture
def compute(ready, session, tie):
    """compute(feeds, native) -> what the page says of some runs, its outputs, and native's, led along where it may; see partings.py."""

    def compute(feeds, native):
        answer = ready.evaluate(PROBE, {"call": "run", "runs": [golden.packed(each) for each in feeds]})
        page = [golden.unpacked(outputs) for outputs in answer["outputs"]]
        led = partings.led(session, feeds, native, page, tie)
        assert not led.failed, led.failed
        return answer, page, led

    return compute


@pytest.fixture
def results(form, cases, compute, tie):
    """What the page has to show of each golden case, by name: its results, or those of the text that native writes where it is led along."""
    found = {case["name"]: case["results"] for case in cases if "results" in case}
    if tie:
        computed = [case for case in cases if "results" in case]
        _, _, led = compute(*([golden.unpacked(case[side]) for case in computed] for side in ("feeds", "outputs")))
        found |= {case["name"]: decode(form, outputs)[0] for case, outputs in zip(computed, led.outputs, strict=True)}
    return found


@pytest.fixture(scope="session")
def bounded(checked, engine):
    """The outputs whose numbers lie in 0..1 by nature."""
    return claims.bounded(checked[0], engine.graph(engine.load(Path(checked[0].model.file))))


def test_level_0_both_encoders_give_the_same_bytes(ready, form, cases):
    answers = ready.evaluate(PROBE, {"call": "encode", "form": form, "rows": [case["values"] for case in cases]})
    for case, answer in zip(cases, answers, strict=True):
        assert answer == {key: case[key] for key in ("feeds", "refusals") if key in case}, case["name"]


def test_level_2_the_browser_equals_native_on_all_heldout_rows(checked, engine, heldout, compute, runs, bounded, prove):
    answer, page, led = compute([feeds for feeds, _ in heldout], runs)
    if engine.web == "onnxruntime-web":
        assert answer["version"] == version("onnxruntime"), "change onnxruntime and onnxruntime-web together"
        assert [answer["version"]] == [package.version for package in vendor.pinned(Path()) if package.name == engine.web]
    outputs = stacked(page, runs[0])
    varies = "made_up" not in checked[3].get("rows", {})  # rows that nobody brought may meet a constant; the export said so
    differences, failed = parity.browser(stacked(led.outputs, runs[0]), outputs, checked[0].classes(), bounded, varies)
    assert not failed, failed
    assert not (broken := list(claims.broken(checked[0], outputs))), broken
    tokens = sum(run[name].size for name in checked[0].tokens() for run in page)
    tokens -= led.others if tokens else 0
    prove(2, engine.native, engine.web, differences, answer["backend"] == "webgpu", tokens, led.parted)


def test_level_3_the_real_form_shows_the_golden_results(ready, form, cases, results, native, bounded, prove):
    fields = {field["name"]: field for source in form["inputs"] for field in source["fields"]}
    controls, decimal = ready.evaluate(CONTROLS), form["sentences"]["decimal"]
    worst, given, by_hand, parted = [], {}, set(), 0
    for case in cases:
        values = golden.unpacked(case["values"])
        if not all(KINDS[fields[name]["kind"]].can_be_given(fields[name], value) for name, value in values.items()):
            continue
        at_once = {}
        for name, value in case["values"].items():
            if name in given and given[name] == value:
                continue
            control = controls.get(name)
            if control == "hidden" or (name in by_hand and control not in (None, "combobox")):  # a hidden one grows by answers
                at_once[name] = as_text(values[name], decimal)
            else:
                give(ready, fields[name], values[name], decimal, control)
                by_hand.add(name)
        given = case["values"]
        seen = ready.evaluate(VISITOR, {"values": at_once, "patience": PATIENCE_MS})
        assert seen["shown"] == ("refusals" not in case), case["name"]
        for refusal in case.get("refusals", []):
            assert seen["refusals"][refusal["field"]] == refusal["message"], case["name"]
        if seen["shown"]:
            named = {output["name"]: output for output in form["outputs"]}
            parted += results[case["name"]] != case["results"]
            shown = [(seen["outputs"][name], named[name], results[case["name"]][name], native[name], name in bounded) for name in named]
            worst.append(max(looks_like(ready, *each, case["name"], decimal) for each in shown))
    assert len(worst) >= 5, "too few golden cases could be typed into the form to prove anything"
    scale = max((parity.scale(values) for values in native.values() if values.dtype.kind == "f"), default=1.0)
    webgpu = " · WebGPU" in ready.locator(".badge").inner_text()
    prove(3, "golden results", "the page", [parity.Difference("page", len(worst), max(worst), max(worst) / scale, 0)], webgpu, parted=parted)


def as_text(value, decimal: str) -> str:
    """A value as the control of its field holds it: the numbers of a series line by line, with the decimal sign of the page's language."""
    if isinstance(value, np.ndarray):
        return "\n".join(scalars.shown(each).replace(".", decimal) for each in value.reshape(-1).tolist())
    return scalars.shown(value)


def give(page: Page, field: dict, value, decimal: str, control: str | None) -> None:
    """Type, pick, switch or bring the value of one field, as a person would: how, goes by its control, None where a file is brought. Arrays are numpy's."""
    named, zone = page.locator(f"[name={quoted(field['name'])}]"), page.locator(f"[data-field={quoted(field['name'])}] .source")
    if isinstance(value, np.ndarray) and field["kind"] != "series":
        zone.locator("input[type=file]").set_input_files({"name": "given", "mimeType": "", "buffer": as_file(field, value)})
        expect(zone).not_to_have_attribute("aria-busy", "true")
        return
    text = as_text(value, decimal)
    if control == "radio":
        page.locator(f"[name={quoted(field['name'])}][value={quoted(text)}]").check()
    elif control == "checkbox":
        named.set_checked(bool(value))
    elif control == "combobox":
        named.fill(next(option["label"] for option in field["choices"] if scalars.shown(option["value"]) == text))
        named.press("Enter")
    elif control == "select-one":
        named.select_option(text)
    else:
        named.fill(text)


def as_file(field: dict, array: np.ndarray) -> bytes:
    """The array in a file that keeps every element."""
    file = io.BytesIO()
    if field["kind"] == "audio":
        import soundfile  # only projects with sounds need it

        soundfile.write(file, array, field["rate"], format="WAV", subtype="FLOAT")
    elif field["kind"] in ("image", "drawing"):
        from PIL import Image  # only projects with pictures need it

        Image.fromarray(array[:, :, 0] if array.shape[2] == 1 else array).save(file, "PNG")
    elif array.dtype == object:
        file.write(json.dumps(array.tolist()).encode())
    else:
        np.save(file, array)
    return file.getvalue()


def looks_like(page: Page, seen: dict, output: dict, result: dict, native, is_bounded: bool, case: str, decimal: str) -> float:
    """What is seen of an output is its golden result, rounded as the contract says; how far the unrounded number is off. native: of all rows."""
    view = page.locator(f"[data-output={quoted(output['name'])}]")
    if result["kind"] == "text":
        assert seen["written"] == result["text"], case
        return 0.0
    if result["kind"] == "boxes":
        return listed(seen, result["boxes"], case)
    if result["kind"] == "image":
        return painted(view, golden.unpack(result["array"]), case)
    if result["kind"] in ("audio", "tensor", "mask"):
        return kept(view, result["kind"], golden.unpack(result["array"]), is_bounded, case)
    if result["kind"] == "series":
        return charted(seen, result, output, native, is_bounded, case, decimal)
    if result["kind"] == "nearest":
        return alike(seen["list"], result, native, case, decimal)
    if result["kind"] == "label":
        assert seen["numbers"] == [{"words": result["label"], "value": scalars.shown(result["value"])}], case
        return 0.0
    if result["kind"] == "value":
        return written(seen["numbers"][0], result["value"], output, native, is_bounded, case, decimal)
    if result["kind"] in ("values", "point"):
        each = zip(seen["numbers"], result["values"], output["values"], native.reshape(len(native), -1).T, strict=True)
        return max(written(number, one["value"], quantity, column, is_bounded, case, decimal) for number, one, quantity, column in each)
    assert seen["invalid"] == ("invalid" in result), case
    if seen["invalid"]:
        return 0.0
    likeliest, first = result["classes"][0], seen["list"][0]
    assert first["label"] == likeliest["label"], case
    expected, factor = (likeliest["score"], 1) if output.get("scored") else (likeliest["probability"], 100)
    return written(first["number"], expected, output, native, is_bounded, case, decimal, factor)


def written(number: dict, expected, quantity: dict, native: np.ndarray, is_bounded: bool, case: str, decimal: str, factor: int = 1) -> float:
    """One element is on the page, a number rounded as the contract says; how far the unrounded number is off. native: of all rows."""
    if isinstance(expected, bool):
        assert number["words"] in (("Yes", "Oui") if expected else ("No", "Non")), case
        return 0.0
    if isinstance(expected, str):
        assert number["words"] == expected, case
        return 0.0
    words = plain(number["words"], decimal)
    decimals = len(words.partition(".")[2])
    assert "decimals" not in quantity or decimals == quantity["decimals"], f"{case}: {words}"
    rtol, atol = parity.browser_tolerance(native, is_classes=True, is_bounded=is_bounded) if native.dtype.kind == "f" else (0, [0])
    tolerance = atol[0] + rtol * abs(expected)
    assert abs(float(words) - factor * expected) <= 0.5001 * 10**-decimals + factor * tolerance, f"{case}: {words} is not {expected}"
    apart = abs(exact(number) - expected)
    assert apart <= tolerance, f"{case}: {exact(number)} is not {expected}"
    return apart


def charted(seen: dict, result: dict, output: dict, native: np.ndarray, is_bounded: bool, case: str, decimal: str) -> float:
    """Each number of a series, with its interval, is in the table behind the chart, and the chart has its line; how far the numbers are off."""
    expected = [each for line in zip(result["values"], *result.get("interval", []), strict=True) for each in line]
    finite = np.isfinite(result["values"]).sum()
    assert (seen["line"] or "").count("h.01") + finite >= len(result["values"]), case
    each = zip(seen["numbers"], expected, strict=True)
    return max(written(number, one, output, native, is_bounded, case, decimal) for number, one in each)


def exact(number: dict) -> float:
    """The number of a <data> element, before it is rounded for people."""
    return float(number["value"] or "nan")


def kept(view: Locator, kind: str, expected: np.ndarray, is_bounded: bool, case: str) -> float:
    """The file that the page hands over is the golden array; how far it is off."""
    file = io.BytesIO(bytes(view.get_by_role("button", name=re.compile("WAV|npy")).evaluate(KEPT)))
    if kind == "audio":
        import soundfile  # only projects with sounds need it

        actual = soundfile.read(file, dtype="float32")[0]
    else:
        actual = np.load(file)
        assert actual.shape == expected.shape, case
    if kind == "mask":  # where two scores differ by less than engines do, either is the highest
        apart = float((actual != expected).mean())
        assert apart <= 1e-4, case
        return apart
    if expected.dtype.kind != "f":
        assert (actual == expected.astype(actual.dtype)).all(), case
        return 0.0
    rtol, atol = parity.browser_tolerance(expected.reshape(1, -1), is_classes=True, is_bounded=is_bounded)
    np.testing.assert_allclose(actual.reshape(-1), expected.reshape(-1), rtol, atol[0], err_msg=case)
    return float(np.nanmax(np.abs(actual.reshape(-1) - expected.reshape(-1)), initial=0))


def listed(seen: dict, boxes: list[dict], case: str) -> float:
    """What was found is in the list, the surest first, and has its frame on the picture; how far the scores are off."""
    assert seen["frames"] == len(boxes), case
    assert [found["label"] for found in seen["list"]] == [box["label"] for box in boxes], case
    apart = max((abs(exact(found["number"]) - box["score"]) for found, box in zip(seen["list"], boxes, strict=True)), default=0.0)
    assert apart <= 1e-4, case
    return apart


def alike(rows: list[dict], result: dict, native: np.ndarray, case: str, decimal: str) -> float:
    """The texts of the list are those that Python ranks first, in its order but for ties; how far the similarities are off. native: vectors of all rows."""
    rtol, atol = parity.browser_tolerance(native, is_classes=True)
    tolerance = rtol + float(atol[0])  # of a number that is 1 at most
    expected = {each["text"]: each["similarity"] for each in result["nearest"]}
    apart = 0.0
    for row, wanted in zip(rows, result["nearest"], strict=True):
        number, text = row["number"], row["label"]
        apart = max(apart, abs(exact(number) - wanted["similarity"]))
        assert abs(float(plain(number["words"], decimal)) - wanted["similarity"]) <= 0.005 + tolerance, case
        # Another text in this place is as alike as the one that Python has there; behind the last there are others that may be.
        assert text == wanted["text"] or abs(expected.get(text, wanted["similarity"]) - wanted["similarity"]) <= 2 * tolerance, f"{case}: {text}"
    assert apart <= tolerance, case
    return apart


def painted(view: Locator, expected: np.ndarray, case: str) -> float:
    """The picture on the page is the golden array but for the rounding of its last bit; how far it is off, of 255."""
    height, width, *channels = expected.shape[1:] if expected.ndim == 4 else expected.shape
    expected = expected.reshape(height, width, *(channels or [1]))
    size, pixels = view.locator("canvas").first.evaluate(PAINTED)
    assert size == [height, width], case
    apart = np.abs(np.array(pixels).reshape(height, width, 4)[:, :, : expected.shape[2]] - expected.astype(float))
    assert apart.max() <= 1, case
    return float(apart.max() / 255)


def plain(words: str, decimal: str) -> str:
    """The digits of a number as a page shows it, with a point: "1,234.5", "1 234,5" or "97,3 %"."""
    return re.sub(rf"[^0-9e{decimal}+-]", "", words.replace("−", "-")).replace(decimal, ".")
