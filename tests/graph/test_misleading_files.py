"""Files of other people whose names or operators look like something that they are not: a draft says no more of them than the graph does."""

import numpy as np
import onnx
import pytest

from mlweb.draft import draft
from mlweb.graph import guess
from mlweb.graph.onnx_file import TensorInfo

WEIGHTS = ", ".join(str(round(float(each), 3)) for each in np.random.default_rng(0).normal(size=24))
OPSETS = '<ir_version: 8, opset_import: ["" : 17, "ai.onnx.ml" : 3]>'
NUMBERED = {"kind": "classes", "classes": ["class 0", "class 1", "class 2"]}
NAMED = {"kind": "classes", "classes": ["cat", "dog", "bird"]}
PICTURE = """net (uint8[1,32,32,3] picture) => ({}) <float[4,3,1,1] w = {{{}}}, float d = {{255}}> {{
    c = Cast<to = 1>(picture) t = Transpose<perm = [0, 3, 1, 2]>(c) z = Div(t, d) l = Conv(z, w) {} }}"""


def outputs(tmp_path, body: str, labels: str = "") -> dict:
    """What a draft shows of a model in ONNX's text form. labels: the names that the file carries."""
    model = onnx.parser.parse_model(OPSETS + body)
    if labels:
        model.metadata_props.add(key="labels", value=labels)
    onnx.save(model, tmp_path / "bought.onnx")
    return draft.draft(tmp_path / "bought.onnx")[0]["outputs"]


def net(given: str, steps: str, size: int) -> str:
    """A graph of a linear layer and what follows it."""
    weights = ", ".join(WEIGHTS.split(", ")[: 4 * size])
    return f"net (float[N,4] x) => ({given}) <float[4,{size}] w = {{{weights}}}> {{ l = MatMul(x, w) {steps} }}"


def test_several_softmaxes_side_by_side_are_not_one(tmp_path):
    steps = """a = Constant<value = int64[3] {-1, 3, 2}>() q = Reshape(l, a) s = Softmax<axis = 2>(q)
        b = Constant<value = int64[2] {-1, 6}>() p = Reshape(s, b)"""
    assert outputs(tmp_path, net("float[N,6] p", steps, 6))["p"]["kind"] == "values"
    assert outputs(tmp_path, net("float[N,6] p", "p = Softmax<axis = 1>(l)", 6))["p"]["kind"] == "classes"


def test_the_first_of_what_is_sorted_is_no_class(tmp_path):
    steps = "s = Softmax<axis = 1>(l) k = Constant<value = int64[1] {3}>() p, ids = TopK<axis = 1>(s, k)"
    assert outputs(tmp_path, net("float[N,3] p, int64[N,3] ids", steps, 3), '["cat", "dog", "bird"]')["p"]["kind"] == "values"


def test_one_list_of_names_for_two_heads_names_neither(tmp_path):
    steps = "species = Softmax<axis = 1>(l) n = Neg(x) m = MatMul(n, w) health = Softmax<axis = 1>(m)"
    found = outputs(tmp_path, net("float[N,3] species, float[N,3] health", steps, 3), '["cat", "dog", "bird"]')
    assert found == {"species": NUMBERED, "health": NUMBERED}
    found = outputs(tmp_path, net("float[N,3] logits, float[N,3] p", "logits = Identity(l) p = Softmax<axis = 1>(l)", 3), '["cat", "dog", "bird"]')
    assert found["p"] == NAMED, "logits and probabilities of the same head"


def test_texts_that_an_input_is_turned_into_name_no_classes(tmp_path):
    steps = """g = ai.onnx.ml.LabelEncoder<keys_strings = ["Rome", "Oslo", "Lima"], values_strings = ["south", "north", "west"]>(city)
        i = ai.onnx.ml.LabelEncoder<keys_strings = ["south", "north", "west"], values_floats = [0.0, 1.0, 2.0]>(g) l = MatMul(i, w) p = Softmax<axis = 1>(l)"""
    head = "net (string[N,1] city) => (float[N,3] p{}) <float[1,3] w = {{0.5, -1.0, 2.0}}> {{ {} }}"
    assert outputs(tmp_path, head.format("", steps))["p"] == NUMBERED
    label = """ n = ArgMax<axis = 1, keepdims = 0>(p)
        label = ai.onnx.ml.LabelEncoder<keys_int64s = [0, 1, 2], values_strings = ["cat", "dog", "bird"], default_string = "cat">(n)"""
    assert outputs(tmp_path, head.format(", string[N] label", steps + label))["p"] == NAMED, "those of the label beside it"


@pytest.mark.parametrize(
    ("name", "dims", "kind"),
    [
        ("input_wave", [1, 16000], "audio"),
        ("waveforms", [1, None], "audio"),
        ("speech", [None, 16000], "audio"),
        ("wavelength_absorbance", [None, 2151], "tensor"),
        ("microwave", [None, 2000], "tensor"),
        ("audio_embedding", [1, 2048], "tensor"),
        ("sound_features", [None, 1024], "tensor"),
        ("speech_mel", [1, 8000], "tensor"),
    ],
)
def test_what_is_computed_from_a_sound_is_none(name, dims, kind):
    assert guess.field(TensorInfo(name, "float32", dims, ""))["kind"] == kind


@pytest.mark.parametrize(
    ("given", "steps", "kind"),
    [
        ("float[1,4,32,32] masks", "masks = Sigmoid(l)", "tensor"),
        ("float[1,4,32,32] masks", "masks = Softmax<axis = 1>(l)", "mask"),
        ("int64[1,32,32] mask", "mask = ArgMax<axis = 1, keepdims = 0>(l)", "mask"),
        ("uint8[1,32,32] mask", "m = ReduceMean<axes = [1], keepdims = 0>(t) mask = Cast<to = 2>(m)", "tensor"),
    ],
)
def test_masks_by_themselves_and_shades_of_gray_are_no_classes_of_pixels(tmp_path, given, steps, kind):
    body = PICTURE.format(given, ", ".join(WEIGHTS.split(", ")[:12]), steps)
    assert [shown["kind"] for shown in outputs(tmp_path, body).values()] == [kind]
