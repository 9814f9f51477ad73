"""Sites with every panel and every kind of field and result, to look at: long labels, facts of a training, a proof."""

import io
import re

import numpy as np
import onnx
import soundfile
from PIL import Image

import models
from mlweb.contract import views
from paths import ROOT

WEB = ROOT / "template/web"
PANELS = views.PANELS
LANGUAGES = sorted(path.stem for path in (WEB / "strings").glob("??.js"))


def kinds(folder: str) -> list[str]:
    """The kinds in the table of inputs/ or outputs/."""
    return re.findall(r"^ {2}(\w+): async", (WEB / folder / "index.js").read_text(encoding="utf-8"), re.MULTILINE)


def tabular() -> onnx.ModelProto:
    """A number, a whole number, a choice, a switch and a text -> a number, three probabilities, a text, three numbers, a label and a point."""
    return models.text("""tabular (float[N,1] a, int64[N,1] b, int64[N,1] c, bool[N,1] d, string[N,1] e, string[N,1] f)
        => (float[N,1] y, float[N,3] p, string[N,1] w, float[N,3] v, int64[N] g, float[N,2] q)
        <float[1,3] weights = {0.1, -0.2, 0.05}, float[1,2] two = {0.01, -0.002}> {
        b1 = Cast<to = 1>(b)
        c1 = Cast<to = 1>(c)
        d1 = Cast<to = 1>(d)
        ab = Add(a, b1)
        cd = Mul(c1, d1)
        y = Add(ab, cd)
        logits = MatMul(y, weights)
        p = Softmax<axis = 1>(logits)
        w = Identity(f)
        v = Identity(logits)
        g = ArgMax<axis = 1, keepdims = 0>(p)
        q = MatMul(y, two)
        kept = Identity(e) }""")


TABULAR = """schema: 1
name: Everything that a form can ask
description: A page for looking at, with a label that is longer than people think and a word that does not break.
task: regression
inputs:
  a: {kind: number, label: Height above the sea, unit: m, min: -400, max: 9000, step: 0.5, default: 120, help: "Where it stands, not where it was made."}
  b: {kind: integer, label: Donaudampfschifffahrtsgesellschaftskapitänspatente, default: 3}
  c: {kind: choice, label: Side of the street, default: 1, choices: [{value: 1, label: Left}, {value: 2, label: Right}]}
  d: {kind: toggle, label: With a balcony}
  e: {kind: text, label: What the owner says about it, missing: empty, default: ""}
  f: {kind: choice, label: City, choices: [Zürich, Bern, Genève, Lugano, Saint-Étienne-du-Rouvray-sur-Seine]}
outputs:
  y: {kind: value, label: Price, unit: CHF, decimals: 2, help: In thousands.}
  p: {kind: classes, label: How soon it sells, classes: [soon, later, "never, or only after it was painted again"], top: 3}
  w: {kind: value, label: Where}
  v: {kind: values, label: In other money, values: {eur: {label: Euro, unit: EUR, decimals: 0}, jpy: {label: Yen, unit: JPY, help: Rounded.}, usd: {}}}
  g: {kind: label, label: Group, names: {0: slow, 1: quick}, help: Of three.}
  q: {kind: point, label: On the map of all flats, x: {label: First component, unit: points}, y: Second component, help: Two of six.}
examples:
  - {label: A small one, values: {a: 20, b: 1}}
  - {label: A large one on the other side of a long street, values: {a: 2000, b: 9, c: 2, d: true}}
  - {label: Another, values: {a: 300}}
  - {label: The last of so many that not all of them have room, values: {a: 2000, b: 8, c: 2, d: true}}
card:
  data: Measured by hand; see https://example.org/a/very/long/address/that/does/not/break/anywhere/because/it/has/no/spaces.html
  license: CC0
  limits: Not for buying a house.
  contact: somebody@example.org
"""


def media() -> onnx.ModelProto:
    """A picture, a drawing, a sound, an array and a text come back as every kind of result."""
    return models.text("""media (uint8[H,W,3] picture, uint8[28,28,1] drawing, float[S] sound, float[R,C] array, float[6] past, string[N,1] words)
        => (uint8[H,W,3] seen, float[K,4] boxes, float[K] scores, int64[K] labels, float[S] heard, float[R,C] same, float[6] ahead, string[N,1] said,
            uint8[28,28,1] drawn, float[3,H,W] areas)
        <float[2,4] corners = {2.0, 2.0, 20.0, 16.0, 12.0, 8.0, 40.0, 30.0}, float[2] sure = {0.9, 0.55}, int64[2] which = {0, 1}> {
        seen = Identity(picture)
        boxes = Identity(corners)
        scores = Identity(sure)
        labels = Identity(which)
        heard = Identity(sound)
        same = Identity(array)
        ahead = Identity(past)
        said = Identity(words)
        drawn = Identity(drawing)
        floats = Cast<to = 1>(picture)
        areas = Transpose<perm = [2, 0, 1]>(floats) }""")


MEDIA = """schema: 1
name: Everything that is not a number
inputs:
  picture: {kind: image, label: Picture, help: Any picture.}
  drawing: {kind: drawing, label: Drawing}
  sound: {kind: audio, label: Sound, seconds: 5}
  array: {kind: tensor, label: Array}
  past: {kind: series, label: Past, unit: kW, time: Hours from now}
  words: {kind: text, label: Words, lines: 2, default: Some words}
outputs:
  seen: {kind: image, label: The picture}
  boxes: {kind: boxes, label: What is in it, scores: scores, labels: labels, classes: [cat, dog]}
  heard: {kind: audio, label: The sound}
  same: {kind: tensor, label: The array}
  ahead: {kind: series, label: The same again, unit: kW, after: past}
  said: {kind: text, label: The words}
  drawn: {kind: image, label: The drawing}
  areas: {kind: mask, label: What is where, over: picture, classes: [background, "trees, bushes and whatever else grows there", sky]}
"""


# What training leaves, put into the manifest: the page then shows ranges, measures and proofs too.
FACTS = {
    "trained": "2026-11-20",
    "versions": {"scikit-learn": "1.9.1"},
    "rows": {"train": 310, "heldout": 132},
    "fields": {"a": {"min": 0, "max": 4000, "median": 450}, "b": {"min": 1, "max": 9, "median": 4}, "c": {"categories": [1, 2]}, "f": {"categories": ["Bern"]}},
    "metrics": [{"name": "R²", "model": 0.41, "baseline": 0.38, "better": "higher"}, {"name": "Error", "model": 44.2, "baseline": 43.2, "better": "lower"}],
    "points": {"q": [[0.1 * x - 3, (x * x % 7) / 3 - 1] for x in range(60)]},
    "metrics_on": "132 held-out rows",
    "baseline": "Ridge regression",
}
LEVELS = [
    {"level": 1, "left": "estimator", "right": "onnxruntime", "engine": "onnxruntime 1.30.0", "cases": 132, "max_abs": 3.5e-5, "max_rel": 2e-7, "passed": True},
    {"level": 2, "left": "onnxruntime", "right": "onnxruntime-web", "engine": "Chromium 156.0", "cases": 132, "max_abs": 0, "max_rel": 0, "passed": True},
    {"level": 3, "left": "golden", "right": "page", "engine": "Firefox 140.0", "cases": 9, "max_abs": 0.5, "max_rel": 0.1, "passed": False},
]


def with_facts(manifest: dict) -> dict:
    """The manifest of a model that was trained and proven."""
    model = manifest["files"]["model"]
    about = {"bytes": model["bytes"], "sha256": model["sha256"], "opset": {"": 17}, "ir_version": 10, "domains": [""]}
    return manifest | {"facts": {"model": about} | FACTS, "parity": {"model_sha256": model["sha256"], "levels": LEVELS}}


def files() -> dict[str, tuple[str, bytes]]:
    """Field -> name and content of a file for it."""
    picture, sound, array = io.BytesIO(), io.BytesIO(), io.BytesIO()
    Image.fromarray(np.linspace(0, 255, 48 * 64 * 3).astype(np.uint8).reshape(48, 64, 3)).save(picture, "PNG")
    soundfile.write(sound, np.sin(np.arange(16_000) / 20).astype(np.float32), 16_000, format="WAV")
    np.save(array, np.arange(6, dtype=np.float32).reshape(2, 3))
    whole = {"picture": ("a.png", picture), "sound": ("a.wav", sound), "array": ("a.npy", array)}
    return {field: (name, file.getvalue()) for field, (name, file) in whole.items()} | {"past": ("a.txt", b"1 2 3 2 1 0")}
