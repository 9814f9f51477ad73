"""A model of each kind, with what a person gives its form: for proofs that any engine computes the same as native onnxruntime."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import onnx
import soundfile
import yaml
from onnx import compose, parser
from PIL import Image

import models_image
import models_nearest
import models_sound
from tokenizers_of_each_kind import wordpiece

ML = '<ir_version: 10, opset_import: ["" : 20, "ai.onnx.ml" : 3]>'
CITIES = ["Zürich", "Saint-Étienne 🏔️"]
WORDS = ["good", "bad", "Ærø", "naïve", "été", "🏔️"]


@dataclass
class Each:
    """Rows are what is given to the form, one after another, on top of what is there; an array is given as the name of one of the files."""

    model: Callable[[], onnx.ModelProto]
    metadata: str
    rows: list[dict]
    files: dict[str, bytes] = field(default_factory=dict)


def forest(trees: int = 20, depth: int = 4) -> onnx.ModelProto:
    """A number, a whole number, a choice and a switch -> what a forest says to them, and three probabilities of that."""
    chance = np.random.default_rng(3)
    inner, all_ = 2**depth - 1, 2 ** (depth + 1) - 1
    ids = [(tree, node) for tree in range(trees) for node in range(all_)]
    leaves = [(tree, node) for tree, node in ids if node >= inner]
    ends = np.array([[-1, 3], [0, 9], [0, 2], [0, 1]])  # between which the thresholds of each feature lie
    features = chance.integers(0, 4, len(ids))
    each = {
        "n_targets": 1,
        "nodes_treeids": [tree for tree, _ in ids],
        "nodes_nodeids": [node for _, node in ids],
        "nodes_featureids": features.tolist(),
        "nodes_values": chance.uniform(*ends[features].T).astype(np.float32).tolist(),
        "nodes_modes": ["BRANCH_LEQ" if node < inner else "LEAF" for _, node in ids],
        "nodes_truenodeids": [2 * node + 1 if node < inner else 0 for _, node in ids],
        "nodes_falsenodeids": [2 * node + 2 if node < inner else 0 for _, node in ids],
        "target_treeids": [tree for tree, _ in leaves],
        "target_nodeids": [node for _, node in leaves],
        "target_ids": [0] * len(leaves),
        "target_weights": chance.normal(size=len(leaves)).astype(np.float32).tolist(),
    }
    model = parser.parse_model(f"""{ML} forest (float[N,1] size, int64[N,1] rooms, string[N,1] city, bool[N,1] sunny)
        => (float[N,1] price, float[N,3] soon) <float[1,3] weights = {{0.4, -0.3, 0.1}}> {{
        b = Cast<to = 1>(rooms)
        c = ai.onnx.ml.LabelEncoder<keys_strings = ["{'", "'.join(CITIES)}"], values_floats = [1.0, 2.0], default_float = 0.0>(city)
        d = Cast<to = 1>(sunny)
        x = Concat<axis = 1>(size, b, c, d)
        price = ai.onnx.ml.TreeEnsembleRegressor(x)
        logits = MatMul(price, weights)
        soon = Softmax<axis = 1>(logits) }}""")
    [ensemble] = [node for node in model.graph.node if node.op_type == "TreeEnsembleRegressor"]
    ensemble.attribute.extend(onnx.helper.make_attribute(name, value) for name, value in each.items())
    return model


FOREST = f"""schema: 1
name: A forest
inputs:
  size: {{kind: number, default: 1}}
  rooms: {{kind: integer, default: 3, min: 0, max: 9}}
  city: {{kind: choice, choices: [{", ".join(CITIES)}]}}
  sunny: {{kind: toggle}}
outputs:
  price: {{kind: value}}
  soon: {{kind: classes, classes: [now, soon, later]}}
"""


def numbers() -> onnx.ModelProto:
    """Two numbers -> three numbers, a count beyond 2^53, what comes out exactly of which cluster, and where it is on a plane."""
    return parser.parse_model(f"""{ML} numbers (float[N,1] a, int64[N,1] b)
        => (float[N,3] targets, int64[N,2] counts, int64[N] cluster, float[N,2] plane)
        <float[2,3] weights = {{1.5, -2.25, 0.3, 0.7, 0.11, 5.0}}, float[3,2] flat = {{0.5, -0.2, 0.1, 0.4, -0.3, 0.05}},
        int64[1,2] much = {{9007199254740992, 3}}> {{
        b1 = Cast<to = 1>(b)
        both = Concat<axis = 1>(a, b1)
        targets = MatMul(both, weights)
        counts = Add(b, much)
        cluster = ArgMax<axis = 1, keepdims = 0>(targets)
        plane = MatMul(targets, flat) }}""")


NUMBERS = """schema: 1
name: Numbers
inputs:
  a: {kind: number, default: 1}
  b: {kind: integer, default: 1}
outputs:
"""
VALUES = f"""{NUMBERS}  targets: {{kind: values, unit: m, values: {{east: {{decimals: 2}}, north: {{label: To the north, unit: km}}, up: {{}}}}}}
  counts: {{kind: values, values: [large, small]}}
"""
LABEL = f"""{NUMBERS}  cluster: {{kind: label, names: {{0: quiet, 2: Ærø 🏔️}}}}
"""
POINT = f"""{NUMBERS}  plane: {{kind: point, x: First component, y: {{label: Second, unit: m}}, decimals: 3}}
"""
TWO = [{}, {"a": "-3.5"}, {"a": "0.25", "b": "-7"}, {"b": "1234"}]
ALL_NUMBERS = Each(numbers, NUMBERS + "".join(each.removeprefix(NUMBERS) for each in (VALUES, LABEL, POINT)), TWO)


def sentiment() -> onnx.ModelProto:
    """A text -> the weights of the known words in it, summed, and the text in small letters."""
    return parser.parse_model(f"""{ML} sentiment (string[N,1] text) => (float[N,1] score, string[N,1] lower)
        <float[6,1] weights = {{1.5, -2.25, 0.3, 0.7, 0.11, 5.0}}> {{
        all = Constant<value_ints = [-1]>()
        flat = Reshape(text, all)
        parts, count = StringSplit(flat)
        found = TfIdfVectorizer<mode = "TF", min_gram_length = 1, max_gram_length = 1, max_skip_count = 0, ngram_counts = [0],
            ngram_indexes = [0, 1, 2, 3, 4, 5], pool_strings = ["{'", "'.join(WORDS)}"]>(parts)
        score = MatMul(found, weights)
        small = StringNormalizer<case_change_action = "LOWER", locale = "C.UTF-8">(flat)
        column = Constant<value_ints = [-1, 1]>()
        lower = Reshape(small, column) }}""")


SENTIMENT = """schema: 1
name: Words
inputs:
  text: {kind: text, default: good, lines: 2}
outputs:
  score: {kind: value}
  lower: {kind: text}
"""


def encoder() -> onnx.ModelProto:
    """The tokens of a text -> two probabilities, of the mean of what each token stands for."""
    table = ", ".join(f"{3 * np.sin(each):.3f}" for each in range(800))
    return parser.parse_model(f"""{ML} encoder (int64[N,T] ids, int64[N,T] attention_mask, int64[N,T] segments) => (float[N,2] mood)
        <float[400,2] table = {{{table}}}> {{
        tokens = Add(ids, segments)
        meant = Gather(table, tokens)
        mask = Cast<to = 1>(attention_mask)
        last = Constant<value_ints = [2]>()
        first = Constant<value_ints = [1]>()
        column = Unsqueeze(mask, last)
        kept = Mul(meant, column)
        all = ReduceSum<keepdims = 0>(kept, first)
        count = ReduceSum<keepdims = 1>(mask, first)
        mean = Div(all, count)
        mood = Softmax<axis = 1>(mean) }}""")


TOKENS = """schema: 1
name: A mood
inputs:
  ids:
    kind: text
    label: What was said
    default: I feel wonderful today
    tokenizer: {file: tokenizer.json, max: 12, types: segments}
outputs:
  mood: {kind: classes, classes: [good, bad]}
"""
SPLIT = {"tokenizer.json": wordpiece()}


def ahead() -> onnx.ModelProto:
    """Six numbers -> the next three, and from where to where each may lie."""
    return parser.parse_model(f"""{ML} ahead (float[N,6] past) => (float[N,3] next, float[N,3] low, float[N,3] high)
        <float[6,3] weights = {{{", ".join(str(each / 7) for each in range(-6, 12))}}}, float[3] width = {{0.5, 1.25, 3.0}}> {{
        next = MatMul(past, weights)
        low = Sub(next, width)
        high = Add(next, width) }}""")


SERIES = """schema: 1
name: Ahead
inputs:
  past: {kind: series, label: Past, unit: kW, default: a.txt, min: -100, max: 5000, time: {label: Hours from now, step: 0.5}}
outputs:
  next: {kind: series, label: Next, unit: kW, decimals: 2, after: past, interval: [low, high], help: Half an hour each.}
"""


def png(seed: int, height: int, width: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)).save(file, "PNG")
    return file.getvalue()


def wav(pitch: float, samples: int) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, (np.sin(np.arange(samples) * pitch) * 10 * pitch).astype(np.float32), 16_000, format="WAV")
    return file.getvalue()


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


FILES = {
    "a.png": png(1, 48, 64),
    "b.png": png(2, 20, 24),
    "a.wav": wav(0.05, 8000),
    "b.wav": wav(0.09, 5000),
    "a.txt": b"kilowatts\n1\n2.5\n-3\n4e2\n0.1\n7\n",
    "b.txt": b"0.3 1234.5 -7; 8\n\n9.25, 3, 1, 2, 1e-3",
    "a.npy": npy(np.arange(6, dtype=np.float32).reshape(3, 2) / 7),
}
MATRIX = "[[1, 2.5, -3], [4e2, 0.1, 7]]"

EACH = {
    "tabular": Each(
        forest,
        FOREST,
        [
            {},
            {"size": "1,25", "rooms": "7", "city": CITIES[1]},
            {"size": "-0.3", "sunny": True},
            {"size": "2.5e0", "rooms": "0", "city": CITIES[0], "sunny": False},
        ],
    ),
    "text": Each(sentiment, SENTIMENT, [{}, {"text": "bad bad Ærø"}, {"text": "naïve été 🏔️ GOOD\nélan"}, {"text": "nothing known"}]),
    "tokens": Each(encoder, TOKENS, [{}, {"ids": "so angry 👩‍🔬"}, {"ids": "This makes me so angry, and afraid of the dark and of the wind!"}], SPLIT),
    "picture": Each(models_image.same, models_image.SAME.replace("{kind: image,", "{kind: image, default: a.png,", 1), [{}, {"picture": "b.png"}], FILES),
    "sound": Each(models_sound.same, models_sound.SAME.replace("{kind: audio,", "{kind: audio, default: a.wav,", 1), [{}, {"sound": "b.wav"}], FILES),
    "tensor": Each(models_sound.twice, models_sound.TWICE, [{"matrix": MATRIX}, {"matrix": "a.npy"}], FILES),
    "series": Each(ahead, SERIES, [{}, {"past": "b.txt"}], FILES),
    "values": Each(numbers, VALUES, TWO),
    "label": Each(numbers, LABEL, TWO),
    "point": Each(numbers, POINT, TWO),
    "mask": Each(models_image.parts, models_image.PARTS.replace("{kind: image,", "{kind: image, default: a.png,", 1), [{}, {"picture": "b.png"}], FILES),
    "nearest": Each(models_nearest.embedder, models_nearest.METADATA, [{}, {"ids": "so angry of the wind"}, {"ids": "東京 👩‍🔬"}], models_nearest.files()),
    "boxes": Each(models_image.found, models_image.FOUND, [{"picture": "a.png"}, {"threshold": "0.1"}, {"picture": "b.png"}], FILES),
}


def together(kinds: list[str], rows: list[dict]) -> Each:
    """Several kinds on one page, with rows for all of them; the name of a kind is before those of its outputs."""

    def model() -> onnx.ModelProto:
        parts = [compose.add_prefix(EACH[kind].model(), f"{kind}_", rename_inputs=False) for kind in kinds]
        whole = onnx.ModelProto()
        for part in parts:
            whole.MergeFrom(part)
        inputs = {each.name: each for each in whole.graph.input}
        versions = {each.domain: max(one.version for one in whole.opset_import if one.domain == each.domain) for each in whole.opset_import}
        del whole.graph.input[:], whole.opset_import[:]
        whole.graph.input.extend(inputs.values())
        whole.opset_import.extend(onnx.helper.make_opsetid(domain, version) for domain, version in versions.items())
        return whole

    def named(kind: str, output: dict) -> dict:
        """An output that names others of its kind."""
        of = {"scores": lambda name: f"{kind}_{name}", "labels": lambda name: f"{kind}_{name}", "interval": lambda names: [f"{kind}_{name}" for name in names]}
        return {key: of.get(key, lambda it: it)(value) for key, value in output.items()}

    contracts = {kind: yaml.safe_load(EACH[kind].metadata) for kind in reversed(kinds)}
    inputs = {name: field for contract in contracts.values() for name, field in contract["inputs"].items()}
    outputs = {f"{kind}_{name}": named(kind, output) for kind, contract in contracts.items() for name, output in contract["outputs"].items()}
    metadata = {"schema": 1, "name": " and ".join(kinds), "inputs": inputs, "outputs": outputs}
    return Each(model, yaml.safe_dump(metadata, sort_keys=False), rows, FILES)


PICTURES = together(["picture", "mask", "boxes"], [{}, {"threshold": "0.1"}, {"picture": "b.png"}])
ARRAYS = together(["sound", "series", "tensor"], [{"matrix": MATRIX}, {"matrix": "a.npy"}, {"sound": "b.wav", "past": "b.txt"}])
